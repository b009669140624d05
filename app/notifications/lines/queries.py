"""The lines of notifications, gathered in one statement per kind of thing they speak of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from app.activity.models import Activity, SubjectType
from app.activity.ports import Card, cards
from app.identity.models import Person
from app.kernel import db
from app.moderation.models import Appeal, Case, CaseState, Decision, DecisionKind, Report
from app.moderation.ports import can_be_sent_again
from app.moderation.rules import ADVERSE, ANSWERS, LEFT_STANDING, told_to_reporters
from app.notifications.models import Notification, Reason, Topic
from app.notifications.rules import OF_ORGANISATIONS, TELLINGS, Who
from app.organisations.models import Organisation
from app.partnerships.models import JoinRequest

Key = tuple[int, int]
ANSWERED = {"join_request.accepted", "join_request.declined"}
SHOWN = {DecisionKind.PUBLISH, DecisionKind.RESTORE}


@dataclass(frozen=True)
class Line:
    """`statement` is the statement of reasons to the author of what was decided against, as plain JSON; `settled` says
    that a decision asks nothing of the author. `outcome` is what was decided on the reader's report, `answer` what the
    lead of a partnership said to the reader: accepted or declined."""

    sentence: str
    path: str
    reason: str = ""
    statement: dict[str, Any] | None = None
    settled: bool = False
    outcome: dict[str, Any] | None = None
    answer: str = ""


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
    requests: dict[int, JoinRequest] = field(default_factory=dict)


def told(notifications: list[Notification]) -> list[Line]:
    """What each notification says, in the language of the moment."""
    known = _known([notification.activity for notification in notifications])
    return [_line(notification, known) for notification in notifications]


def _known(happened: list[Activity]) -> Known:
    decided = {one.data["decision_id"] for one in happened if "decision_id" in one.data}
    made = select(Decision).join(Decision.case).options(contains_eager(Decision.case))
    decisions = _by_id(made.where(Decision.id.in_(decided)), decided)
    answers = {one.id for one in decisions.values() if one.kind in ANSWERS}
    asked = {one.data["request_id"] for one in happened if "request_id" in one.data}
    who_asked = select(JoinRequest).options(joinedload(JoinRequest.organisation), joinedload(JoinRequest.person))
    sent = [(one.subject_type, one.subject_id) for one in happened if one.kind.endswith(".submitted")]
    return Known(
        cards=cards([(one.subject_type, one.subject_id) for one in happened]),
        names=_names(Person, {who for one in happened for who in (one.actor_id, one.data.get("person_id"))}),
        organisations=_names(Organisation, {one.organisation_id for one in happened}),
        decisions=decisions,
        reports={(report.decision_id or 0, report.reporter_id or 0): report.id for report in _reports(decided)},
        answered={appeal.answer_id or 0: appeal for appeal in _appeals(answers)},
        waiting={(case.subject_type, case.subject_id): case.id for case in _cases(sent)},
        requests=_by_id(who_asked.where(JoinRequest.id.in_(asked)), asked),
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
    card = known.cards.get((activity.subject_type, activity.subject_id))
    if activity.kind not in TELLINGS or card is None or _is_secret(notification, card):
        return Line("", "/notifications")
    decision = known.decisions.get(activity.data.get("decision_id", 0))
    mine = decision is not None and decision.case.author_id == notification.person_id
    return Line(
        sentence=_sentence(notification, known, card.title),
        path=_path(notification, known, card.path),
        reason=_reason(notification, known) if notification.reason == Reason.OWN else "",
        statement=_statement(decision) if decision is not None and mine and decision.kind in ADVERSE else None,
        settled=decision is not None and mine and decision.kind in SHOWN,
        outcome=_outcome(decision) if decision is not None and activity.kind == "report.decided" else None,
        answer=activity.kind.removeprefix("join_request.") if _is_answer(notification) else "",
    )


def _sentence(notification: Notification, known: Known, title: str) -> str:
    activity = notification.activity
    telling = TELLINGS[activity.kind]
    words = telling.own if telling.own and notification.reason == Reason.OWN else telling.sentence
    if activity.subject_type == SubjectType.ORGANISATION:
        words = OF_ORGANISATIONS.get(activity.kind, words)
    return str(words) % {"who": _who(activity, telling.who, known), "title": title}


def _who(activity: Activity, named: Who, known: Known) -> str:
    request = known.requests.get(activity.data.get("request_id", 0))
    acted = known.organisations.get(activity.organisation_id or 0) or known.names.get(activity.actor_id or 0)
    joined = known.names.get(activity.data.get("person_id", 0))
    found = {Who.ACTED: acted, Who.JOINED: joined, Who.ASKED: request.name if request else None}[named]
    return found or _("Somebody whose account is gone")


def _is_answer(notification: Notification) -> bool:
    """Whether it answers the reader's own request to join."""
    return notification.activity.kind in ANSWERED and notification.reason == Reason.OWN


def _reason(notification: Notification, known: Known) -> str:
    """The words that were written to the reader."""
    data = notification.activity.data
    decision, request = known.decisions.get(data.get("decision_id", 0)), known.requests.get(data.get("request_id", 0))
    if decision is not None:
        return told_to_reporters(decision) if notification.activity.kind == "report.decided" else decision.reason
    return request.reason if request is not None and _is_answer(notification) else ""


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
    if activity.kind == "join_request.declined":
        return f"/join-requests/{activity.data['request_id']}"
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
    about, again = decision.case.subject_type.value, can_be_sent_again(decision)
    told = {"kind": decision.kind.value, "about": about, "origin": decision.origin.value, "sent_again": again}
    return told | decision.ground


def _outcome(decision: Decision) -> dict[str, Any]:
    """What was decided on a report, and whether it can be complained about."""
    stands = decision.kind in LEFT_STANDING and decision.case.state == CaseState.PUBLISHED
    told = {"kind": decision.kind.value, "date": format_date(decision.decided_at, "long"), "complains": stands}
    return told | decision.ground
