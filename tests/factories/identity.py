from __future__ import annotations

from itertools import count
from typing import Any

from app.identity.models import Person, Role, RoleName
from app.kernel import clock, db
from app.kernel.access import Actor, actor_for
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


def actor(row: Person) -> Actor:
    """The person as rules and actions know them, with all grants."""
    return actor_for(row)
