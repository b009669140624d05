"""What waits, what was decided, and where one thing stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true, tuple_
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.activity.models import SubjectType
from app.identity.models import Person
from app.kernel import clock, db
from app.kernel.access import Actor
from app.moderation import rules
from app.moderation.models import Appeal, Case, CaseState, Decision, DecisionKind, ReasonCode, Report
from app.places.models import Municipality

WAITS = or_(Case.state == CaseState.WAITING, Case.open_reports > 0, Case.open_appeals > 0)


def _staffed_by(actor: Actor) -> ColumnElement[bool]:
    if rules.is_platform_administrator(actor):
        return true()
    return Case.municipality_id.in_(actor.scope_ids("municipality", *rules.STAFF))


def _concerns(actor: Actor, person_id: Any) -> ColumnElement[bool]:
    """Staff of the municipality, or the person themselves; a visitor is nobody."""
    return or_(_staffed_by(actor), person_id == actor.id) if actor.signed_in else false()


def visible_to(actor: Actor) -> Select[Case]:
    """The cases an actor may open: those of their municipalities, and their own."""
    return select(Case).where(_concerns(actor, Case.author_id))


def reportable(actor: Actor) -> Select[Case]:
    """Everything that stands on the square can be reported."""
    return select(Case).where(Case.state == CaseState.PUBLISHED)


def waiting(actor: Actor) -> Select[Case]:
    """The queue of an actor: what waits for review, has open reports or open appeals."""
    return select(Case).where(WAITS, _staffed_by(actor))


def decisions_for(actor: Actor) -> Select[Decision]:
    """The decisions an actor may read: about their own things, and those of their municipalities."""
    return select(Decision).join(Decision.case).where(_concerns(actor, Case.author_id))


def reports_for(actor: Actor) -> Select[Report]:
    """The reports an actor may read: their own, and those in their municipalities."""
    return select(Report).join(Report.case).where(_concerns(actor, Report.reporter_id))


def appeals_for(actor: Actor) -> Select[Appeal]:
    """The appeals in the actor's municipalities."""
    return select(Appeal).join(Appeal.decision).join(Decision.case).where(_staffed_by(actor))


def open_report(about: Case, actor: Actor) -> Select[Report]:
    """The actor's own report of this case that nobody has decided on."""
    mine = (Report.case_id == about.id, Report.reporter_id == actor.id, Report.decision_id.is_(None))
    return select(Report).where(*mine)


@dataclass(frozen=True)
class Status:
    """Where the review of one thing stands, for its author."""

    case: Case
    decision: Decision | None
    appeal: Appeal | None
    ahead: int


def status_of(case_id: int | None) -> Status | None:
    """The case of a thing, the decision that counts, the complaint about it, and how many wait before it: one query."""
    if case_id is None:
        return None
    counts = (Decision.case_id == case_id, Decision.kind.in_(list(rules.RESULT)))
    latest = select(func.max(Decision.id)).where(*counts).scalar_subquery()
    found = (
        select(Case, Decision, Appeal, _ahead_of(case_id))
        .select_from(Case)
        .outerjoin(Decision, Decision.id == latest)
        .outerjoin(Appeal, and_(Appeal.decision_id == latest, Appeal.report_id.is_(None)))
        .options(joinedload(Case.municipality), joinedload(Appeal.answer))
        .where(Case.id == case_id)
    )
    row = db.session().execute(found).one_or_none()
    return Status(*row) if row is not None else None


def _ahead_of(case_id: int) -> ColumnElement[int]:
    """How many things wait for review in the same municipality since before this one."""
    other = Case.__table__.alias()
    mine = select(Case.municipality_id, Case.waiting_since).where(Case.id == case_id).subquery()
    before = (other.c.municipality_id == mine.c.municipality_id, other.c.waiting_since < mine.c.waiting_since)
    return select(func.count()).where(other.c.state == CaseState.WAITING, *before).scalar_subquery()


DESK = (joinedload(Case.municipality), joinedload(Case.author))


def queue(actor: Actor, **chosen: Any) -> Select[Case]:
    """The queue, narrowed to what was chosen, with what a line of it shows."""
    return waiting(actor).where(_chosen(**chosen)).options(*DESK)


def behind(about: Case, actor: Actor, **chosen: Any) -> Select[int]:
    """What comes next in the queue, after the place where this case waits or waited."""
    further = tuple_(Case.waiting_since, Case.id) > (about.waiting_since, about.id)
    found = select(Case.id).where(WAITS, _staffed_by(actor), _chosen(**chosen), further)
    return found.order_by(Case.waiting_since, Case.id).limit(1)


def _chosen(*, subject: str = "", municipality: int | None = None, what: str = "") -> ColumnElement[bool]:
    """One kind of thing, one municipality, or what it waits for: review, reports or appeals."""
    conditions: list[ColumnElement[bool]] = []
    if subject in set(SubjectType):
        conditions.append(Case.subject_type == SubjectType(subject))
    if municipality is not None:
        conditions.append(Case.municipality_id == municipality)
    if what in KINDS_OF_WAITING:
        conditions.append(KINDS_OF_WAITING[what])
    return and_(true(), *conditions)


KINDS_OF_WAITING = {
    "review": Case.state == CaseState.WAITING,
    "reports": Case.open_reports > 0,
    "appeals": Case.open_appeals > 0,
}


def waiting_counts(actor: Actor, **chosen: Any) -> Any:
    """How much waits for review, how much is reported and complained about, and since when the oldest waits; and how
    much of it was chosen."""
    counted = KINDS_OF_WAITING | {"listed": _chosen(**chosen)}
    counts = [func.count().filter(condition).label(name) for name, condition in counted.items()]
    return select(*counts, func.min(Case.waiting_since).label("oldest")).where(WAITS, _staffed_by(actor))


def places_of(actor: Actor) -> Select[int, str]:
    """The municipalities whose cases an actor reviews."""
    found = select(Municipality.id, Municipality.name).order_by(Municipality.name)
    if rules.is_platform_administrator(actor):
        return found
    return found.where(Municipality.id.in_(actor.scope_ids("municipality", *rules.STAFF)))


def on_the_desk(actor: Actor) -> Select[Case]:
    """As `visible_to`, with all that the desk shows of one case."""
    reported = selectinload(Case.reports).joinedload(Report.reporter)
    decided = selectinload(Case.decisions).options(joinedload(Decision.decided_by), selectinload(Decision.complaints))
    return select(Case).where(_staffed_by(actor)).options(*DESK, reported, decided)


def names_of(ids: list[int]) -> Select[str]:
    return select(Person.name).where(Person.id.in_(ids)).order_by(Person.name)


def log(
    actor: Actor,
    *,
    municipality: int | None = None,
    kind: str = "",
    code: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Select[Decision]:
    """All decisions in the actor's municipalities, narrowed; nothing is ever missing from it."""
    found = select(Decision).join(Decision.case).where(_staffed_by(actor))
    found = found.options(contains_eager(Decision.case).joinedload(Case.municipality), joinedload(Decision.decided_by))
    if municipality is not None:
        found = found.where(Case.municipality_id == municipality)
    if kind in set(DecisionKind):
        found = found.where(Decision.kind == DecisionKind(kind))
    if code in set(ReasonCode):
        found = found.where(Decision.reason_code == ReasonCode(code))
    if since is not None:
        found = found.where(Decision.decided_at >= _midnight(since))
    if until is not None:
        found = found.where(Decision.decided_at < _midnight(until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.DANISH_TIME)


def latest_decision(about: Case) -> Select[Decision]:
    """What was decided last about a case."""
    mine = select(Decision).where(Decision.case_id == about.id)
    return mine.options(joinedload(Decision.decided_by)).order_by(Decision.id.desc()).limit(1)
