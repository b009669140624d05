"""The life of an idea: sent for review, published, changed, withdrawn. How it is written is in `drafts`."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from app.activity import actions as activity
from app.activity.models import SubjectType
from app.challenges.models import Challenge
from app.deliberation import actions as deliberation
from app.kernel import clock, db, jobs
from app.kernel.access import Actor, check
from app.moderation import actions as moderation
from app.moderation.models import DecisionKind
from app.proposals import rules
from app.proposals.models import Proposal, ProposalState, ProposalVersion, Withdrawal
from app.proposals.supports.models import Threshold


def submit(proposal: Proposal, *, by: Actor) -> None:
    """Send for review, for the first time or again."""
    check(rules.may_submit(by, proposal))
    case = moderation.submit(
        SubjectType.PROPOSAL,
        proposal.id,
        title=proposal.title,
        municipality_id=proposal.municipality_id,
        author_id=proposal.author_id,
    )
    proposal.case_id, proposal.state = case.id, ProposalState.IN_REVIEW
    record("proposal.submitted", proposal, by=by)


def recall(proposal: Proposal, *, by: Actor) -> None:
    """Take it back from review, to write on."""
    check(rules.may_recall(by, proposal))
    moderation.withdraw(proposal.case_id)
    proposal.state = ProposalState.DRAFT


def discard(proposal: Proposal, *, by: Actor) -> None:
    """Delete a draft. One that has been in review keeps its case, and is withdrawn."""
    check(rules.may_discard(by, proposal))
    if proposal.case_id is None:
        db.session().delete(proposal)
    else:
        proposal.state = ProposalState.WITHDRAWN


def withdraw(proposal: Proposal, *, by: Actor, reason: str) -> None:
    """Take back what is published or was to be changed. The page stays and says so."""
    check(rules.may_withdraw(by, proposal))
    was_public = proposal.published
    db.session().add(Withdrawal(proposal_id=proposal.id, withdrawn_by_id=by.id, reason=reason.strip()))
    proposal.state = ProposalState.WITHDRAWN
    moderation.withdraw(proposal.case_id)
    if was_public:
        if proposal.thread is not None:
            deliberation.close_thread(proposal.thread)
        count_in_challenge(proposal, -1)
        record("proposal.withdrawn", proposal, by=by)


def carry_out(proposal_id: int, kind: DecisionKind, by: Actor) -> None:
    """What moderation decided."""
    proposal = db.session().scalars(select(Proposal).where(Proposal.id == proposal_id).with_for_update()).one()
    match kind:
        case DecisionKind.PUBLISH:
            _publish(proposal, by=by)
        case DecisionKind.REQUEST_CHANGES:
            proposal.state = ProposalState.CHANGES_REQUESTED
        case DecisionKind.REJECT:
            proposal.state = ProposalState.REJECTED
        case DecisionKind.HIDE if proposal.hidden_at is None:
            proposal.hidden_at = clock.now()
            count_in_challenge(proposal, -1)
        case DecisionKind.RESTORE if proposal.hidden_at is not None:
            proposal.hidden_at = None
            count_in_challenge(proposal, 1)


def _publish(proposal: Proposal, *, by: Actor) -> None:
    proposal.state, proposal.published_at = ProposalState.PUBLISHED, clock.now()
    if proposal.thread_id is None:
        proposal.thread = deliberation.open_thread(
            SubjectType.PROPOSAL, proposal.id, municipality_id=proposal.municipality_id
        )
    _set_terms(proposal)
    keep_version(proposal, edited_by_id=proposal.author_id)
    count_in_challenge(proposal, 1)
    if proposal.author_id is not None:
        activity.follow(proposal.author_id, SubjectType.PROPOSAL, proposal.id)
    record("proposal.published", proposal, by=by)
    jobs.enqueue("proposals.find_similar", proposal.id)


def _set_terms(proposal: Proposal) -> None:
    """Under a challenge its promise says when the answer comes; an idea that stands alone gathers support first."""
    if proposal.challenge is not None:
        proposal.answer_due = proposal.challenge.promise_answer_by
        return
    terms = terms_of(proposal.municipality_id)
    proposal.threshold = terms.supports
    proposal.threshold_ends_on = clock.today() + timedelta(days=terms.days)


def terms_of(municipality_id: int | None) -> Threshold:
    """What a municipality asks of ideas that stand alone."""
    found = db.session().get(Threshold, municipality_id) if municipality_id else None
    return found or Threshold(municipality_id=municipality_id, supports=1500, days=180, answer_days=60)


def keep_version(proposal: Proposal, *, edited_by_id: int | None) -> None:
    """Keep what the idea says now, so that later changes can be seen."""
    content = {"title": proposal.title, "body": proposal.body, "place_name": proposal.place_name}
    latest = select(ProposalVersion.number).where(ProposalVersion.proposal_id == proposal.id)
    number = (db.session().scalar(latest.order_by(ProposalVersion.number.desc()).limit(1)) or 0) + 1
    version = ProposalVersion(proposal_id=proposal.id, number=number, content=content, edited_by_id=edited_by_id)
    db.session().add(version)


def count_in_challenge(proposal: Proposal, change: int) -> None:
    if proposal.challenge_id is not None:
        one = update(Challenge).where(Challenge.id == proposal.challenge_id)
        db.session().execute(one.values(proposal_count=Challenge.proposal_count + change))


def record(kind: str, proposal: Proposal, *, by: Actor, **data: int | str | None) -> None:
    """Write down what happened to an idea."""
    activity.record(
        kind,
        by=by,
        subject_type=SubjectType.PROPOSAL,
        subject_id=proposal.id,
        organisation_id=proposal.organisation_id if by.id == proposal.author_id else None,
        challenge_id=proposal.challenge_id,
        author_id=proposal.author_id,
        **data,
    )
