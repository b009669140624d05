"""What the tests of identity share: signing up and in by the pages themselves, links in mails, an offered role."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.identity.models import Person, RoleOffer
from app.places.models import Municipality
from tests.factories import identity, places
from tests.factories.identity import PASSWORD
from tests.support.client import Client, Page
from tests.support.smtp import Mailbox

LINK = re.compile(r"http://localhost(/\S+)")


@pytest.fixture
def link_to(mails: Mailbox, run_jobs: Callable[[], int]) -> Callable[[str], str]:
    """The path of the link in the last mail to an address, after the jobs have run."""

    def path(address: str) -> str:
        run_jobs()
        body = mails.to(address)[-1].get_body(("plain",))
        assert body is not None
        found = LINK.search(body.get_content())
        assert found, body.get_content()
        return found.group(1)

    return path


@pytest.fixture
def sign_up() -> Callable[..., Page]:
    """Fills in the form as a newcomer."""

    def by_form(client: Client, email: str = "ny@example.org", path: str = "/sign-up", **fields: str) -> Page:
        values = {"name": "Ny Nabo", "email": email, "password": PASSWORD} | fields
        return client.submit(client.get(path), **values)

    return by_form


@pytest.fixture
def sign_in() -> Callable[..., Page]:
    """Signs in by the form."""

    def by_form(client: Client, person: Person, password: str = PASSWORD, path: str = "/sign-in") -> Page:
        return client.submit(client.get(path), email=str(person.email), password=password)

    return by_form


@pytest.fixture
def town(app: Flask) -> Municipality:
    return places.municipality(name="Prøvekøbing")


@pytest.fixture
def boss(town: Municipality) -> Person:
    return identity.administrator(town, name="Chefen")


@pytest.fixture
def offer(boss: Person, town: Municipality) -> RoleOffer:
    """Karen is to be moderator; the link ends in her name."""
    return identity.offer(boss, town, token="karen", email="karen@example.org")
