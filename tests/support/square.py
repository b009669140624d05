"""A small square with one of everything, for tests that walk all routes or need filled tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.identity.models import Person
from app.kernel import db
from app.organisations.models import MemberRole
from app.partnerships.models import PartnershipState
from app.proposals.models import ProposalState
from tests.factories import challenges, identity, organisations, partnerships, places, proposals


@dataclass
class Square:
    """Its people by role, and a thing for each feature's routes."""

    people: dict[str, Person | None]
    things: dict[str, Any]
    others: dict[str, Any] = field(default_factory=dict)

    def id_for(self, blueprint: str) -> int:
        thing = self.things.get(blueprint)
        return int(thing.id) if thing is not None else 1


def build() -> Square:
    """One municipality, one challenge, one idea published and one waiting, one organisation, one partnership."""
    town = places.municipality(name="Prøvekøbing")
    citizen = identity.person(name="Borger Prøve", municipality_id=town.id)
    moderator = identity.moderator(town, name="Moderator Prøve")
    administrator = identity.administrator(town, name="Administrator Prøve")
    company = organisations.organisation(municipality=town)
    organisations.membership(company, citizen, MemberRole.OWNER)
    challenge = challenges.challenge(municipalities=[town], author=citizen)
    idea = proposals.proposal(challenge=challenge, author=citizen)
    proposals.proposal(challenge=challenge, author=citizen, state=ProposalState.IN_REVIEW)
    proposals.support(idea, moderator)
    identity.offer(administrator, town)
    partnership = partnerships.partnership(challenge=challenge, lead=company, opened_by=citizen)
    partnerships.partnership(challenge=challenge, opened_by=citizen, state=PartnershipState.ACTIVE)
    db.session().commit()
    people = {"visitor": None, "citizen": citizen, "moderator": moderator, "administrator": administrator}
    people["platform administrator"] = identity.platform_administrator(name="Platform Prøve")
    things = {
        "identity": citizen,
        "people": citizen,
        "places": town,
        "municipalities": town,
        "organisations": company,
        "challenges": challenge,
        "proposals": idea,
        "partnerships": partnership,
    }
    return Square(people, things)
