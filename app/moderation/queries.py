"""What waits, what was decided, and where one thing stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from app.kernel import db
from app.kernel.access import Actor
from app.moderation import rules
from app.moderation.models import Appeal, Case, CaseState, Decision, Report

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


def open_report(case: Case, actor: Actor) -> Select[Report]:
    """The actor's own report of this case that nobody has decided on."""
    mine = (Report.case_id == case.id, Report.reporter_id == actor.id, Report.decision_id.is_(None))
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
        .outerjoin(Appeal, Appeal.decision_id == latest)
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
