from __future__ import annotations

import pytest
from flask import Flask

from app.kernel import kept
from app.kernel.redirects import own_path
from tests.support.client import Client

FOREIGN = [
    "//ond.dk",
    "/\\ond.dk",
    "//[",
    "/\\[",
    "https://ond.dk/",
    "/\t/ond.dk",
    "javascript:alert(1)",
    "ingenting",
    "",
]


@pytest.mark.parametrize("foreign", FOREIGN)
def test_what_is_no_path_of_ours_leads_elsewhere(foreign: str) -> None:
    assert own_path(foreign, "/") == "/"


@pytest.mark.parametrize("foreign", ["//[", "//ond.dk"])
def test_a_page_bears_any_way_back(client: Client, foreign: str) -> None:
    assert client.get("/sign-in", query_string={"next": foreign}).status_code == 200
    assert client.post("/language", data={"language": "en", "next": foreign}).location == "/"


@pytest.mark.parametrize(
    ("referrer", "page"),
    [
        ("http://localhost/proposals/new?challenge=5", "/proposals/new?challenge=5"),
        ("http://localhost//ond.dk/", "/support"),
        ("http://ond.dk/proposals/new", "/support"),
        ("http://[", "/support"),
        ("", "/support"),
    ],
)
def test_the_page_a_form_stood_on_is_one_of_ours(app: Flask, referrer: str, page: str) -> None:
    with app.test_request_context("/support", method="POST", headers={"Referer": referrer}):
        assert kept.keep() == page
