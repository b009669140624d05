"""What was reported on the square, what was decided and why, and who complained about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.activity.models import SubjectType
from app.deliberation.models import Comment, Thread
from app.demo.actions.comments import case_of
from app.demo.actions.square import Square, content
from app.identity.models import Person
from app.kernel import db
from app.moderation.models import Appeal, Case, CaseState, Decision, DecisionKind, Origin, ReasonCode, Report

REMOVED = DecisionKind.HIDE


def add_moderation(square: Square) -> None:
    for told in content("moderation")["comments"]:
        home = square.places[told["home"]].id
        of_ideas = (Thread.municipality_id == home, Thread.owner_type == SubjectType.PROPOSAL)
        threads = db.session().scalars(select(Thread).where(*of_ideas, Thread.closed_at.is_(None)).order_by(Thread.id))
        comment, case = _comment(square, square.random.choice(list(threads)), told)
        report = _report(square, case, told)
        if told["outcome"] != "open":
            _decide(square, comment, case, report, told)
    db.session().flush()


def _comment(square: Square, thread: Thread, told: dict[str, Any]) -> tuple[Comment, Case]:
    at, author = square.ago(told["days"] + 1), square.somebody()
    comment = Comment(thread_id=thread.id, author_id=author.id, body=told["body"], created_at=at)
    square.add(comment)
    thread.comment_count += 1
    case = case_of(comment, thread)
    square.add(case)
    comment.case_id = case.id
    return comment, case


def _somebody_but(square: Square, author_id: int | None) -> Person:
    return next(person for person in iter(square.somebody, None) if person.id != author_id)


def _report(square: Square, case: Case, told: dict[str, Any]) -> Report | None:
    """Without details nobody reported it: a moderator came across it."""
    if "details" not in told:
        return None
    at, reporter = square.ago(told["days"]), _somebody_but(square, case.author_id)
    words = {"reason_code": ReasonCode(told["code"]), "details": told["details"], "created_at": at}
    report = Report(case_id=case.id, reporter_id=reporter.id, **words)
    case.open_reports, case.waiting_since = 1, at
    square.add(report)
    return report


def _decide(square: Square, comment: Comment, case: Case, report: Report | None, told: dict[str, Any]) -> None:
    at = (report.created_at if report else square.ago(told["days"])) + timedelta(hours=square.random.randint(2, 40))
    by, kind = square.moderators[case.municipality_id or 0], DecisionKind(told["outcome"])
    decision = _written(square, case, kind, at, by, told, reason=told["reason"], origin=_origin(report))
    if kind == REMOVED:
        _hide(comment, case, at)
    if report is not None:
        report.decision_id, case.open_reports = decision.id, 0
    if "grounds" in told:
        _complain(square, comment, case, report, decision, told)


def _origin(report: Report | None) -> Origin:
    return Origin.OWN if report is None else Origin.REPORT


def _written(
    square: Square, case: Case, kind: DecisionKind, at: datetime, by: Person, told: dict[str, Any], **why: Any
) -> Decision:
    code = ReasonCode(told["code"]) if kind == REMOVED else None
    decision = Decision(case_id=case.id, kind=kind, reason_code=code, decided_by_id=by.id, decided_at=at, **why)
    square.add(decision)
    return decision


def _hide(comment: Comment, case: Case, at: datetime) -> None:
    comment.hidden_at, case.state = at, CaseState.HIDDEN
    db.session().get_one(Thread, comment.thread_id).comment_count -= 1


def _complain(
    square: Square, comment: Comment, case: Case, report: Report | None, first: Decision, told: dict[str, Any]
) -> None:
    """The platform's administrator answers, since a municipality of the demo has one moderator only."""
    by_reporter = told["complaint_by"] == "reporter" and report is not None
    at = first.decided_at + timedelta(days=1)
    who = report.reporter_id if by_reporter and report else case.author_id
    complaint = Appeal(decision_id=first.id, person_id=who, grounds=told["grounds"], created_at=at)
    complaint.report_id = report.id if by_reporter and report else None
    square.add(complaint)
    if "answer" not in told:
        case.open_appeals, case.waiting_since = 1, at
        return
    at += timedelta(days=2)
    chief, origin = square.named["platform@torvet.example"], Origin.COMPLAINT
    kind = DecisionKind(told["answer"])
    answer = _written(square, case, kind, at, chief, told, reason=told["answer_reason"], origin=origin)
    complaint.answer_id, complaint.answered_at = answer.id, at
    if kind == DecisionKind.REVERSE:
        _written(square, case, REMOVED, at, chief, told, reason=told["told"], origin=origin)
        _hide(comment, case, at)
