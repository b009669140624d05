"""A register on the network: a service that answers a CVR number with JSON."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from app.organisations.cvr import Company, RegisterAway

PATIENCE = 4.0
MOST_BYTES = 100_000


class OnlineRegister:
    """Asks `address` with `{cvr}` replaced. Reads name, address, zipcode, city and municipality_code of the answer."""

    def __init__(self, address: str) -> None:
        self.address = address

    def find(self, number: str) -> Company | None:
        asked = Request(self.address.replace("{cvr}", number), headers={"Accept": "application/json"})  # noqa: S310
        try:
            with urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 the address is a setting, checked at start
                return _company(number, json.loads(answer.read(MOST_BYTES)))
        except HTTPError as refusal:
            if refusal.code == 404:
                return None
            raise RegisterAway from refusal
        except (URLError, TimeoutError, OSError, ValueError) as fault:
            raise RegisterAway from fault


def _company(number: str, answer: Any) -> Company | None:
    if not isinstance(answer, dict) or not answer.get("name"):
        return None
    town = " ".join(str(answer.get(part) or "") for part in ("zipcode", "city")).strip()
    street = str(answer.get("address") or "")
    whole = ", ".join(part for part in (street, town) if part)
    return Company(number, str(answer["name"])[:200], whole[:200], str(answer.get("municipality_code") or "")[:4])
