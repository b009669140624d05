from __future__ import annotations

from itertools import count
from typing import Any

from app.identity.models import Person
from app.kernel import clock, db
from app.organisations.models import MemberRole, Membership, Organisation, OrganisationKind
from tests.factories import places

numbers = count(1)


def organisation(**values: Any) -> Organisation:
    """A verified company."""
    values.setdefault("kind", OrganisationKind.COMPANY)
    values.setdefault("name", f"Prøvefirma {next(numbers)} ApS")
    values.setdefault("verified_at", clock.now())
    if "municipality" not in values and "municipality_id" not in values:
        values["municipality"] = places.municipality()
    row = Organisation(**values)
    db.session().add(row)
    db.session().flush()
    return row


def owned_by(owner: Person, **values: Any) -> Organisation:
    row = organisation(**values)
    membership(row, owner, MemberRole.OWNER)
    return row


def membership(organisation: Organisation, member: Person, role: MemberRole = MemberRole.MEMBER) -> Membership:
    row = Membership(organisation=organisation, person=member, role=role)
    db.session().add(row)
    db.session().flush()
    return row
