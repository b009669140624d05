"""Complaining about a decision, and answering a complaint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import UnprocessableEntity

from app.kernel import clock, db
from app.kernel.access import Actor, check
from app.kernel.errors import check_version
from app.moderation import actions, ports, rules
from app.moderation.models import Appeal, Case, CaseState, Decision, DecisionKind, Origin, ReasonCode, Report
from app.moderation.notices import actions as notices


@dataclass(frozen=True)
class Against:
    """The statement of reasons to the author of what is taken away after all."""

    code: ReasonCode
    told: str
    law: str = ""


REPAIRS = {DecisionKind.HIDE: DecisionKind.RESTORE}
"""How the reversal of a decision against the author puts the thing right; the others by publishing it."""


def appeal(decision: Decision, *, by: Actor, grounds: str) -> Appeal:
    """The author complains about a decision, once."""
    actions.lock(decision.case)
    db.session().refresh(decision, ["complaints"])
    check(rules.may_appeal(by, decision))
    return _take_in(decision.case, Appeal(decision=decision, person_id=by.id, grounds=grounds.strip()), by)


def appeal_report(report: Report, *, by: Actor, grounds: str, holds_link: bool = False) -> Appeal:
    """Whoever reported it complains that it was left standing, once."""
    actions.lock(report.case)
    db.session().refresh(report, ["complaint", "decision"])
    check(rules.may_appeal_report(by, report, holds_link=holds_link), sign_in_helps=not holds_link)
    complaint = Appeal(decision=report.decision, report=report, person_id=by.id, grounds=grounds.strip())
    return _take_in(report.case, complaint, by)


def _take_in(case: Case, complaint: Appeal, by: Actor) -> Appeal:
    actions.comes_into_the_queue(case)
    db.session().add(complaint)
    case.open_appeals += 1
    db.session().flush()
    actions.record("case.appealed", case, by, decision_id=complaint.decision_id)
    return complaint


def answer(
    complaint: Appeal, *, by: Actor, version: int, uphold: bool, reason: str, against: Against | None = None
) -> Decision:
    """Uphold or reverse the decision complained about; a reversal puts the thing right.

    When the thing has meanwhile been changed, sent again or withdrawn, a reversal leaves it as it is. `against` is the
    statement of reasons to the author when a reporter was right and what was reported goes after all.
    """
    case, first = complaint.decision.case, complaint.decision
    actions.lock(case)
    db.session().refresh(complaint, ["answer_id"])
    check(rules.may_answer_appeal(by, complaint))
    check_version(case, version)
    repairs = not uphold and rules.still_stands(first)
    takes_away = repairs and complaint.report_id is not None
    if takes_away and against is None:
        raise UnprocessableEntity
    kind = DecisionKind.UPHOLD if uphold else DecisionKind.REVERSE
    written = actions.note(case, kind, by=by, origin=Origin.COMPLAINT, reason=reason)
    complaint.answer, complaint.answered_at = written, clock.now()
    case.open_appeals -= 1
    notices.tell_answered(complaint)
    if takes_away and against is not None:
        _take_away(case, by, against)
    elif repairs:
        _put_back(first, by)
    return written


def _put_back(first: Decision, by: Actor) -> None:
    repair = REPAIRS.get(first.kind, DecisionKind.PUBLISH)
    first.case.state = CaseState.PUBLISHED
    ports.of(first.case.subject_type).carry_out(first.case.subject_id, repair, by)


def _take_away(case: Case, by: Actor, against: Against) -> None:
    """What was reported goes after all; its author gets reasons of their own, and may complain in turn."""
    why: dict[str, Any] = {"reason": against.told, "reason_code": against.code, "law": against.law}
    actions.note(case, DecisionKind.HIDE, by=by, origin=Origin.COMPLAINT, **why)
    ports.of(case.subject_type).carry_out(case.subject_id, DecisionKind.HIDE, by)
