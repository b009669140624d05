"""What the tests of partnerships share."""

from __future__ import annotations

from sqlalchemy import select

from app.identity.models import Person
from app.kernel import db
from app.partnerships.models import Partner, Partnership
from tests.factories import identity, organisations, partnerships


def forming(partners: int = 0) -> tuple[Partnership, Person, list[Person]]:
    """A forming partnership, the person who leads it, and people who take part."""
    owner = identity.person()
    row = partnerships.partnership(lead=organisations.owned_by(owner), opened_by=owner)
    others = [identity.person() for _ in range(partners)]
    for one in others:
        partnerships.partner(row, person=one)
    return row, owner, others


def seat(partnership: Partnership, person: Person) -> Partner:
    mine = (Partner.partnership_id == partnership.id, Partner.person_id == person.id)
    return db.session().scalars(select(Partner).where(*mine)).one()
