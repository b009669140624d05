"""Invented organisations. They have no CVR number, because every number could be somebody's."""

from __future__ import annotations

from app.activity.models import SubjectType
from app.demo.actions.square import Square, content, happened, in_public, in_queue
from app.identity.models import Person
from app.organisations.models import MemberRole, Membership, Organisation

UNVERIFIED = {"International Makers East Jutland", "Bro & Bølge Ingeniører"}


def add_organisations(square: Square) -> None:
    for number, row in enumerate(content("organisations")["organisation"]):
        _add(square, row, number)
    company = square.organisations["Nordlys Sensor ApS"]
    owner = square.named["virksomhed@torvet.example"]
    square.add(Membership(organisation=company, person=owner, role=MemberRole.OWNER, since=square.ago(300)))
    square.members[company.id].insert(0, owner)


def _add(square: Square, row: dict[str, str], number: int) -> None:
    verified = row["name"] not in UNVERIFIED
    home = square.places[row["place"]]
    at = square.ago(400 - number * 10)
    texts = {name: value for name, value in row.items() if name != "place"}
    organisation = Organisation(
        **texts,
        municipality=home,
        municipalities=[home],
        created_at=at,
        verified_at=at if verified else None,
        verified_by_id=square.moderators[home.id].id if verified else None,
    )
    organisation.verified_what = ",".join(organisation.known) if verified else ""
    members = square.random.sample(square.people, square.random.randint(2, 5))
    organisation.registered_by_id = members[0].id
    square.add(organisation)
    square.organisations[organisation.name] = organisation
    square.members[organisation.id] = members
    _join(square, organisation, members)
    review = in_public if verified else in_queue
    review(square, organisation, SubjectType.ORGANISATION, home.id, members[0], at if verified else square.ago(3))
    if verified:
        happened(square, "organisation.verified", SubjectType.ORGANISATION, organisation.id, members[0], at)


def _join(square: Square, organisation: Organisation, members: list[Person]) -> None:
    roles = [MemberRole.OWNER, MemberRole.ADMIN, *[MemberRole.MEMBER] * len(members)]
    square.add(
        *(
            Membership(organisation=organisation, person=member, role=role, since=organisation.created_at)
            for member, role in zip(members, roles, strict=False)
        )
    )
