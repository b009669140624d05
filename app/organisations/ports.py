"""What organisations give to the house: the roles that members hold, and cards."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.kernel import db
from app.kernel.access import Grant, grants_from
from app.organisations.models import Membership


@grants_from
def memberships_of(person_id: int) -> Iterable[Grant]:
    current = select(Membership.role, Membership.organisation_id)
    rows = db.session().execute(current.where(Membership.person_id == person_id, Membership.ended_at.is_(None)))
    return [Grant(role, "organisation", organisation_id) for role, organisation_id in rows]
