from __future__ import annotations

import io

import pytest
from flask import Flask

from app.kernel import limits
from tests.factories import identity, places
from tests.support.client import Client


def test_an_oversized_upload_is_refused_with_a_page_that_says_so(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.signed_in_as(identity.person())
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    big = io.BytesIO(b"x" * 1001)
    page = client.post("/challenges/new", data={"cover": (big, "billede.jpg")}, content_type="multipart/form-data")
    assert page.status_code == 413
    assert "stor" in page.heading


def test_every_write_counts_against_a_limit(client: Client) -> None:
    client.signed_in_as(identity.person())
    path = f"/follows/municipality/{places.municipality().id}"
    allowed = int(limits.WRITES.split()[0])
    answers = [client.send(path) for _ in range(allowed + 1)]
    assert [answer.status_code for answer in answers[:allowed]] == [303] * allowed
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert "Retry-After" not in answers[0].headers


def test_reading_is_never_limited(client: Client) -> None:
    assert {client.get("/was").status_code for _ in range(70)} == {200}


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_the_machines_that_watch_are_never_limited(client: Client, address: str) -> None:
    assert {client.get(address).status_code for _ in range(70)} == {200}


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("unknown", "unknown", True),
    ],
)
def test_a_household_has_one_address_however_many_it_uses(app: Flask, first: str, second: str, together: bool) -> None:
    def of(address: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return limits.address()

    assert (of(first) == of(second)) is together
