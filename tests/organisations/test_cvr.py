from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.organisations import cvr
from app.organisations.cvr.online import OnlineRegister
from app.organisations.cvr.recorded import COMPANIES, RecordedRegister

ANSWERS = {
    "99000686": (200, json.dumps({"name": "Nordlys", "address": "Havnegade 14", "zipcode": 8000, "city": "Aarhus C"})),
    "99001097": (404, "{}"),
    "99006714": (500, "{}"),
    "99007125": (200, "<html>"),
    "99009454": (200, "[1]"),
}


class Register(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, text = ANSWERS[self.path.strip("/")]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def online() -> Iterator[OnlineRegister]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Register)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield OnlineRegister(f"http://127.0.0.1:{server.server_port}/{{cvr}}")
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("typed", ["99000686", "99 00 06 86", "DK-99000686", " 9900.0686 "])
def test_a_number_may_be_written_with_spaces_and_country(typed: str) -> None:
    assert cvr.valid(typed) == "99000686"


@given(st.text(max_size=40))
def test_whatever_is_typed_is_eight_digits_or_nothing(typed: str) -> None:
    number = cvr.valid(typed)
    assert number is None or (len(number) == 8 and number.isascii() and number.isdigit())


def test_the_recorded_companies_have_valid_numbers_and_unknown_ones_are_not_found() -> None:
    assert all(cvr.valid(number) == number for number in COMPANIES)
    assert RecordedRegister().find("99010413") is None


def test_a_register_on_the_network_answers_with_name_and_address(online: OnlineRegister) -> None:
    assert online.find("99000686") == cvr.Company("99000686", "Nordlys", "Havnegade 14, 8000 Aarhus C")
    assert online.find("99001097") is None
    assert online.find("99009454") is None


@pytest.mark.parametrize("number", ["99006714", "99007125"])
def test_a_register_that_is_broken_is_away(online: OnlineRegister, number: str) -> None:
    with pytest.raises(cvr.RegisterAway):
        online.find(number)


def test_a_register_that_does_not_listen_is_away() -> None:
    with pytest.raises(cvr.RegisterAway):
        OnlineRegister("http://127.0.0.1:9/{cvr}").find("99000686")
