from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import defer, joinedload, load_only, selectinload

from app.challenges.models import Challenge
from app.identity.models import RoleName
from app.kernel import text_search
from app.kernel.access import Actor
from app.organisations.rules import ANY_MEMBER, LEADERS
from app.partnerships.models import (
    JOINABLE,
    JoinRequest,
    Partner,
    Partnership,
    PartnershipState,
    Pledge,
    RequestState,
    Update,
)
from app.proposals.models import Proposal

PARTNERS = selectinload(Partnership.partners)
ROW = (
    PARTNERS.joinedload(Partner.organisation),
    PARTNERS.joinedload(Partner.person),
    joinedload(Partnership.municipality),
)
PAGE = (
    *ROW,
    PARTNERS.selectinload(Partner.pledges),
    joinedload(Partnership.challenge),
    joinedload(Partnership.proposal),
)


def _led_by(actor: Actor) -> ColumnElement[bool]:
    """Partners that are the lead and that the actor answers for."""
    led = actor.scope_ids("organisation", *LEADERS)
    mine = or_(Partner.person_id == actor.id, Partner.organisation_id.in_(led))
    return and_(Partner.is_lead, Partner.left_at.is_(None), mine)


def leading(actor: Actor) -> ColumnElement[bool]:
    return exists().where(Partner.partnership_id == Partnership.id, _led_by(actor))


def visible_to(actor: Actor) -> Select[Partnership]:
    """What is public; a draft is seen by its lead, and what was sent by the staff of its municipality."""
    found = select(Partnership).options(*PAGE)
    if not actor.signed_in:
        return found.where(Partnership.public)
    sent = Partnership.state != PartnershipState.DRAFT
    if actor.has(RoleName.PLATFORM_ADMINISTRATOR, "platform"):
        return found.where(or_(sent, leading(actor)))
    staffed = actor.scope_ids("municipality", RoleName.MODERATOR, RoleName.ADMINISTRATOR)
    return found.where(or_(Partnership.public, leading(actor), and_(sent, Partnership.municipality_id.in_(staffed))))


def listed(*, words: str = "", state: str = "", municipality_id: int | None = None) -> Select[Partnership]:
    """The public list, narrowed."""
    found = select(Partnership).options(*ROW).where(Partnership.public)
    if words:
        found = found.where(text_search.matches(Partnership.search, words))
    if state:
        found = found.where(Partnership.state == state)
    return found if municipality_id is None else found.where(Partnership.municipality_id == municipality_id)


def newest_first(found: Select[Partnership], most: int = 20) -> Select[Partnership]:
    return found.order_by(Partnership.published_at.desc(), Partnership.id.desc()).limit(most)


def told(found: Select[Partnership], most: int) -> Select[Partnership]:
    """The latest of a list, with the challenge whose themes are theirs."""
    themes = load_only(Challenge.themes, Challenge.version)
    source = joinedload(Partnership.proposal).load_only(Proposal.challenge_id)
    along = (joinedload(Partnership.challenge).options(themes), source.joinedload(Proposal.challenge).options(themes))
    return newest_first(found.options(defer(Partnership.body), *along), most)


def of_challenge(challenge_id: int) -> Select[Partnership]:
    return newest_first(listed().where(Partnership.challenge_id == challenge_id))


def of_proposal(proposal_id: int) -> Select[Partnership]:
    return newest_first(listed().where(Partnership.proposal_id == proposal_id))


def of_organisation(organisation_id: int) -> Select[Partnership]:
    takes_part = exists().where(Partner.partnership_id == Partnership.id, Partner.organisation_id == organisation_id)
    return newest_first(listed().where(takes_part))


def of_person(person_id: int) -> Select[Partnership]:
    takes_part = exists().where(Partner.partnership_id == Partnership.id, Partner.person_id == person_id)
    return newest_first(listed().where(takes_part))


def mine(actor: Actor) -> Select[Partnership]:
    """What the actor takes part in, alone or by an organisation, drafts and all."""
    joined = actor.scope_ids("organisation", *ANY_MEMBER)
    part = or_(Partner.person_id == actor.id, Partner.organisation_id.in_(joined))
    takes_part = exists().where(Partner.partnership_id == Partnership.id, Partner.left_at.is_(None), part)
    drafts = or_(Partnership.public, leading(actor))
    found = select(Partnership).options(*ROW).where(takes_part, drafts)
    return found.order_by(Partnership.id.desc()).limit(50)


def waiting(partnership_id: int) -> Select[JoinRequest]:
    """The requests of a partnership that nobody has answered."""
    asked = (JoinRequest.partnership_id == partnership_id, JoinRequest.state == RequestState.ASKED)
    return select(JoinRequest).options(joinedload(JoinRequest.person)).where(*asked).order_by(JoinRequest.id)


def led_alone(person_id: int) -> Select[str]:
    """The titles of what a person leads in their own name and has not brought to an end."""
    led = (Partner.person_id == person_id, Partner.is_lead, Partner.left_at.is_(None))
    running = Partnership.state.in_((PartnershipState.IN_REVIEW, *JOINABLE))
    return select(Partnership.title).join(Partner).where(*led, running).order_by(Partnership.id)


def requests_waiting(actor: Actor) -> Select[JoinRequest]:
    """The requests that wait for an answer of the actor as lead."""
    led = exists().where(Partner.partnership_id == JoinRequest.partnership_id, _led_by(actor))
    waiting = select(JoinRequest).options(*REQUEST).where(JoinRequest.state == RequestState.ASKED, led)
    return waiting.order_by(JoinRequest.id)


REQUEST = (
    joinedload(JoinRequest.organisation),
    joinedload(JoinRequest.person),
    joinedload(JoinRequest.partnership).options(*PAGE),
)


def requests_of(actor: Actor) -> Select[JoinRequest]:
    """The requests of the actor, and of the organisations they answer for, newest first."""
    return select(JoinRequest).options(*REQUEST).where(_asked_by(actor)).order_by(JoinRequest.id.desc()).limit(50)


def _asked_by(actor: Actor) -> ColumnElement[bool]:
    led = actor.scope_ids("organisation", *LEADERS)
    return or_(JoinRequest.person_id == actor.id, JoinRequest.organisation_id.in_(led))


def requests_visible_to(actor: Actor) -> Select[JoinRequest]:
    """A request is seen by those who asked and by the lead."""
    led = exists().where(Partner.partnership_id == JoinRequest.partnership_id, _led_by(actor))
    return select(JoinRequest).options(*REQUEST).where(or_(_asked_by(actor), led))


def same_request(partnership_id: int, organisation_id: int | None, person_id: int | None) -> Select[JoinRequest]:
    """The request of the same asker that waits."""
    same = JoinRequest.organisation_id.is_not_distinct_from(organisation_id)
    return select(JoinRequest).where(
        JoinRequest.partnership_id == partnership_id,
        same,
        JoinRequest.person_id.is_not_distinct_from(person_id),
        JoinRequest.state == RequestState.ASKED,
    )


def partners_visible_to(actor: Actor) -> Select[Partner]:
    shown = Partner.partnership_id.in_(select(Partnership.id).where(or_(Partnership.public, leading(actor))))
    return select(Partner).options(joinedload(Partner.partnership).options(*PAGE)).where(shown)


def pledges_visible_to(actor: Actor) -> Select[Pledge]:
    shown = Partner.partnership_id.in_(select(Partnership.id).where(or_(Partnership.public, leading(actor))))
    loaded = joinedload(Pledge.partner).joinedload(Partner.partnership).options(*PAGE)
    return select(Pledge).join(Pledge.partner).options(loaded).where(shown)


def updates(partnership_id: int) -> Select[Update]:
    """The news of a partnership that stand."""
    told = select(Update).options(joinedload(Update.author), joinedload(Update.organisation))
    return told.where(Update.partnership_id == partnership_id, Update.hidden_at.is_(None))
