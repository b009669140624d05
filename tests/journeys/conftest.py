"""Journeys: a living square and people at real browsers.

All journeys of a worker share one square, as people do: what one leaves, the next finds. Rows are written by the
factories in the context of `square`; `commit` lets the living square see them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, sync_playwright

from app.identity import actions
from app.identity.models import Person
from app.kernel import db
from deploy.local import browser as chromium
from tests.conftest import settings
from tests.support import database
from tests.support.live import Live, beside, on_air, square_of
from tests.support.smtp import Catcher, Mailbox
from tests.support.visitor import Visitor, listed

NewVisitor = Callable[..., Visitor]
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def live(valkey_url: str, catcher: Catcher, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The living square of this worker."""
    folder = tmp_path_factory.mktemp("live")
    with database.clone("journeys") as name:
        config = replace(settings(name, beside(valkey_url, 32), catcher.url, folder), keep_seconds=30)
        with on_air(config, folder) as running:
            yield running


@pytest.fixture
def square(live: Live) -> Iterator[Flask]:
    with square_of(live) as app:
        yield app


@pytest.fixture
def commit(square: Flask) -> Callable[[], None]:
    """Let the living square see what the factories wrote."""
    return lambda: db.session().commit()


@pytest.fixture
def mails(catcher: Catcher) -> Mailbox:
    mailbox: Mailbox = catcher.handler
    mailbox.clear()
    return mailbox


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or chromium.ensure()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def visitors(live: Live, browser: Browser) -> Iterator[NewVisitor]:
    """Makes visitors, each at a window of their own: `visitors(language="en", viewport=PHONE)`."""
    came: list[Visitor] = []

    def come(**choices: object) -> Visitor:
        came.append(Visitor(browser, live.address, **choices))
        return came[-1]

    yield come
    faults = [fault for visitor in came for fault in visitor.close()]
    assert not faults, listed(faults)


@pytest.fixture
def visitor(visitors: NewVisitor) -> Visitor:
    """Somebody who reads Danish at a desk."""
    return visitors()


@pytest.fixture
def sign_in(square: Flask, live: Live) -> Callable[[Visitor, Person], Visitor]:
    """Sign a person in at a window, for journeys that are about something else."""

    def signed_in(visitor: Visitor, person: Person) -> Visitor:
        token = actions.sign_in(person, browser="Chromium")
        db.session().commit()
        serializer = SecureCookieSessionInterface().get_signing_serializer(square)
        assert serializer is not None
        value = str(serializer.dumps({"_user_id": token, "_fresh": True}))
        visitor.context.add_cookies(
            [{"name": square.config["SESSION_COOKIE_NAME"], "value": value, "url": live.address}]
        )
        return visitor

    return signed_in
