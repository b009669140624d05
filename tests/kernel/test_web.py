from __future__ import annotations

from tests.support.client import Client


def test_a_healthy_square_says_so(client: Client) -> None:
    assert client.get("/healthz").text == "ok"
    assert client.get("/readyz").get_json() == {"database": True, "valkey": True}
