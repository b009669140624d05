"""Which challenges somebody may see, and the lists made of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import defer, joinedload, load_only, selectinload, with_expression

from app.activity.models import Follow, SubjectType
from app.challenges import rules
from app.challenges.models import (
    Challenge,
    ChallengeState,
    ChallengeVersion,
    Phase,
    PhaseKind,
    challenge_municipalities,
)
from app.deliberation.queries import takes_part
from app.identity.models import Person
from app.kernel import clock, db, text_search
from app.kernel.access import Actor
from app.organisations.queries import spoken_for_by
from app.places.models import Municipality

OWNER = (
    joinedload(Challenge.owner_person),
    joinedload(Challenge.owner_organisation),
    joinedload(Challenge.owner_municipality),
)


ROW = (*OWNER, joinedload(Challenge.cover), selectinload(Challenge.municipalities), selectinload(Challenge.phases))
"""What a row in a list needs: two more queries, however long the list."""
PAGE = (*ROW, joinedload(Challenge.thread), joinedload(Challenge.author))


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


def page_for(actor: Actor) -> Select[Challenge]:
    """As `visible_to`, with all that its page shows."""
    return visible_to(actor).options(*PAGE)


def one_page(actor: Actor) -> Select[Challenge]:
    """A challenge with what its page says to this reader; the rest of it is the same for everybody (`whole`)."""
    followed = exists().where(
        Follow.subject_type == SubjectType.CHALLENGE, Follow.subject_id == Challenge.id, Follow.person_id == actor.id
    )
    return visible_to(actor).options(
        load_only(*SAID_TO_EACH),
        joinedload(Challenge.thread),
        with_expression(Challenge.followed_by_me, followed),
        with_expression(Challenge.talked_by_me, takes_part(Challenge.thread_id, actor.id)),
    )


SAID_TO_EACH = (
    *(Challenge.title, Challenge.state, Challenge.hidden_at, Challenge.published_at, Challenge.version),
    *(Challenge.author_id, Challenge.owner_person_id, Challenge.owner_organisation_id, Challenge.owner_municipality_id),
    *(Challenge.cover_id, Challenge.case_id, Challenge.thread_id),
)
"""What decides how a challenge is shown to somebody."""


def whole(challenge_id: int) -> Select[Challenge]:
    """A challenge with everything that everybody sees on its page, in one statement."""
    return (
        select(Challenge)
        .where(Challenge.id == challenge_id)
        .options(
            joinedload(Challenge.owner_person).load_only(Person.name, Person.erased_at, Person.version),
            joinedload(Challenge.owner_organisation).lazyload("*"),
            joinedload(Challenge.owner_municipality).load_only(Municipality.name, Municipality.slug),
            joinedload(Challenge.municipalities).load_only(Municipality.name, Municipality.slug),
            joinedload(Challenge.phases),
            joinedload(Challenge.cover),
            joinedload(Challenge.attachments),
        )
    )


def in_municipalities(ids: set[int]) -> ColumnElement[bool]:
    lies = challenge_municipalities.c
    return exists().where(lies.challenge_id == Challenge.id, lies.municipality_id.in_(ids))


def _open_now(*kinds: PhaseKind) -> ColumnElement[bool]:
    """Whether a phase (of one of the kinds) is open today."""
    today = clock.today()
    during = (Phase.challenge_id == Challenge.id, Phase.starts_on <= today, Phase.ends_on >= today)
    return exists().where(*during, Phase.kind.in_(kinds) if kinds else true())


def listed(
    *,
    words: str = "",
    municipality: str = "",
    theme: int | None = None,
    phase: str = "",
    state: str = "",
    owner: str = "",
) -> Select[Challenge]:
    """The public list, narrowed. Filters that make no sense narrow nothing."""
    found = public()
    if words.strip():
        found = found.where(text_search.matches(Challenge.search, words))
    if municipality:
        found = found.where(Challenge.municipalities.any(Municipality.slug == municipality))
    if theme:
        found = found.where(Challenge.themes.contains([theme]))
    if phase in set(PhaseKind):
        found = found.where(Challenge.state == ChallengeState.OPEN, _open_now(PhaseKind(phase)))
    if state in {ChallengeState.OPEN, ChallengeState.CLOSED}:
        found = found.where(Challenge.state == ChallengeState(state))
    if owner in OWNERS:
        found = found.where(OWNERS[owner].is_not(None))
    return found


def newest(found: Select[Challenge], most: int) -> Select[Challenge]:
    """The latest, with what a feed tells of each, in one statement."""
    told = found.options(*OWNER, defer(Challenge.body))
    return told.order_by(Challenge.published_at.desc(), Challenge.id.desc()).limit(most)


def dated(actor: Actor) -> Select[Challenge]:
    """As `visible_to`, with the phases."""
    return visible_to(actor).options(joinedload(Challenge.phases))


def open_in(municipality_id: int, most: int = 200) -> Select[Challenge]:
    """The open challenges of a municipality with their phases, the latest of them if there are very many."""
    here = public().where(Challenge.state == ChallengeState.OPEN, in_municipalities({municipality_id}))
    dated = here.options(selectinload(Challenge.phases))
    return dated.order_by(Challenge.published_at.desc(), Challenge.id.desc()).limit(most)


OWNERS = {
    "person": Challenge.owner_person_id,
    "organisation": Challenge.owner_organisation_id,
    "municipality": Challenge.owner_municipality_id,
}


def ending(found: Select[Challenge]) -> tuple[Select[Challenge], Any]:
    """Only what is open today, and the column by which it ends: its first open phase's last day."""
    today = clock.today()
    during = (Phase.starts_on <= today, Phase.ends_on >= today)
    soon = select(Phase.challenge_id, func.min(Phase.ends_on).label("closes_on")).where(*during)
    ends = soon.group_by(Phase.challenge_id).subquery()
    joined = found.join(ends, ends.c.challenge_id == Challenge.id).where(Challenge.state == ChallengeState.OPEN)
    return joined.options(with_expression(Challenge.closes_on, ends.c.closes_on)), ends.c.closes_on


def versions(challenge: Challenge) -> Select[ChallengeVersion]:
    """What it has said, oldest first."""
    mine = select(ChallengeVersion).where(ChallengeVersion.challenge_id == challenge.id)
    return mine.options(joinedload(ChallengeVersion.edited_by)).order_by(ChallengeVersion.number)


def promise_changes(challenge: Challenge) -> Select[ChallengeVersion]:
    """The notes that tell why its promise was changed, newest first."""
    return (
        versions(challenge)
        .where(ChallengeVersion.changes_promise)
        .order_by(None)
        .order_by(ChallengeVersion.number.desc())
    )


def owners_for(actor: Actor) -> dict[str, str]:
    """In whose name an actor may post a challenge: the key and the name of each."""
    own = _("My own: %(name)s", name=actor.name) if actor.signed_in else _("My own")
    organisations = organisations_of(actor) if actor.scope_ids("organisation") else ()
    staffed = actor.scope_ids("municipality", *rules.MUNICIPAL_STAFF)
    served = select(Municipality.id, Municipality.name).where(Municipality.id.in_(staffed)).order_by(Municipality.name)
    named = {f"organisation-{row.id}": row.name for row in organisations}
    named |= {f"municipality-{row.id}": row.name for row in (db.session().execute(served) if staffed else ())}
    return {"person": own, **named}


def organisations_of(actor: Actor) -> Iterable[Any]:
    return db.session().execute(spoken_for_by(actor))


def municipality_choices() -> dict[str, str]:
    """All municipalities, for a field."""
    rows = db.session().execute(select(Municipality.id, Municipality.name).order_by(Municipality.name))
    return {str(row.id): row.name for row in rows}
