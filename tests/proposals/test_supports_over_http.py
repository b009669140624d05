"""A small crowd at a web server of two processes, with sessions and tokens. `make bench` has the large one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app.kernel import db
from benchmarks import crowd
from benchmarks.supports import faults
from tests.conftest import settings
from tests.factories import identity, proposals
from tests.support import database
from tests.support.live import Live, beside, on_air, square_of
from tests.support.smtp import Catcher

PEOPLE, ACTS, IDEAS = 16, 12, 2


@pytest.fixture
def live(valkey_url: str, catcher: Catcher, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("crowd")
    with database.clone("crowd") as name:
        config = replace(settings(name, beside(valkey_url, 24), catcher.url, folder), proxies=1)
        with on_air(config, folder, workers=2) as running:
            yield running


@pytest.fixture
def square(live: Live) -> Iterator[Flask]:
    with square_of(live) as app:
        yield app


def test_a_crowd_at_once_is_counted_exactly_and_nobody_twice(live: Live, square: Flask) -> None:
    people = [identity.person(with_password=True) for _ in range(PEOPLE)]
    ideas = [proposals.proposal().id for _ in range(IDEAS)]
    emails = {person.id: str(person.email) for person in people}
    db.session().commit()
    host, port = live.opened.getsockname()
    visitors = {person: crowd.Visitor(host, port, live.address, number) for number, person in enumerate(emails)}
    crowd.sign_in(list(visitors.values()), list(emails.values()), identity.PASSWORD, f"/proposals/{ideas[0]}")
    outcome = crowd.act(visitors, ideas, ACTS)
    assert not faults(outcome, ideas)
    assert outcome.statuses == {303: PEOPLE * ACTS}
