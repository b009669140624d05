"""The lines of notifications, gathered in one statement per kind of thing they speak of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import contains_eager

from app.activity.models import Activity
from app.activity.ports import Card, cards
from app.identity.models import Person
from app.kernel import db
from app.moderation.models import Appeal, Case, Decision, DecisionKind, Report
from app.moderation.ports import can_be_sent_again
from app.moderation.rules import ADVERSE, ANSWERS
from app.notifications.models import Notification, Reason, Topic
from app.notifications.rules import TELLINGS
from app.organisations.models import Organisation

Key = tuple[int, int]
SHOWN = {DecisionKind.PUBLISH, DecisionKind.RESTORE}


@dataclass(frozen=True)
class Line:
    """`statement` is the statement of reasons to the author of what was decided against, as plain JSON; `settled` says
    that a decision asks nothing of the author."""

    sentence: str
    path: str
    reason: str = ""
    statement: dict[str, Any] | None = None
    settled: bool = False


@dataclass(frozen=True)
class Known:
    """What all the lines of one list speak of."""

    cards: dict[Any, Card]
    names: dict[int, str]
    organisations: dict[int, str]
    decisions: dict[int, Decision]
    reports: dict[Key, int] = field(default_factory=dict)
    answered: dict[int, Appeal] = field(default_factory=dict)
    waiting: dict[Any, int] = field(default_factory=dict)


def told(notifications: list[Notification]) -> list[Line]:
    """What each notification says, in the language of the moment."""
    known = _known([notification.activity for notification in notifications])
    return [_line(notification, known) for notification in notifications]


def _known(happened: list[Activity]) -> Known:
    decided = {one.data["decision_id"] for one in happened if "decision_id" in one.data}
    made = select(Decision).join(Decision.case).options(contains_eager(Decision.case))
    decisions = _by_id(made.where(Decision.id.in_(decided)), decided)
    answers = {one.id for one in decisions.values() if one.kind in ANSWERS}
    sent = [(one.subject_type, one.subject_id) for one in happened if one.kind.endswith(".submitted")]
    return Known(
        cards=cards([(one.subject_type, one.subject_id) for one in happened]),
        names=_names(Person, {one.actor_id for one in happened}),
        organisations=_names(Organisation, {one.organisation_id for one in happened}),
        decisions=decisions,
        reports={(report.decision_id or 0, report.reporter_id or 0): report.id for report in _reports(decided)},
        answered={appeal.answer_id or 0: appeal for appeal in _appeals(answers)},
        waiting={(case.subject_type, case.subject_id): case.id for case in _cases(sent)},
    )


def _by_id(found: Select[Any], wanted: set[int]) -> dict[int, Any]:
    return {row.id: row for row in db.session().scalars(found)} if wanted else {}


def _names(model: Any, ids: set[int | None]) -> dict[int, str]:
    wanted = ids - {None}
    if not wanted:
        return {}
    named = select(model.id, model.name).where(model.id.in_(wanted))
    return {row.id: row.name for row in db.session().execute(named)}


def _reports(decided: set[int]) -> Iterable[Report]:
    return db.session().scalars(select(Report).where(Report.decision_id.in_(decided))) if decided else ()


def _appeals(answers: set[int]) -> Iterable[Appeal]:
    return db.session().scalars(select(Appeal).where(Appeal.answer_id.in_(answers))) if answers else ()


def _cases(sent: list[Any]) -> Iterable[Case]:
    about = tuple_(Case.subject_type, Case.subject_id).in_(sent)
    return db.session().scalars(select(Case).where(about)) if sent else ()


def _line(notification: Notification, known: Known) -> Line:
    activity = notification.activity
    telling, card = TELLINGS.get(activity.kind), known.cards.get((activity.subject_type, activity.subject_id))
    if telling is None or card is None or _is_secret(notification, card):
        return Line("", "/notifications")
    who = known.organisations.get(activity.organisation_id or 0) or known.names.get(activity.actor_id or 0, "")
    decision = known.decisions.get(activity.data.get("decision_id", 0))
    mine = decision is not None and decision.case.author_id == notification.person_id
    return Line(
        sentence=str(telling.sentence) % {"who": who, "title": card.title},
        path=_path(notification, known, card.path),
        reason=decision.reason if decision is not None and notification.reason == Reason.OWN else "",
        statement=_statement(decision) if decision is not None and mine and decision.kind in ADVERSE else None,
        settled=decision is not None and mine and decision.kind in SHOWN,
    )


def _is_secret(notification: Notification, card: Card) -> bool:
    """Whether a follower would read the title of what was hidden since; that it was withdrawn may be said."""
    withdrawn = notification.activity.kind.endswith(".withdrawn")
    return notification.topic == Topic.FOLLOWED and not card.public and not withdrawn


def _path(notification: Notification, known: Known, page: str) -> str:
    """Where it leads: to the task, the comment, the report, the reasons, or the thing itself."""
    activity, reader = notification.activity, notification.person_id
    sent = activity.kind.endswith(".submitted")
    waiting = known.waiting.get((activity.subject_type, activity.subject_id)) if sent else None
    case_id = activity.data.get("case_id", waiting)
    if notification.reason == Reason.TASK and case_id:
        return f"/desk/review/{case_id}"
    if activity.kind == "comment.posted":
        return f"/comments/{activity.data['comment_id']}"
    decision = known.decisions.get(activity.data.get("decision_id", 0))
    return _decision_path(activity, decision, reader, known) or page if decision else page


def _decision_path(activity: Activity, decision: Decision, reader: int, known: Known) -> str | None:
    report_id = known.reports.get((decision.id, reader))
    if activity.kind == "report.decided" and report_id:
        return f"/reports/{report_id}"
    complaint = known.answered.get(decision.id)
    if complaint is not None:
        return f"/reports/{complaint.report_id}" if complaint.report_id else f"/decisions/{complaint.decision_id}"
    mine = decision.case.author_id == reader and decision.kind in ADVERSE
    return f"/decisions/{decision.id}" if mine else None


def _statement(decision: Decision) -> dict[str, Any]:
    label = str(decision.reason_code.label) if decision.reason_code else ""
    ground = {"law": decision.law, "reason_code": {"label": label} if label else None}
    again = can_be_sent_again(decision)
    return {"kind": decision.kind.value, "origin": decision.origin.value, "sent_again": again, **ground}
