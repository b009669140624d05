from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from app.activity.models import Activity
from app.identity.models import Person
from app.kernel import clock
from app.kernel.access import VISITOR, Actor
from app.kernel.mail import OutgoingMail
from app.organisations import actions, rules
from app.organisations.models import (
    Invitation,
    MemberRole,
    Membership,
    MembershipRequest,
    MembershipRequestState,
    Organisation,
)
from tests.factories import identity, organisations


def staffed() -> tuple[Organisation, dict[str, Actor]]:
    """An organisation, and who comes to it."""
    company = organisations.organisation()
    found = {"visitor": VISITOR, "stranger": identity.actor(identity.person())}
    for role in MemberRole:
        member = identity.person()
        organisations.membership(company, member, role)
        found[role.value] = identity.actor(member)
    return company, found


@pytest.mark.parametrize(
    ("role", "asks", "edits", "leaves", "hands_over"),
    [
        ("visitor", False, False, False, False),
        ("stranger", True, False, False, False),
        ("member", False, False, True, False),
        ("admin", False, True, True, False),
        ("owner", False, True, True, True),
    ],
)
def test_who_may_do_what(app: Flask, role: str, asks: bool, edits: bool, leaves: bool, hands_over: bool) -> None:
    company, actors = staffed()
    actor = actors[role]
    assert bool(rules.may_ask_to_join(actor, company)) == asks
    assert bool(rules.may_edit(actor, company)) == bool(rules.may_see_acts(actor, company)) == edits
    assert bool(rules.may_see_members(actor, company)) == leaves
    assert bool(rules.may_leave(actor, company)) == leaves
    assert bool(rules.may_hand_over(actor, company)) == hands_over
    assert bool(rules.may_register(actor)) == (role != "visitor")


def test_nobody_invites_before_their_own_address_is_known(app: Flask) -> None:
    owner = identity.person(email_verified_at=None)
    company = organisations.owned_by(owner)
    assert not rules.may_invite(identity.actor(owner), company)


def test_the_last_owner_stays_and_hands_over_to_members_only(app: Flask) -> None:
    company, actors = staffed()
    assert not rules.may_leave(actors["owner"], company, other_owners=0)
    assert not rules.may_hand_over(actors["owner"], company, to_another_member=False)


def test_an_invitation_is_used_once_by_somebody_with_an_account(app: Flask) -> None:
    company, actors = staffed()
    good = Invitation(organisation=company, expires_at=clock.now() + timedelta(days=1))
    assert not rules.may_accept(VISITOR, good)
    assert rules.may_accept(actors["stranger"], good)
    assert rules.may_withdraw_invitation(actors["owner"], good)
    good.accepted_at = clock.now()
    assert not rules.may_accept(actors["stranger"], good)
    assert not rules.may_withdraw_invitation(actors["owner"], good)


def test_a_request_is_answered_once(app: Flask) -> None:
    company, actors = staffed()
    request = MembershipRequest(organisation=company, state=MembershipRequestState.ASKED)
    assert rules.may_answer_request(actors["admin"], request)
    request.state = MembershipRequestState.ACCEPTED
    assert not rules.may_answer_request(actors["admin"], request)


def test_admins_change_members_and_owners_change_everybody(app: Flask) -> None:
    company, actors = staffed()
    member, owner = (organisations.membership(company, identity.person(), role) for role in ("member", "owner"))
    assert rules.may_change_role(actors["admin"], member, MemberRole.ADMIN)
    assert not rules.may_change_role(actors["admin"], member, MemberRole.OWNER)
    assert not rules.may_remove(actors["admin"], owner)
    assert rules.may_remove(actors["owner"], owner)
    assert not rules.may_change_role(actors["member"], member)
    member.ended_at = clock.now()
    assert not rules.may_change_role(actors["owner"], member)


def test_nobody_removes_themselves(app: Flask, session: Session) -> None:
    company, _ = staffed()
    own = organisations.membership(company, identity.person())
    assert not rules.may_remove(identity.actor(own.person), own)


def test_verification_is_asked_for_once_by_those_in_charge(app: Flask) -> None:
    company, actors = staffed()
    assert not rules.may_ask_for_verification(actors["owner"], company)
    company.verified_at = None
    assert rules.may_ask_for_verification(actors["owner"], company)
    assert not rules.may_ask_for_verification(actors["owner"], company, waiting=True)
    assert not rules.may_ask_for_verification(actors["member"], company)


def test_the_only_owner_is_not_made_less(app: Flask, session: Session) -> None:
    owner = identity.person()
    company = organisations.organisation()
    only = organisations.membership(company, owner, MemberRole.OWNER)
    with pytest.raises(HTTPException, match="altid en ejer"):
        actions.change_role(only, by=identity.actor(owner), role=MemberRole.MEMBER)
    actions.change_role(only, by=identity.actor(owner), role=MemberRole.OWNER)
    changed = select(func.count()).select_from(Activity).where(Activity.kind == "membership.role_changed")
    assert session.scalar(changed) == 0


def test_asking_twice_writes_once_and_only_to_those_with_an_address(app: Flask, session: Session) -> None:
    company, asker = organisations.owned_by(identity.person()), identity.person()
    gone: Person = identity.person(email=None, erased_at=clock.now(), name="Slettet bruger")
    organisations.membership(company, gone, MemberRole.ADMIN)
    with app.test_request_context():
        for _ in range(2):
            actions.ask_to_join(company, by=identity.actor(asker), message="Jeg arbejder der.")
    assert session.scalar(select(func.count()).select_from(OutgoingMail)) == 1


def test_a_member_who_asked_before_stays_the_member_they_are(app: Flask, session: Session) -> None:
    owner, person = identity.person(), identity.person()
    company = organisations.owned_by(owner)
    organisations.membership(company, person, MemberRole.ADMIN)
    request = MembershipRequest(organisation=company, person=person)
    session.add(request)
    session.flush()
    with app.test_request_context():
        actions.answer_request(request, by=identity.actor(owner), accept=True)
    assert session.scalar(select(func.count()).select_from(Membership)) == 2
    joined = select(func.count()).select_from(Activity).where(Activity.kind == "organisation.joined")
    assert session.scalar(joined) == 0
