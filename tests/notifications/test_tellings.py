"""Each event is told once, truly, and to nobody as news of their own doing."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.activity import actions as activity
from app.activity.models import Activity, SubjectType
from app.identity.models import Person
from app.moderation import actions as moderation
from app.moderation.models import Case, DecisionKind
from app.notifications.models import Notification
from app.organisations import actions as organisations
from app.organisations.models import MemberRole, MembershipRequest, Organisation
from app.proposals.merging.actions import merge
from app.proposals.models import ProposalState
from tests.factories import challenges, identity, places, proposals
from tests.factories import organisations as firms
from tests.support.client import Client
from tests.support.smtp import Mailbox

Run = Callable[[], int]


def kinds(session: Session, person: Person) -> list[str]:
    """What a person was told of."""
    told = select(Activity.kind).join(Notification, Notification.activity_id == Activity.id)
    return sorted(session.scalars(told.where(Notification.person_id == person.id)))


def test_an_invited_person_is_named_as_the_one_who_joined(app: Flask, run_jobs: Run, mails: Mailbox) -> None:
    owner, erin = identity.person(language="da"), identity.person(name="Erin O'Neill")
    firm = firms.owned_by(owner, name="Nordlys Sensorer ApS")
    joins(firm, owner, erin)
    run_jobs()
    assert mails.to(owner.email)[0]["Subject"] == "Erin O'Neill er nu medlem af Nordlys Sensorer ApS."


def joins(firm: Organisation, owner: Person, guest: Person) -> None:
    """An owner invites somebody, who accepts."""
    by = identity.actor(owner)
    with current_app.test_request_context():
        invitation = organisations.invite(firm, by=by, email="gaest@example.org", role=MemberRole.MEMBER, language="da")
    organisations.accept_invitation(invitation, by=identity.actor(guest))


def test_the_acts_say_who_became_a_member_and_who_took_whom_in(client: Client, session: Session) -> None:
    owner, anna, bo = (
        identity.person(name="Mette", language="en"),
        identity.person(name="Anna"),
        identity.person(name="Bo"),
    )
    firm = firms.owned_by(owner)
    joins(firm, owner, anna)
    asked = MembershipRequest(organisation=firm, person=bo)
    session.add(asked)
    session.flush()
    with current_app.test_request_context():
        organisations.answer_request(asked, by=identity.actor(owner), accept=True)
    page = client.signed_in_as(owner).get(f"/organisations/{firm.id}/acts")
    taken, became, _ = ([cell.get_text(strip=True) for cell in row.select("td")] for row in page.all("tbody tr"))
    assert taken[1:3] == ["Mette", "took Bo in as a member"]
    assert became[1:3] == ["Anna", "became a member"]


def test_who_wrote_an_idea_and_follows_the_challenge_hears_once_that_it_is_public(
    session: Session, run_jobs: Run
) -> None:
    author, neighbour = identity.person(), identity.person()
    idea = proposals.proposal(author=author, state=ProposalState.IN_REVIEW, published_at=None)
    for one in (author, neighbour):
        activity.follow(one.id, SubjectType.CHALLENGE, idea.challenge_id)
    publish(session, idea.case_id)
    run_jobs()
    assert kinds(session, author) == ["case.publish"]
    assert kinds(session, neighbour) == ["proposal.published"]


def test_who_wrote_a_challenge_and_follows_its_municipality_hears_once(session: Session, run_jobs: Run) -> None:
    town, author = places.municipality(), identity.person()
    challenge = challenges.in_review(author=author, municipalities=[town], published_at=None)
    activity.follow(author.id, SubjectType.MUNICIPALITY, town.id)
    publish(session, challenge.case_id)
    run_jobs()
    assert kinds(session, author) == ["case.publish"]


def publish(session: Session, case_id: int | None, kind: DecisionKind = DecisionKind.PUBLISH) -> None:
    case = session.get_one(Case, case_id)
    moderator = identity.moderator(case.municipality)
    moderation.decide(case, kind, by=identity.actor(moderator), version=case.version)


def test_who_wrote_the_merged_idea_and_supports_it_hears_once(session: Session, run_jobs: Run) -> None:
    author, supporter = identity.person(), identity.person()
    first = proposals.proposal(author=author)
    into = proposals.proposal(challenge=first.challenge)
    for one in (author, supporter):
        proposals.support(first, one)
        activity.follow(one.id, SubjectType.PROPOSAL, first.id)
    moderator = identity.actor(identity.moderator(first.municipality))
    merge(first, into, by=moderator, version=session.get_one(Case, first.case_id).version, reason="Det samme forslag.")
    run_jobs()
    assert kinds(session, author) == ["case.merge"]
    assert kinds(session, supporter) == ["proposal.merged"]
    assert kinds(session, into.author) == ["proposal.merged"]


def test_verifying_an_organisation_is_one_true_letter(session: Session, run_jobs: Run, mails: Mailbox) -> None:
    owner = identity.person(language="da")
    firm = firms.owned_by(owner, name="Nordlys ApS", verified_at=None)
    organisations.ask_for_verification(firm, by=identity.actor(owner))
    publish(session, firm.case_id)
    run_jobs()
    letters = [letter["Subject"] for letter in mails.to(owner.email)]
    assert letters == ["Nordlys ApS er verificeret. På siden står, hvad der er tjekket."]


def test_what_waits_to_be_verified_is_said_to_be_seen_already(client: Client, session: Session) -> None:
    owner = identity.person(language="en")
    firm = firms.owned_by(owner, verified_at=None)
    organisations.ask_for_verification(firm, by=identity.actor(owner))
    words = client.signed_in_as(owner).get(f"/organisations/{firm.id}").words
    assert "A moderator checks the organisation before it is verified" in words
    assert "before it is shown to everybody" not in words
    assert re.search(r"at \d\d:\d\d\. It is the next in line\.", client.get(f"/organisations/{firm.id}").text)
    moderator = identity.actor(identity.moderator(firm.municipality))
    case = session.get_one(Case, firm.case_id)
    moderation.decide(case, DecisionKind.REQUEST_CHANGES, by=moderator, version=case.version, reason="Navnet mangler.")
    words = client.get(f"/organisations/{firm.id}").words
    assert "The page stays, marked as not verified." in words
