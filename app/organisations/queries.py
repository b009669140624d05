from __future__ import annotations

from sqlalchemy import Select, any_, exists, func, literal, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.activity.models import Activity
from app.identity.models import Person, RoleName
from app.kernel import clock, text_search
from app.kernel.access import Actor
from app.organisations import rules
from app.organisations.models import (
    Invitation,
    MemberRole,
    Membership,
    MembershipRequest,
    MembershipRequestState,
    Organisation,
    organisation_municipalities,
)


def visible_to(actor: Actor) -> Select[Organisation]:
    """All but the hidden ones, which only their members and the moderators of their municipality see."""
    if actor.has(RoleName.PLATFORM_ADMINISTRATOR, "platform"):
        return select(Organisation)
    staffed = actor.scope_ids("municipality", RoleName.MODERATOR, RoleName.ADMINISTRATOR)
    own = actor.scope_ids("organisation")
    shown = or_(Organisation.hidden_at.is_(None), Organisation.id.in_(own), Organisation.municipality_id.in_(staffed))
    return select(Organisation).where(shown)


def listed(
    *,
    words: str = "",
    kind: str = "",
    municipality_id: int | None = None,
    theme: int | None = None,
    verified: bool = False,
) -> Select[Organisation]:
    """The public list, narrowed."""
    found = select(Organisation).where(Organisation.hidden_at.is_(None))
    if words:
        found = found.where(
            or_(
                text_search.matches(Organisation.search, words),
                Organisation.name.icontains(words[:200], autoescape=True),
            )
        )
    if kind:
        found = found.where(Organisation.kind == kind)
    if municipality_id is not None:
        works_in = select(organisation_municipalities.c.organisation_id).where(
            organisation_municipalities.c.municipality_id == municipality_id
        )
        found = found.where(or_(Organisation.municipality_id == municipality_id, Organisation.id.in_(works_in)))
    if theme is not None:
        found = found.where(literal(theme) == any_(Organisation.themes))
    return found.where(Organisation.verified_at.is_not(None)) if verified else found


def spoken_for_by(actor: Actor, *roles: str) -> Select[int, str]:
    """Id and name of the organisations that an actor may speak for; `roles` narrows it to holders of these."""
    held = actor.scope_ids("organisation", *(roles or rules.ANY_MEMBER))
    found = select(Organisation.id, Organisation.name).where(Organisation.id.in_(held))
    return found.where(Organisation.hidden_at.is_(None)).order_by(Organisation.name, Organisation.id)


def of_person(person_id: int) -> Select[Membership]:
    """The current memberships of a person."""
    mine = select(Membership).join(Membership.organisation).options(contains_eager(Membership.organisation))
    return mine.where(Membership.person_id == person_id, Membership.ended_at.is_(None)).order_by(Organisation.name)


def by_cvr(number: str) -> Select[Organisation]:
    return select(Organisation).where(Organisation.cvr == number)


def members(organisation_id: int) -> Select[Membership]:
    """The current members by name."""
    current = select(Membership).join(Person, Membership.person_id == Person.id)
    current = current.options(contains_eager(Membership.person))
    return current.where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None)).order_by(
        Person.name, Membership.id
    )


def memberships_visible_to(actor: Actor) -> Select[Membership]:
    mine = Membership.organisation_id.in_(actor.scope_ids("organisation"))
    return select(Membership).options(joinedload(Membership.organisation)).where(mine)


def owned_alone(person_id: int) -> Select[str]:
    """The names of the organisations that have members and would be without an owner if this person were gone."""
    other = aliased(Membership)
    beside = exists().where(
        other.organisation_id == Organisation.id, other.person_id != person_id, other.ended_at.is_(None)
    )
    mine = (Membership.person_id == person_id, Membership.role == MemberRole.OWNER, Membership.ended_at.is_(None))
    owned = select(Organisation.name).join(Membership, Membership.organisation_id == Organisation.id)
    alone = owned.where(*mine, beside, ~beside.where(other.role == MemberRole.OWNER))
    return alone.order_by(Organisation.id)


def owners_beside(organisation_id: int, person_id: int) -> Select[int]:
    """How many other owners there are."""
    counted = select(func.count()).select_from(Membership)
    return counted.where(
        Membership.organisation_id == organisation_id,
        Membership.person_id != person_id,
        Membership.role == MemberRole.OWNER,
        Membership.ended_at.is_(None),
    )


def leaders(organisation_id: int) -> Select[Person]:
    """The people who run an organisation: its owners and admins."""
    led = select(Person).join(Membership, Membership.person_id == Person.id)
    return led.where(
        Membership.organisation_id == organisation_id, Membership.ended_at.is_(None), Membership.role.in_(rules.LEADERS)
    )


def open_invitations(organisation_id: int) -> Select[Invitation]:
    """Those that have been neither used nor withdrawn, newest first; expired ones stay until then."""
    waiting = select(Invitation).options(joinedload(Invitation.invited_by))
    return waiting.where(
        Invitation.organisation_id == organisation_id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    ).order_by(Invitation.id.desc())


def invitations_visible_to(actor: Actor) -> Select[Invitation]:
    mine = Invitation.organisation_id.in_(actor.scope_ids("organisation"))
    return select(Invitation).options(joinedload(Invitation.organisation)).where(mine)


def usable_invitations(organisation_id: int, email: str) -> Select[Invitation]:
    same = (Invitation.organisation_id == organisation_id, func.lower(Invitation.email) == email.lower())
    return select(Invitation).where(
        *same, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > clock.now()
    )


def requests_waiting(actor: Actor) -> Select[MembershipRequest]:
    """Who asks to become a member of the organisations that an actor runs."""
    run = actor.scope_ids("organisation", *rules.LEADERS)
    waiting = select(MembershipRequest).options(
        joinedload(MembershipRequest.person), joinedload(MembershipRequest.organisation)
    )
    return waiting.where(
        MembershipRequest.organisation_id.in_(run), MembershipRequest.state == MembershipRequestState.ASKED
    ).order_by(MembershipRequest.id)


def requests_visible_to(actor: Actor) -> Select[MembershipRequest]:
    mine = MembershipRequest.organisation_id.in_(actor.scope_ids("organisation"))
    return select(MembershipRequest).options(joinedload(MembershipRequest.organisation)).where(mine)


def acts(organisation_id: int) -> Select[Activity]:
    """All that was done in the organisation's name."""
    return select(Activity).where(Activity.organisation_id == organisation_id)
