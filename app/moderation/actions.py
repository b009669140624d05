"""Verbs of moderation: submit, decide, report. The thing itself is changed through its feature's port."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from redis import RedisError
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from werkzeug.exceptions import UnprocessableEntity

from app.activity import actions as activity
from app.activity.models import SubjectType
from app.kernel import clock, db, jobs
from app.kernel.access import Actor, check
from app.kernel.errors import check_version
from app.moderation import ports, queries, rules
from app.moderation.models import Case, CaseState, Decision, DecisionKind, Origin, ReasonCode, Report
from app.moderation.notices import actions as notices
from app.moderation.notices.actions import Notifier

LOOKED_AT = timedelta(minutes=3)


def submit(
    subject_type: SubjectType, subject_id: int, *, title: str, municipality_id: int | None, author_id: int | None
) -> Case:
    """Put a thing into the queue, for the first time or again. The caller keeps the case's id on the thing."""
    case = _case(subject_type, subject_id, title=title, municipality_id=municipality_id, author_id=author_id)
    case.title, case.municipality_id = title, municipality_id
    case.state, case.submitted_at = CaseState.WAITING, clock.now()
    case.waiting_since = case.submitted_at
    db.session().flush()
    return case


def register_published(
    subject_type: SubjectType, subject_id: int, *, title: str, municipality_id: int | None, author_id: int | None
) -> Case:
    """A case for a thing that is public without prior review, so that it can be reported."""
    return _case(subject_type, subject_id, title=title, municipality_id=municipality_id, author_id=author_id)


def _case(
    subject_type: SubjectType, subject_id: int, *, title: str, municipality_id: int | None, author_id: int | None
) -> Case:
    values = {
        "subject_type": subject_type,
        "subject_id": subject_id,
        "title": title,
        "municipality_id": municipality_id,
        "author_id": author_id,
        "state": CaseState.PUBLISHED,
        "submitted_at": clock.now(),
        "waiting_since": clock.now(),
        "open_reports": 0,
        "open_appeals": 0,
        "version": 1,
    }
    db.session().execute(insert(Case).values(**values).on_conflict_do_nothing())
    about = (Case.subject_type == subject_type, Case.subject_id == subject_id)
    return db.session().scalars(select(Case).where(*about).with_for_update()).one()


def withdraw(case_id: int | None) -> None:
    """The author took the thing back: it waits no longer."""
    case = db.session().get(Case, case_id) if case_id else None
    if case is not None:
        case.state = CaseState.WITHDRAWN


def decide(
    case: Case,
    kind: DecisionKind,
    *,
    by: Actor,
    version: int,
    reason_code: ReasonCode | None = None,
    reason: str = "",
    law: str = "",
) -> Decision:
    """Decide on the version of the case that the moderator saw; raise Stale when somebody else was faster."""
    lock(case)
    check(rules.may_decide(by, case))
    check_version(case, version)
    check(rules.fits(kind, case))
    if kind == DecisionKind.PUBLISH:
        check(ports.of(case.subject_type).may_publish(case.subject_id))
    decision = note(case, kind, by=by, origin=rules.origin_of(case), reason_code=reason_code, reason=reason, law=law)
    if kind in rules.RESULT:
        ports.of(case.subject_type).carry_out(case.subject_id, kind, by)
    return decision


def note(case: Case, kind: DecisionKind, *, by: Actor, origin: Origin, reason: str, **ground: Any) -> Decision:
    """Write a decision into the log, with what it settles. What it does to the thing itself is the caller's."""
    decision = Decision(case=case, kind=kind, origin=origin, reason=reason.strip(), decided_by_id=by.id, **ground)
    db.session().add(decision)
    db.session().flush()
    case.state = rules.RESULT.get(kind, case.state)
    if kind not in rules.ANSWERS:
        _settle_reports(decision, by)
    record(f"case.{kind}", case, by, decision_id=decision.id)
    return decision


def _settle_reports(decision: Decision, by: Actor) -> None:
    """The open reports are answered by this decision; whoever sent them is told."""
    case = decision.case
    if not case.open_reports:
        return
    opened = update(Report).where(Report.case_id == case.id, Report.decision_id.is_(None))
    db.session().execute(opened.values(decision_id=decision.id))
    case.open_reports = 0
    record("report.decided", case, by, decision_id=decision.id)
    notices.tell_decided(decision)


def lock(case: Case) -> None:
    """Wait for whoever is changing the case, and see what they did."""
    anew = select(Case).where(Case.id == case.id).with_for_update(of=Case)
    db.session().scalars(anew.execution_options(populate_existing=True)).one()


def comes_into_the_queue(case: Case) -> None:
    if not case.waits:
        case.waiting_since = clock.now()


def report(case: Case, *, by: Actor, reason_code: ReasonCode, details: str, notifier: Notifier | None = None) -> Report:
    """Take in a notice made in good faith. A second one by the same person while the first is open changes nothing.

    Whoever has no account is named by `notifier`, and gets a letter of receipt.
    """
    lock(case)
    existing = db.session().scalar(queries.open_report(case, by)) if by.signed_in else None
    if existing is not None:
        return existing
    check(rules.may_report(by, case), sign_in_helps=False)
    if not by.signed_in and not notices.is_named(notifier, reason_code):
        raise UnprocessableEntity
    comes_into_the_queue(case)
    sender = {"reporter_id": by.id} | notices.signature(notifier)
    notice = Report(case=case, reason_code=reason_code, details=details.strip(), **sender)
    db.session().add(notice)
    case.open_reports += 1
    db.session().flush()
    notices.confirm(notice)
    record("case.reported", case, by, report_id=notice.id)
    return notice


def record(kind: str, case: Case, by: Actor, **data: int) -> None:
    activity.record(
        kind,
        by=by,
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        organisation_id=None,
        case_id=case.id,
        **data,
    )


def look_at(case: Case, *, by: Actor) -> list[int]:
    """Note that a moderator has the case open, and tell who else had it open in the last minutes."""
    key, moment = f"review:{case.id}", clock.now().timestamp()
    try:
        with jobs.connection().pipeline() as pipe:
            pipe.zremrangebyscore(key, 0, moment - LOOKED_AT.total_seconds())
            pipe.zrange(key, 0, -1)
            pipe.zadd(key, {str(by.id): moment})
            pipe.expire(key, LOOKED_AT)
            found = pipe.execute()[1]
    except RedisError:
        return []
    return [int(person_id) for person_id in found if int(person_id) != by.id]
