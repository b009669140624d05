"""Which challenges somebody may see, and the lists made of them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import joinedload

from app.challenges import rules
from app.challenges.models import Challenge, ChallengeState, Phase, PhaseKind, challenge_municipalities
from app.kernel import clock
from app.kernel.access import Actor

OWNER = (
    joinedload(Challenge.owner_person),
    joinedload(Challenge.owner_organisation),
    joinedload(Challenge.owner_municipality),
)


def public() -> Select[Challenge]:
    """What everybody may see."""
    return select(Challenge).where(Challenge.public)


def owned_by(actor: Actor) -> ColumnElement[bool]:
    """The challenges the actor may run; the same as `rules.owns`."""
    led = actor.scope_ids("organisation", *rules.LEADERS)
    joined = actor.scope_ids("organisation", *rules.ANY_MEMBER)
    return or_(
        Challenge.owner_person_id == actor.id,
        Challenge.owner_organisation_id.in_(led),
        and_(Challenge.owner_organisation_id.in_(joined), Challenge.author_id == actor.id),
        Challenge.owner_municipality_id.in_(actor.scope_ids("municipality", *rules.MUNICIPAL_STAFF)),
    )


def visible_to(actor: Actor) -> Select[Challenge]:
    """Everybody sees what is published; owners also their own; staff also what was sent to their municipality."""
    if not actor.signed_in:
        return public()
    if actor.has("platform_administrator", "platform"):
        return select(Challenge).where(or_(Challenge.state != ChallengeState.DRAFT, owned_by(actor)))
    staffed = actor.scope_ids("municipality", *rules.MUNICIPAL_STAFF)
    sent = and_(Challenge.state != ChallengeState.DRAFT, in_municipalities(staffed)) if staffed else None
    seen = (Challenge.public, owned_by(actor)) if sent is None else (Challenge.public, owned_by(actor), sent)
    return select(Challenge).where(or_(*seen))


def in_municipalities(ids: set[int]) -> ColumnElement[bool]:
    lies = challenge_municipalities.c
    return exists().where(lies.challenge_id == Challenge.id, lies.municipality_id.in_(ids))


def _open_now(*kinds: PhaseKind) -> ColumnElement[bool]:
    """Whether a phase (of one of the kinds) is open today."""
    today = clock.today()
    during = (Phase.challenge_id == Challenge.id, Phase.starts_on <= today, Phase.ends_on >= today)
    return exists().where(*during, Phase.kind.in_(kinds) if kinds else true())


def open_in_phase(kind: PhaseKind) -> Select[Challenge]:
    """The challenges in which something of this kind can be done today."""
    return public().where(Challenge.state == ChallengeState.OPEN, _open_now(kind))
