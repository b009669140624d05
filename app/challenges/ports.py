"""What challenges give to the house: cards, their review, and their places on other features' pages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from markupsafe import Markup
from sqlalchemy import Select, func, or_, select
from werkzeug.exceptions import Conflict

from app.activity.models import SubjectType
from app.activity.ports import Card, cards_by
from app.challenges import actions, queries, rules
from app.challenges.feeds.schemas import entry_of, events_of
from app.challenges.models import Attachment, Challenge, ChallengeState, ChallengeVersion, challenge_municipalities
from app.identity.ports import exports_rows, exports_table, whole
from app.kernel import access, clock, db, slots, tasks
from app.kernel.access import Actor, Verdict
from app.kernel.calendars import Event
from app.kernel.feeds import NEWEST, Entry
from app.kernel.html import rendered
from app.moderation import ports as moderation
from app.moderation.models import DecisionKind
from app.places.models import Municipality
from app.places.ports import dates_by, news_by, open_counted_by

SHOWN = 6
SENT_AGAIN = frozenset({DecisionKind.REQUEST_CHANGES, DecisionKind.REJECT})
"""After these the owner can correct a challenge and send it to review again."""


exports_table("challenges", Challenge.author_id, Challenge.owner_person_id)
exports_table("challenge_versions", ChallengeVersion.edited_by_id)
exports_rows(
    "challenge_attachments",
    lambda person_id: (
        select(*whole(Attachment)).join(Challenge).where(Challenge.author_id == person_id).order_by(Attachment.id)
    ),
)


@cards_by(SubjectType.CHALLENGE)
def cards(ids: Collection[int]) -> dict[int, Card]:
    found = select(Challenge.id, Challenge.title, Challenge.public.label("public")).where(Challenge.id.in_(ids))
    rows = db.session().execute(found)
    return {row.id: Card(row.title, f"/challenges/{row.id}", row.public) for row in rows}


@open_counted_by
def open_in_municipalities() -> dict[int, int]:
    """How many challenges are open in each municipality."""
    lies = challenge_municipalities.c
    counted = select(lies.municipality_id, func.count()).join(Challenge, Challenge.id == lies.challenge_id)
    counted = counted.where(Challenge.state == ChallengeState.OPEN, Challenge.hidden_at.is_(None))
    return dict(db.session().execute(counted.group_by(lies.municipality_id)).all())


@news_by
def new_in(municipality: Municipality) -> list[Entry]:
    here = queries.newest(queries.listed(municipality=municipality.slug), NEWEST)
    return [entry_of(challenge) for challenge in db.session().scalars(here)]


@dates_by
def dates_in(municipality: Municipality) -> list[Event]:
    """The phases and promised answers of the open challenges."""
    found = db.session().scalars(queries.open_in(municipality.id))
    return [event for challenge in found for event in events_of(challenge)]


def preview(challenge_id: int) -> moderation.Preview:
    """What a moderator reads: all that will be shown."""
    challenge = db.session().scalars(select(Challenge).where(Challenge.id == challenge_id).options(*queries.PAGE)).one()
    return moderation.Preview("challenges/_preview.html", {"challenge": challenge, "today": clock.today()})


def carry_out(challenge_id: int, kind: DecisionKind, by: Actor) -> None:
    """Do to a challenge what a moderator decided."""
    challenge = db.session().get(Challenge, challenge_id, with_for_update={"of": Challenge})
    if challenge is None:
        raise Conflict
    actions.CARRIED_OUT[kind](challenge, by)


def may_publish(challenge_id: int) -> Verdict:
    """A moderator opens only what is not over already."""
    return rules.may_open(db.session().get_one(Challenge, challenge_id))


moderation.register(SubjectType.CHALLENGE, moderation.Port(carry_out, preview, SENT_AGAIN, may_publish))


def _rows(found: Select[Challenge], template: str, **context: Any) -> Markup:
    order = (Challenge.state.desc(), Challenge.published_at.desc(), Challenge.id.desc())
    limited = found.options(*queries.ROW).order_by(*order).limit(SHOWN + 1)
    challenges = list(db.session().scalars(limited))
    if not challenges:
        return Markup("")
    more = len(challenges) > SHOWN
    return rendered(template, challenges=challenges[:SHOWN], more=more, today=clock.today(), **context)


@slots.fill("municipality.main")
def in_municipality(municipality: Any, **context: Any) -> Markup:
    here = queries.public().where(queries.in_municipalities({municipality.id}))
    return _rows(here, "challenges/_elsewhere.html", more_of={"municipality": municipality.slug})


@slots.fill("organisation.main")
def of_organisation(organisation: Any, **context: Any) -> Markup:
    owned = queries.public().where(Challenge.owner_organisation_id == organisation.id)
    return _rows(owned, "challenges/_elsewhere.html", more_of={"owner": "organisation"})


@slots.fill("person.main")
def of_person(person: Any, **context: Any) -> Markup:
    owned = queries.public().where(Challenge.owner_person_id == person.id)
    return _rows(owned, "challenges/_elsewhere.html", more_of={"owner": "person"})


@slots.fill("my.things")
def my_things(**context: Any) -> Markup:
    actor = access.current_actor()
    mine = select(Challenge).where(queries.owned_by(actor), Challenge.state != ChallengeState.WITHDRAWN)
    return _rows(mine, "challenges/_mine.html")


def _tasks_of(actor: access.Actor) -> tasks.Lists:
    """What was sent back, and promised answers that are late."""
    returned = Challenge.state == ChallengeState.CHANGES_REQUESTED
    late = (Challenge.state == ChallengeState.OPEN) & (Challenge.promise_answer_by < clock.today())
    found = select(Challenge).where(queries.owned_by(actor), or_(returned, late)).order_by(Challenge.id.desc())
    return {"challenges": found.limit(20)}


tasks.waits("challenges/_tasks.html", _tasks_of)
