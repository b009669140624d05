from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app import create_app
from app.kernel import db
from app.kernel.forms import VersionedForm, number
from tests.support.client import Client


def test_a_healthy_square_says_so(client: Client) -> None:
    assert client.get("/healthz").text == "ok"
    assert client.get("/readyz").get_json() == {"database": True, "valkey": True}


def test_the_cookie_belongs_to_one_host_and_to_no_script(app: Flask) -> None:
    secure = create_app(replace(app.settings, base_url="https://torvet.example.org"))
    answer = secure.test_client().post("/language", data={"language": "en"}, base_url="https://torvet.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-torvet=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"]


def test_what_people_wrote_stays_out_of_the_logs(app: Flask) -> None:
    with pytest.raises(ProgrammingError) as caught, db.session().begin_nested():
        db.session().execute(text("select nothing(:secret)"), {"secret": "anna@example.dk"})
    assert "anna" not in str(caught.value)


@pytest.mark.parametrize("typed", ["", "x", "-1", "²", "٣", "1.0", "9" * 19, "9" * 5000, None])
def test_what_is_no_number_is_none(app: Flask, typed: str | None) -> None:
    assert number(typed) is None
    with app.test_request_context(method="POST", data={"version": typed or ""}):
        assert VersionedForm(meta={"csrf": False}).version_seen == -1


def test_a_number_is_read() -> None:
    assert number("42") == 42


@pytest.mark.parametrize("path", ["/%00", "/proposals/1%01", "/%0d%0aSet-Cookie:x=1", "/%7F"])
def test_an_address_with_control_characters_gets_a_page_without_them(client: Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", page.text)
