"""Verbs of organisations. Whatever touches members first locks the organisation's row, so that it keeps an owner."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.activity import actions as activity
from app.activity.models import SubjectType
from app.identity.models import Person
from app.kernel import clock, db, mail
from app.kernel.access import Actor, Grant, Refusal, check
from app.kernel.settings import settings
from app.kernel.tokens import token_hash
from app.moderation import actions as moderation
from app.organisations import queries, rules
from app.organisations.models import (
    Invitation,
    MemberRole,
    Membership,
    MembershipRequest,
    MembershipRequestState,
    Organisation,
)

INVITATION_LASTS = timedelta(days=14)
ENDS_VERIFICATION = {"name", "municipality"}


def speak_for(organisation_id: int | None, *, by: Actor) -> Organisation | None:
    """The organisation in whose name somebody acts, or none for their own; 403 unless they may."""
    if organisation_id is None:
        return None
    organisation = db.session().get(Organisation, organisation_id)
    check(rules.may_speak_for(by, organisation) if organisation else Refusal(""))
    return organisation


def register(*, by: Actor, **values: Any) -> Organisation:
    """Register an organisation with its first owner, and ask for verification."""
    check(rules.may_register(by))
    organisation = Organisation(registered_by_id=by.id, **values)
    db.session().add(organisation)
    db.session().flush()
    db.session().add(Membership(organisation=organisation, person_id=by.id, role=MemberRole.OWNER))
    record("organisation.registered", organisation, by)
    activity.follow(by.id or 0, SubjectType.ORGANISATION, organisation.id)
    _submit(organisation, by)
    return organisation


def edit(organisation: Organisation, *, by: Actor, **values: Any) -> None:
    """Change the profile. Under another name or at another home the organisation is verified anew."""
    check(rules.may_edit(by, organisation))
    anew = any(values[key] != getattr(organisation, key) for key in ENDS_VERIFICATION & set(values))
    for key, value in values.items():
        setattr(organisation, key, value)
    record("organisation.edited", organisation, by)
    if anew:
        organisation.end_verification()
        _submit(organisation, by)


def ask_for_verification(organisation: Organisation, *, by: Actor) -> None:
    """Send it to the moderators of its home municipality."""
    check(rules.may_ask_for_verification(by, organisation))
    _submit(organisation, by)


def _submit(organisation: Organisation, by: Actor) -> None:
    db.session().flush()
    case = moderation.submit(
        SubjectType.ORGANISATION,
        organisation.id,
        title=organisation.name,
        municipality_id=organisation.municipality.id,
        author_id=by.id,
    )
    organisation.case_id = case.id
    record("organisation.submitted", organisation, by)


def invite(organisation: Organisation, *, by: Actor, email: str, role: MemberRole, language: str) -> Invitation:
    """Mail an invitation. An earlier one to the same address is withdrawn."""
    check(rules.may_invite(by, organisation))
    for earlier in db.session().scalars(queries.usable_invitations(organisation.id, email)):
        earlier.withdrawn_at = clock.now()
    token = secrets.token_urlsafe(24)
    invitation = Invitation(
        organisation_id=organisation.id,
        email=email,
        role=role,
        token_hash=token_hash(token),
        invited_by_id=by.id,
        expires_at=clock.now() + INVITATION_LASTS,
    )
    db.session().add(invitation)
    db.session().flush()
    record("membership.invited", organisation, by)
    mail.queue(
        "organisation_invitation",
        address=email,
        language=language,
        organisation=organisation.name,
        invited_by=by.name,
        role=role,
        days=INVITATION_LASTS.days,
        invitation_id=invitation.id,
        action_url=settings().base_url + url_for("organisations.invitation", token=token),
    )
    return invitation


def withdraw_invitation(invitation: Invitation, *, by: Actor) -> None:
    check(rules.may_withdraw_invitation(by, invitation))
    invitation.withdrawn_at = invitation.withdrawn_at or clock.now()


def accept_invitation(invitation: Invitation, *, by: Actor) -> Membership:
    """Become a member. Whoever is one already keeps the role they have."""
    _lock(invitation.organisation, by)
    db.session().refresh(invitation)
    check(rules.may_accept(by, invitation))
    invitation.accepted_at, invitation.accepted_by_id = clock.now(), by.id
    return _join(invitation.organisation, by.id or 0, invitation.role, by)


def ask_to_join(organisation: Organisation, *, by: Actor, message: str) -> None:
    """Ask to become a member; the owners and admins are written to. Asking twice changes nothing."""
    check(rules.may_ask_to_join(by, organisation))
    asked = insert(MembershipRequest).values(
        organisation_id=organisation.id,
        person_id=by.id,
        message=message,
        state=MembershipRequestState.ASKED,
        asked_at=clock.now(),
    )
    if db.session().scalar(asked.on_conflict_do_nothing().returning(MembershipRequest.id)) is None:
        return
    for leader in db.session().scalars(queries.leaders(organisation.id)):
        address = settings().base_url + url_for("organisation_desk.members", id=organisation.id)
        _write_to(leader, "organisation_asked", organisation, asked_by=by.name, message=message, action_url=address)


def answer_request(request: MembershipRequest, *, by: Actor, accept: bool) -> None:
    """Take somebody in, or not; they are written to."""
    by = _lock(request.organisation, by)
    db.session().refresh(request)
    check(rules.may_answer_request(by, request))
    request.state = MembershipRequestState.ACCEPTED if accept else MembershipRequestState.DECLINED
    request.answered_at, request.answered_by_id = clock.now(), by.id
    if accept:
        _join(request.organisation, request.person_id, MemberRole.MEMBER, by)
    address = settings().base_url + url_for("organisations.show", id=request.organisation_id)
    _write_to(request.person, "organisation_answered", request.organisation, accepted=accept, action_url=address)


def change_role(membership: Membership, *, by: Actor, role: MemberRole) -> None:
    """Give a member another role."""
    by = _lock(membership.organisation, by)
    db.session().refresh(membership)
    check(rules.may_change_role(by, membership, role))
    if membership.role == MemberRole.OWNER != role:
        check(rules.keeps_an_owner(_owners_beside(membership)))
    if membership.role != role:
        membership.role = role
        record("membership.role_changed", membership.organisation, by, person_id=membership.person_id, role=role)


def remove(membership: Membership, *, by: Actor) -> None:
    """End somebody's membership."""
    by = _lock(membership.organisation, by)
    db.session().refresh(membership)
    check(rules.may_remove(by, membership))
    if membership.role == MemberRole.OWNER:
        check(rules.keeps_an_owner(_owners_beside(membership)))
    membership.ended_at, membership.ended_by_id = clock.now(), by.id
    record("membership.removed", membership.organisation, by, person_id=membership.person_id)


def leave(organisation: Organisation, *, by: Actor) -> None:
    """End one's own membership."""
    by = _lock(organisation, by)
    other_owners = db.session().scalar(queries.owners_beside(organisation.id, by.id or 0)) or 0
    check(rules.may_leave(by, organisation, other_owners=other_owners))
    mine = queries.members(organisation.id).where(Membership.person_id == by.id)
    membership = db.session().scalars(mine).one()
    membership.ended_at, membership.ended_by_id = clock.now(), by.id
    record("membership.left", organisation, by)


def hand_over(organisation: Organisation, *, by: Actor, to_person_id: int) -> None:
    """Make another member owner; whoever hands over stays as admin."""
    by = _lock(organisation, by)
    current = {member.person_id: member for member in db.session().scalars(queries.members(organisation.id))}
    check(rules.may_hand_over(by, organisation, to_another_member=to_person_id in current.keys() - {by.id}))
    current[to_person_id].role, current[by.id or 0].role = MemberRole.OWNER, MemberRole.ADMIN
    record("membership.handed_over", organisation, by, person_id=to_person_id)


def record(kind: str, organisation: Organisation, by: Actor, **data: int | str | None) -> None:
    """Write down what happened to an organisation, in its own name."""
    about = SubjectType.ORGANISATION
    activity.record(
        kind, by=by, subject_type=about, subject_id=organisation.id, organisation_id=organisation.id, **data
    )


def _lock(organisation: Organisation, by: Actor) -> Actor:
    """Wait for the organisation's row; gives the actor with the role they hold now, not when the request began."""
    db.session().execute(select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())
    held = select(Membership.role).where(
        Membership.organisation_id == organisation.id, Membership.person_id == by.id, Membership.ended_at.is_(None)
    )
    role = db.session().scalar(held)
    elsewhere = {grant for grant in by.grants if (grant.scope, grant.scope_id) != ("organisation", organisation.id)}
    now = {Grant(role, "organisation", organisation.id)} if role else set()
    return replace(by, grants=frozenset(elsewhere | now))


def _owners_beside(membership: Membership) -> int:
    return db.session().scalar(queries.owners_beside(membership.organisation_id, membership.person_id)) or 0


def _join(organisation: Organisation, person_id: int, role: MemberRole, by: Actor) -> Membership:
    current = queries.members(organisation.id).where(Membership.person_id == person_id)
    membership = db.session().scalars(current).one_or_none()
    if membership is None:
        membership = Membership(organisation_id=organisation.id, person_id=person_id, role=role)
        db.session().add(membership)
        record("organisation.joined", organisation, by, person_id=person_id)
        activity.follow(person_id, SubjectType.ORGANISATION, organisation.id)
    return membership


def _write_to(person: Person, event: str, organisation: Organisation, **context: Any) -> None:
    if person.email:
        mail.queue(
            event,
            address=person.email,
            language=person.language,
            person_id=person.id,
            organisation=organisation.name,
            **context,
        )
