"""What belongs to others: strangers neither see what is private nor change anything, whichever route they try."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.identity.models import RoleName
from app.kernel import clock, db
from app.organisations.models import Invitation, MemberRole, MembershipRequest
from app.partnerships.models import PartnershipState
from app.proposals.models import ProposalState
from app.proposals.supports.models import HelpKind, HelpOffer
from tests.factories import (
    challenges,
    deliberation,
    identity,
    moderation,
    organisations,
    partnerships,
    places,
    proposals,
)
from tests.support.client import Client, Page

Things = dict[str, list[Any]]
Answered = dict[str, set[str]]

EVERYTHING = {
    "title": "Noget andet",
    "body": "Noget andet",
    "state": "withdrawn",
    "answer": "accept",
    "reason": "Fordi",
    "role": "admin",
    "accept": "1",
    "kind": "hours",
    "outcome": "Noget",
    "figure": "1",
    "version": "1",
    "name": "En anden",
    "email": "en@example.org",
    "text": "Noget andet",
}
"""Fields that some form would take."""

KEPT = (
    "challenges",
    "partnerships",
    "partners",
    "pledges",
    "organisations",
    "memberships",
    "invitations",
    "roles",
    "role_offers",
    "decisions",
    "help_offers",
    "municipalities",
)
"""Tables in which a stranger changes no row. What they may add to others' things, such as a comment, lies elsewhere."""

FOR_EVERYBODY = {
    "POST /comments/<int:id>/reply",
    "POST /comments/<int:id>/useful",
    "POST /comments/<int:id>/useful/end",
    "POST /organisations/<int:id>/join",
    "POST /partnerships/<int:id>/join",
    "POST /proposals/<int:id>/help",
    "POST /proposals/<int:id>/support",
    "POST /proposals/<int:id>/support/end",
    "POST /threads/<int:id>/comments",
}
"""What anybody with an account may do to a public thing of others."""

FOR_ORGANISATIONS = {"POST /proposals/<int:id>/backing"}
MAY: Answered = {
    "visitor": set(),
    "stranger": FOR_EVERYBODY,
    "official elsewhere": FOR_EVERYBODY | FOR_ORGANISATIONS,
}


class Stranger(Client):
    """A client that reads no page: other tests do."""

    def _check(self, page: Page) -> None:
        pass


def of_others() -> tuple[Things, Things]:
    """One of everything that has an address, of people who know each other: the private and the public things."""
    town = places.municipality(name="Prøvekøbing")
    owner, member = identity.person(), identity.person()
    company = organisations.owned_by(owner, municipality=town)
    membership = organisations.membership(company, member, MemberRole.ADMIN)
    challenge = challenges.challenge(municipalities=[town], author=owner)
    idea = proposals.proposal(challenge=challenge, author=owner)
    partnership = partnerships.partnership(challenge=challenge, lead=company, opened_by=owner)
    partner = partnerships.partner(partnership, person=member)
    remark = deliberation.comment(idea.thread, author=owner)
    case = moderation.waiting(municipalities=[town], author=owner)
    decision = moderation.decision(case)
    invitation = Invitation(
        organisation=company,
        email="ny@example.org",
        role=MemberRole.ADMIN,
        token_hash="x" * 64,
        expires_at=clock.now() + timedelta(days=1),
    )
    asked = MembershipRequest(organisation=company, person=identity.person())
    help_offer = HelpOffer(proposal=idea, person=member, kind=next(iter(HelpKind)), text="Jeg kommer.")
    role = identity.role(member, RoleName.MODERATOR, town)
    db.session().add_all([invitation, asked, help_offer])
    db.session().flush()
    private = {
        "challenges": [challenges.draft(author=owner, municipalities=[town])],
        "proposals": [
            proposals.proposal(challenge=challenge, author=owner, state=state)
            for state in (ProposalState.DRAFT, ProposalState.IN_REVIEW)
        ],
        "partnerships": [
            partnerships.partnership(challenge=challenge, lead=company, opened_by=owner, state=PartnershipState.DRAFT)
        ],
        "join-requests": [partnerships.request(partnership)],
        "invitations": [invitation],
        "membership-requests": [asked],
        "memberships": [membership],
        "review": [case],
        "decisions": [decision],
        "reports": [moderation.report(case), moderation.notice(case)],
        "roles": [role],
        "offers": [identity.offer(owner, town)],
        "help-offers": [help_offer],
    }
    public = {
        "challenges": [challenge],
        "proposals": [idea],
        "partnerships": [partnership],
        "partners": [partner],
        "pledges": [partnerships.pledge(partner)],
        "organisations": [company],
        "comments": [remark],
        "threads": [idea.thread],
        "people": [owner],
        "municipalities": [town],
        "thresholds": [town],
    }
    db.session().commit()
    return private, public


def addressed(app: Flask, things: Things) -> Iterator[tuple[str, Rule, str]]:
    """Method, route and address of every way to each of the things."""
    for rule in app.url_map.iter_rules():
        before = rule.rule.split("/<int:id>")[0].split("/")[-1]
        if "id" not in rule.arguments or before not in things:
            continue
        others = {name: "publish" if name == "kind" else 1 for name in rule.arguments - {"id"}}
        for thing in things[before]:
            with app.test_request_context():
                address = app.url_for(rule.endpoint, id=thing.id, **others)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, rule, address


def strangers() -> dict[str, Any]:
    elsewhere = places.municipality(name="Andetsted")
    official = identity.moderator(elsewhere)
    identity.role(official, RoleName.ADMINISTRATOR, elsewhere)
    organisations.owned_by(official, municipality=elsewhere)
    return {"visitor": None, "stranger": identity.person(), "official elsewhere": official}


def answered(app: Flask, valkey: Redis, things: Things, person: Any) -> set[str]:
    """The routes that did more for this person than refuse or show the sign-in."""
    client = Stranger(app, Page, use_cookies=True)
    if person is not None:
        client.signed_in_as(person)
    found = set()
    for method, rule, address in addressed(app, things):
        valkey.flushdb()
        data = EVERYTHING | {"csrf_token": client.csrf_token()} if method == "POST" else {}
        page = client.open(address, method=method, data=data)
        to_sign_in = page.status_code == 303 and page.location.startswith("/sign-in")
        if page.status_code not in {403, 404} and not to_sign_in:
            found.add(f"{method} {rule.rule}")
    return found


def kept(session: Session) -> dict[str, list[Any]]:
    rows = {name: session.execute(text(f"select t.* from {name} t order by id")).all() for name in KEPT}
    return {name: [tuple(row) for row in found] for name, found in rows.items()}


@pytest.mark.parametrize("who", ["visitor", "stranger", "official elsewhere"])
def test_what_is_private_is_not_there_for_strangers(app: Flask, valkey: Redis, session: Session, who: str) -> None:
    private, _ = of_others()
    assert answered(app, valkey, private, strangers()[who]) == set()


@pytest.mark.parametrize("who", ["visitor", "stranger", "official elsewhere"])
def test_strangers_change_nothing_of_others(app: Flask, valkey: Redis, session: Session, who: str) -> None:
    _, public = of_others()
    person = strangers()[who]
    session.commit()
    before = kept(session)
    found = answered(app, valkey, public, person)
    now = kept(session)
    for name in KEPT:
        assert [row for row in now[name] if row not in before[name]] == [], name
    assert {way for way in found if way.startswith("POST")} == MAY[who]
    assert not [way for way in found if "/edit" in way or "/desk/" in way]
