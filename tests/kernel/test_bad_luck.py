"""PostgreSQL or Valkey is gone for a minute: pages say so, nothing is half-written, jobs resume."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from app import create_app
from app.activity import actions as activity
from app.activity import jobs as outbox
from app.activity.models import Activity, Follow, SubjectType
from app.kernel import db, jobs
from app.kernel.access import SYSTEM
from tests.factories import identity, places
from tests.support import database
from tests.support.client import Client
from tests.support.wire import Wire


@pytest.fixture
def wires(committed: Flask) -> Iterator[tuple[Flask, Wire, Wire]]:
    """An application whose connections to PostgreSQL and to Valkey can be cut."""
    settings = committed.settings
    base = urlsplit(settings.database_url)
    folder = parse_qs(base.query)["host"][0]
    postgres = Wire(f"{folder}/.s.PGSQL.{parse_qs(base.query).get('port', ['5432'])[0]}")
    address = urlsplit(settings.redis_url)
    valkey = Wire(address.path)
    number = parse_qs(address.query).get("db", ["0"])[0]
    app = create_app(
        replace(
            settings,
            database_url=f"postgresql://postgres@127.0.0.1:{postgres.port}{base.path}",
            redis_url=f"redis://127.0.0.1:{valkey.port}/{number}",
        )
    )
    yield app, postgres, valkey
    database.hang_up(app)


def test_without_postgresql_pages_say_so_and_come_back(
    wires: tuple[Flask, Wire, Wire], client_of: Callable[[Flask], Client]
) -> None:
    app, postgres, _ = wires
    client = client_of(app).signed_in_as(identity.person())
    assert client.get("/notifications").status_code == 200
    postgres.cut()
    page = client.get("/notifications")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["database"]) == (503, False)
    postgres.mend()
    assert client.get("/notifications").status_code == 200


def test_a_write_that_loses_postgresql_before_its_commit_is_as_if_it_had_never_been(
    wires: tuple[Flask, Wire, Wire], client_of: Callable[[Flask], Client]
) -> None:
    app, postgres, _ = wires
    client = client_of(app).signed_in_as(identity.person())
    path, token = f"/follows/municipality/{places.municipality().id}", client.csrf_token()
    with app.app_context():
        engine = db.extension.engine
    event.listen(engine, "commit", lambda connection: postgres.cut(), once=True)
    assert client.post(path, data={"csrf_token": token}).status_code == 503
    postgres.mend()
    db.session().rollback()
    assert db.session().scalar(select(func.count()).select_from(Follow)) == 0
    assert client.post(path, data={"csrf_token": token}).status_code == 303
    assert db.session().scalar(select(func.count()).select_from(Follow)) == 1


def test_without_valkey_reading_goes_on_and_writing_waits(
    wires: tuple[Flask, Wire, Wire], client_of: Callable[[Flask], Client]
) -> None:
    app, _, valkey = wires
    client = client_of(app).signed_in_as(identity.person())
    path = f"/follows/municipality/{places.municipality().id}"
    valkey.cut()
    assert client.get("/notifications").status_code == 200
    assert client.send(path).status_code == 503
    assert db.session().scalar(select(func.count()).select_from(Follow)) == 0
    assert client.get("/readyz").get_json() == {"database": True, "valkey": False}
    valkey.mend()
    assert client.get("/readyz").status_code == 200


def test_what_happened_while_valkey_was_away_is_told_when_it_is_back(
    committed: Flask, wires: tuple[Flask, Wire, Wire]
) -> None:
    app, _, valkey = wires
    valkey.cut()
    with app.app_context():
        happened_id = activity.record("challenge.closed", by=SYSTEM, subject_type=SubjectType.CHALLENGE, subject_id=1)
        happened = db.session().get_one(Activity, happened_id)
        happened.created_at = happened.created_at.replace(year=2020)
        db.session().commit()
        jobs.send_queued()
    valkey.mend()
    outbox.sweep()
    assert db.session().info.pop("queued") == [("activity.read", (happened_id,))]
    outbox.read(happened_id)
    db.session().commit()
    assert db.session().get_one(Activity, happened_id).read_at is not None
