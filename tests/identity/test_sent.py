"""The page that says to look in one's mail."""

from __future__ import annotations

from tests.factories import identity
from tests.support.client import Client

WAITS = "Var du begyndt at skrive noget her"


def test_only_who_signs_up_is_told_that_what_they_wrote_waits(client: Client) -> None:
    client.submit(client.get("/forgotten-password"), email="anna@example.org")
    assert WAITS not in client.get("/sign-up/sent").words
    typed = {"name": "Anna", "email": "anna@example.org", "password": "seks hunde i en have"}
    client.submit(client.get("/sign-up"), **typed)
    assert WAITS in client.get("/sign-up/sent").words


def test_a_change_of_address_speaks_of_the_link_alone(client: Client) -> None:
    person = identity.person(with_password=True)
    page = client.signed_in_as(person).get("/settings/email")
    client.submit(page, email="ny@example.org", current_password=identity.PASSWORD)
    words = client.get("/sign-up/sent").words
    assert "ny@example.org" in words
    assert WAITS not in words
