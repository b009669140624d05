"""Who may review, decide, report and appeal."""

from __future__ import annotations

from flask_babel import gettext as _

from app.identity.models import RoleName
from app.kernel.access import ALLOWED, Actor, Refusal, Verdict
from app.moderation.models import Appeal, Case, CaseState, Decision, DecisionKind, Origin, ReasonCode, Report

STAFF = (RoleName.MODERATOR, RoleName.ADMINISTRATOR)
NEEDS_CODE = {DecisionKind.REJECT, DecisionKind.HIDE, DecisionKind.MERGE}
ADVERSE = {DecisionKind.REQUEST_CHANGES, *NEEDS_CODE}
"""What goes against the author, who may complain about it."""

LEFT_STANDING = {DecisionKind.DISMISS_REPORTS, DecisionKind.PUBLISH, DecisionKind.RESTORE}
"""What goes against whoever reported it, who may complain about it."""

NEEDS_TEXT = {*ADVERSE, DecisionKind.DISMISS_REPORTS}
ANSWERS = {DecisionKind.UPHOLD, DecisionKind.REVERSE}
POSSIBLE = {
    CaseState.WAITING: (DecisionKind.PUBLISH, DecisionKind.REQUEST_CHANGES, DecisionKind.REJECT),
    CaseState.PUBLISHED: (DecisionKind.HIDE, DecisionKind.DISMISS_REPORTS),
    CaseState.HIDDEN: (DecisionKind.RESTORE, DecisionKind.DISMISS_REPORTS),
    CaseState.CHANGES_REQUESTED: (DecisionKind.DISMISS_REPORTS,),
    CaseState.REJECTED: (DecisionKind.DISMISS_REPORTS,),
    CaseState.WITHDRAWN: (DecisionKind.DISMISS_REPORTS,),
}
RESULT = {
    DecisionKind.PUBLISH: CaseState.PUBLISHED,
    DecisionKind.REQUEST_CHANGES: CaseState.CHANGES_REQUESTED,
    DecisionKind.REJECT: CaseState.REJECTED,
    DecisionKind.HIDE: CaseState.HIDDEN,
    DecisionKind.RESTORE: CaseState.PUBLISHED,
    DecisionKind.MERGE: CaseState.WITHDRAWN,
}
"""The state in which a decision leaves the case; the other decisions leave it as it is."""


def is_platform_administrator(actor: Actor) -> bool:
    return actor.has(RoleName.PLATFORM_ADMINISTRATOR, "platform")


def may_review(actor: Actor) -> Verdict:
    """Moderators and administrators of any municipality see a queue: their own."""
    if actor.scope_ids("municipality", *STAFF) or is_platform_administrator(actor):
        return ALLOWED
    return Refusal(_("Only moderators can review."))


def may_open_case(actor: Actor, case: Case) -> Verdict:
    """On the desk: the moderators of the municipality, also what they wrote themselves."""
    return _is_staff_of(actor, case)


def may_decide(actor: Actor, case: Case) -> Verdict:
    """In their own municipality, and never on what they wrote themselves."""
    if actor.is_system:
        return ALLOWED
    if case.author_id is not None and case.author_id == actor.id:
        return Refusal(_("You wrote this yourself. Another moderator decides."))
    return _is_staff_of(actor, case)


def fits(kind: DecisionKind, case: Case) -> Verdict:
    """Whether a decision of this kind is possible in the case's state."""
    if kind == DecisionKind.DISMISS_REPORTS and not case.open_reports:
        return Refusal(_("There are no open reports."))
    if kind in POSSIBLE[case.state]:
        return ALLOWED
    return Refusal(_("This has already been decided."))


def possible(case: Case) -> list[DecisionKind]:
    """The decisions that can be made about a case as it stands."""
    return [kind for kind in POSSIBLE[case.state] if fits(kind, case)]


def still_stands(decision: Decision) -> bool:
    """Whether the thing is still as this decision left it: in its state, and by no later decision."""
    case = decision.case
    if decision.kind == DecisionKind.DISMISS_REPORTS:
        return case.state == CaseState.PUBLISHED
    latest = [one for one in case.decisions if one.kind in RESULT][-1:]
    return latest == [decision] and case.state == RESULT[decision.kind]


def told_to_reporters(decision: Decision) -> str:
    """The words of a decision that were written to whoever reported it; those to the author stay with the author."""
    return decision.reason if decision.kind in {DecisionKind.DISMISS_REPORTS, *ANSWERS} else ""


def origin_of(case: Case) -> Origin:
    """What brought a decision about, as the case stands before it."""
    if case.state == CaseState.WAITING:
        return Origin.REVIEW
    return Origin.REPORT if case.open_reports else Origin.OWN


def may_report(actor: Actor, case: Case) -> Verdict:
    """Anybody may report what everybody can see, with or without an account, but not their own things."""
    if case.state != CaseState.PUBLISHED:
        return Refusal(_("This is not shown on the square, so there is nothing to report."))
    if actor.signed_in and case.author_id == actor.id:
        return Refusal(_("You wrote this yourself. You can edit or withdraw it."))
    return ALLOWED


def may_stay_unnamed(reason_code: ReasonCode | None) -> bool:
    """Whether a report without an account may come without name and address: article 16(2)(c)."""
    return reason_code == ReasonCode.CHILD_ABUSE


def may_follow_notice(actor: Actor) -> Verdict:
    """Whoever holds the link from the letter of receipt; the link alone decides which report is found."""
    return ALLOWED


def may_read_decision(actor: Actor, decision: Decision) -> Verdict:
    """Those it concerns: the author, and the moderators of the municipality."""
    if actor.signed_in and decision.case.author_id == actor.id:
        return ALLOWED
    return _is_staff_of(actor, decision.case)


def may_read_report(actor: Actor, report: Report) -> Verdict:
    """The reporter follows what became of the report, and the moderators decide on it."""
    if actor.signed_in and report.reporter_id == actor.id:
        return ALLOWED
    return _is_staff_of(actor, report.case)


def _is_staff_of(actor: Actor, case: Case) -> Verdict:
    if is_platform_administrator(actor) or actor.has(STAFF, "municipality", case.municipality_id):
        return ALLOWED
    return Refusal(_("Only moderators of the municipality decide here."))


def may_appeal(actor: Actor, decision: Decision) -> Verdict:
    """The author, once, against a decision that went against them."""
    if not actor.signed_in or decision.case.author_id != actor.id:
        return Refusal(_("Only the author can complain about a decision."))
    if decision.kind not in ADVERSE:
        return Refusal(_("There is nothing to complain about in this decision."))
    if decision.complaint is not None:
        return Refusal(_("You have complained about this decision already."))
    return ALLOWED


def may_appeal_report(actor: Actor, report: Report, *, holds_link: bool = False) -> Verdict:
    """Whoever reported it, in their account or with the link from the letter, once, when it was left standing."""
    if not holds_link and (not actor.signed_in or report.reporter_id != actor.id):
        return Refusal(_("Only whoever sent the report can complain about what was decided on it."))
    if report.decision is None:
        return Refusal(_("Nobody has decided on your report yet."))
    if report.decision.kind not in LEFT_STANDING or report.case.state != CaseState.PUBLISHED:
        return Refusal(_("There is nothing to complain about in this decision."))
    if report.complaint is not None:
        return Refusal(_("You have complained about this decision already."))
    return ALLOWED


def may_answer_appeal(actor: Actor, appeal: Appeal) -> Verdict:
    """Somebody else than the one who decided and the one who complains."""
    if appeal.answer_id is not None:
        return Refusal(_("This complaint has been answered."))
    if appeal.decision.decided_by_id == actor.id:
        return Refusal(_("You made the decision. Another moderator answers the complaint."))
    if appeal.person_id is not None and appeal.person_id == actor.id:
        return Refusal(_("This is your own complaint. Another moderator answers it."))
    return may_decide(actor, appeal.decision.case)
