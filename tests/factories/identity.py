from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from app.identity.models import OfferOutcome, Person, Role, RoleName, RoleOffer
from app.kernel import clock, db
from app.kernel.access import Actor, actor_for
from app.kernel.tokens import token_hash
from app.places.models import Municipality

numbers = count(1)

PASSWORD = "tre kloge kaniner"
"""The password of those made with `with_password`."""


def person(*, with_password: bool = False, **values: Any) -> Person:
    """Somebody with a verified e-mail address."""
    number = next(numbers)
    values.setdefault("name", f"Prøve Person {number}")
    values.setdefault("email", f"person{number}@example.org")
    values.setdefault("email_verified_at", clock.now())
    row = Person(**values)
    if with_password:
        row.set_password(PASSWORD)
    db.session().add(row)
    db.session().flush()
    return row


def role(holder: Person, name: RoleName, municipality: Municipality | None = None) -> Role:
    row = Role(person=holder, name=name, municipality_id=municipality.id if municipality else None)
    db.session().add(row)
    db.session().flush()
    return row


def moderator(municipality: Municipality, **values: Any) -> Person:
    row = person(**values)
    role(row, RoleName.MODERATOR, municipality)
    return row


def administrator(municipality: Municipality, **values: Any) -> Person:
    row = person(**values)
    role(row, RoleName.ADMINISTRATOR, municipality)
    return row


def platform_administrator(**values: Any) -> Person:
    row = person(**values)
    role(row, RoleName.PLATFORM_ADMINISTRATOR)
    return row


def offer(by: Person, municipality: Municipality | None = None, *, token: str = "", **values: Any) -> RoleOffer:
    """A role offered by mail that waits for an answer, its link made of the token; moderator unless said otherwise."""
    number = next(numbers)
    values = {"email": f"tilbud{number}@example.org", "name": RoleName.MODERATOR, "offered_by": by} | values
    values = {"expires_at": clock.now() + timedelta(days=14), "token_hash": token_hash(token or str(number))} | values
    if "outcome" in values:
        values = {"settled_at": clock.now()} | values
    if values.get("outcome") == OfferOutcome.ACCEPTED:
        values["email"] = None
    row = RoleOffer(municipality_id=municipality.id if municipality else None, **values)
    db.session().add(row)
    db.session().flush()
    return row


def actor(row: Person) -> Actor:
    """The person as rules and actions know them, with all grants."""
    return actor_for(row)
