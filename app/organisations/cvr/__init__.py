"""The CVR register behind a small interface: check digits, and name and address by number.

Which register answers is a setting, `CVR_REGISTER`: empty for the recorded answers, or the address of a service with
`{cvr}` in it that answers with JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from stdnum.dk import cvr
from stdnum.exceptions import ValidationError

from app.kernel.settings import settings


@dataclass(frozen=True)
class Company:
    """What the register knows of a company."""

    cvr: str
    name: str
    address: str
    municipality_code: str = ""


class RegisterAway(Exception):
    """The register does not answer; whoever registers writes the name themselves."""


class CvrRegister(Protocol):
    def find(self, number: str) -> Company | None:
        """The company of a valid number, or none. Raises RegisterAway."""


def valid(typed: str) -> str | None:
    """The eight digits of a CVR number that somebody typed, or none when its check digits do not fit."""
    try:
        return cvr.validate(typed)
    except ValidationError:
        return None


def register() -> CvrRegister:
    """The register that this square is set up with."""
    from app.organisations.cvr.online import OnlineRegister
    from app.organisations.cvr.recorded import RecordedRegister

    address = settings().cvr_register
    return OnlineRegister(address) if address else RecordedRegister()
