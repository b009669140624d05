"""The ground under every test: real PostgreSQL, real Valkey, a real mail server, and a client that checks each page.

A test that asks for `client`, `session` or `app` runs in one transaction that is rolled back. A test that needs real
commits or several clients at once asks for `committed` and `at_once`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from rq import Queue
from sqlalchemy.orm import Session

from app import create_app
from app.kernel import db, jobs
from config import Config
from tests.support import database, servers
from tests.support.client import Client, Page
from tests.support.concurrency import at_once, client_of, committed
from tests.support.database import empty_database, hang_up, worker_database
from tests.support.queries import Recorder, recorded
from tests.support.servers import pytest_configure, pytest_unconfigure
from tests.support.smtp import Catcher, Mailbox

__all__ = [
    "at_once",
    "client_of",
    "committed",
    "empty_database",
    "pytest_configure",
    "pytest_unconfigure",
    "worker_database",
]

LONG = ("tests/journeys", "tests/deploy", "tests/real_data", "tests/budgeting")
KEY = "a-key-for-tests-that-is-longer-than-32-characters"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that no worker is left alone with them at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def settings(database_name: str, valkey: str, smtp: str, folder: Path) -> Config:
    """The settings of an application under test."""
    return Config.from_env(
        {
            "ENVIRONMENT": "test",
            "SECRET_KEY": KEY,
            "DATABASE_URL": database.url_of(database_name),
            "REDIS_URL": valkey,
            "SMTP_URL": smtp,
            "BASE_URL": "http://localhost",
            "FILES_DIR": str(folder / "files"),
            "MAIL_DIR": str(folder / "mails"),
            "LOG_LEVEL": "WARNING",
            "KEEP_SECONDS": "0",
        }
    )


@pytest.fixture(scope="session")
def valkey_url(worker_id: str) -> str:
    """The address of this worker's own database in Valkey."""
    number = 0 if worker_id == "master" else 1 + int(worker_id.removeprefix("gw"))
    return servers.addresses()["REDIS_URL"].replace("db=0", f"db={number}")


@pytest.fixture(scope="session")
def catcher() -> Iterator[Catcher]:
    """The mail server of this worker."""
    controller = Catcher(Mailbox())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def mails(catcher: Catcher) -> Mailbox:
    """The mails that arrived during this test."""
    mailbox: Mailbox = catcher.handler
    mailbox.clear()
    return mailbox


@pytest.fixture
def valkey(valkey_url: str) -> Iterator[Redis]:
    """Valkey, empty."""
    with Redis.from_url(valkey_url) as client:
        client.flushdb()
        yield client


@pytest.fixture(scope="session")
def worker_app(
    worker_database: str, valkey_url: str, catcher: Catcher, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application of this worker; tests use `app`."""
    folder = tmp_path_factory.mktemp("torvet")
    app = create_app(settings(worker_database, valkey_url, catcher.url, folder))
    yield app
    hang_up(app)


@pytest.fixture
def app(worker_app: Flask, valkey: Redis, mails: Mailbox) -> Iterator[Flask]:
    """The application, with its context pushed and everything it writes rolled back."""
    with ExitStack() as stack:
        stack.enter_context(database.isolated(worker_app))
        stack.enter_context(worker_app.app_context())
        yield worker_app


@pytest.fixture
def session(app: Flask) -> Session:
    """The session of the test itself. Requests have their own, on the same transaction."""
    return db.session()


@pytest.fixture
def client(app: Flask) -> Client:
    """A visitor. See `tests/support/client.py` for what it can do."""
    return new_client(app)


@pytest.fixture
def another_client(app: Flask) -> Callable[[], Client]:
    """Makes more visitors, each with a cookie jar of their own."""
    return lambda: new_client(app)


def new_client(app: Flask) -> Client:
    return Client(app, Page, use_cookies=True)


@pytest.fixture
def queries() -> Recorder:
    """`with queries() as seen: client.get("/")`, then `assert len(seen) <= 8, str(seen)`."""
    return recorded


@pytest.fixture
def run_jobs(app: Flask, valkey: Redis) -> Callable[[], int]:
    """Work off all queued jobs, and those they queue; returns how many ran. A job that raises fails the test."""

    def run() -> int:
        db.session().commit()
        jobs.send_queued()
        queue, count = Queue(jobs.QUEUE, connection=valkey), 0
        while found := Queue.dequeue_any([queue], None, connection=valkey):
            found[0].perform()
            count += 1
        db.session().expire_all()
        return count

    return run
