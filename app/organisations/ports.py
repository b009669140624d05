"""What organisations give to the house: the roles that members hold, cards, verification, and lists on other pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import String, literal, select, type_coerce, update

from app.activity.models import SubjectType
from app.activity.ports import Card, cards_by
from app.identity.ports import exports_rows, exports_table, hinders_erasure, on_erasure, whole
from app.kernel import access, clock, db, letters, slots, tasks
from app.kernel.access import Actor, grants_from
from app.kernel.html import rendered
from app.moderation import ports as moderation
from app.moderation.models import DecisionKind
from app.organisations import actions, cvr, queries
from app.organisations.models import Invitation, Membership, MembershipRequest, Organisation

grants_from(
    lambda person_id: select(
        type_coerce(Membership.role, String), literal("organisation"), Membership.organisation_id
    ).where(Membership.person_id == person_id, Membership.ended_at.is_(None))
)


exports_rows(
    "memberships",
    lambda person_id: (
        select(Organisation.name, *whole(Membership))
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.id)
    ),
    Membership.person_id,
)
exports_table("membership_requests", MembershipRequest.person_id)
exports_table("membership_requests_answered", MembershipRequest.answered_by_id, hide={"message"})
exports_table("memberships_ended", Membership.ended_by_id)
exports_table("invitations", Invitation.invited_by_id, Invitation.accepted_by_id, hide={"email"})
exports_table("organisations", Organisation.registered_by_id, Organisation.verified_by_id)


@on_erasure
def end_memberships(person_id: int) -> None:
    current = update(Membership).where(Membership.person_id == person_id, Membership.ended_at.is_(None))
    db.session().execute(current.values(ended_at=clock.now(), ended_by_id=person_id))


@hinders_erasure
def owned_alone(person_id: int) -> Iterable[str]:
    """An organisation is never without an owner."""
    for name in db.session().scalars(queries.owned_alone(person_id)):
        yield _("You are the only owner of %(name)s. Hand the organisation over to another member first.", name=name)


@cards_by(SubjectType.ORGANISATION)
def cards(ids: Collection[int]) -> dict[int, Card]:
    named = select(Organisation.id, Organisation.name, Organisation.hidden_at).where(Organisation.id.in_(ids))
    return {
        row.id: Card(row.name, f"/organisations/{row.id}", row.hidden_at is None) for row in db.session().execute(named)
    }


def carry_out(organisation_id: int, kind: DecisionKind, by: Actor) -> None:
    """Publishing verifies; rejecting and hiding take the page away; asking for changes leaves it unverified."""
    organisation = db.session().get_one(Organisation, organisation_id, with_for_update={"of": Organisation})
    if kind == DecisionKind.PUBLISH:
        organisation.hidden_at = None
        organisation.verify(by.id)
        actions.record("organisation.verified", organisation, by)
    elif kind in {DecisionKind.REJECT, DecisionKind.HIDE}:
        organisation.hidden_at = clock.now()
        organisation.end_verification()
    elif kind == DecisionKind.RESTORE:
        organisation.hidden_at = None


def preview(organisation_id: int) -> moderation.Preview:
    """What is known, and what to check before verifying."""
    organisation = db.session().get_one(Organisation, organisation_id)
    members = list(db.session().scalars(queries.members(organisation_id)))
    recorded = _in_register(organisation)
    context = {"organisation": organisation, "members": members, "recorded": recorded}
    return moderation.Preview("organisations/_preview.html", context)


def _in_register(organisation: Organisation) -> cvr.Company | None:
    try:
        return cvr.register().find(organisation.cvr) if organisation.cvr else None
    except cvr.RegisterAway:
        return None


tasks.waits("organisations/_tasks.html", lambda actor: {"waiting": queries.requests_waiting(actor).limit(20)})


@slots.fill("my.things")
def things(**context: object) -> Markup | str:
    """The organisations of the reader."""
    memberships = list(db.session().scalars(queries.of_person(access.current_actor().id or 0)))
    return rendered("organisations/_mine.html", memberships=memberships) if memberships else ""


def _good_invitations(found: Collection[letters.Letter]) -> set[int]:
    """The letters of those invitations that can still be accepted."""
    ids = {letter.context.get("invitation_id"): letter.id for letter in found}
    invitations = db.session().scalars(select(Invitation).where(Invitation.id.in_(ids)))
    return {ids[invitation.id] for invitation in invitations if invitation.usable}


letters.describe("organisation_answered", _l("The answer to somebody who asked to become a member"))
letters.describe("organisation_asked", _l("Somebody asks to become a member"))
letters.describe("organisation_invitation", _l("An invitation to become a member"), _good_invitations)
moderation.register(SubjectType.ORGANISATION, moderation.Port(carry_out, preview))
