"""Merging two ideas: supporters, backings, offers of help and followers come along, each once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from app.activity import actions as activity
from app.activity.models import SubjectType
from app.deliberation import actions as deliberation
from app.kernel import clock, db
from app.kernel.access import ALLOWED, Actor, Refusal, Verdict, check
from app.moderation import actions as moderation
from app.proposals import actions, rules
from app.proposals.models import Proposal, ProposalState
from app.proposals.supports.actions import hold
from app.proposals.supports.models import Backing, HelpOffer, Support


def merge(duplicate: Proposal, into: Proposal, *, by: Actor) -> None:
    """Make one idea of two: `into` remains, the address of `duplicate` leads there."""
    _lock(duplicate, into)
    check(rules.may_merge(by, duplicate))
    check(_fits(duplicate, into))
    was_public = duplicate.published
    _move_supports(duplicate.id, into.id)
    _move_backings(duplicate.id, into.id)
    _move(HelpOffer.proposal_id, duplicate.id, into.id)
    activity.follow_along(SubjectType.PROPOSAL, duplicate.id, into.id)
    _recount(duplicate, into)
    duplicate.state, duplicate.merged_into_id = ProposalState.MERGED, into.id
    _move(Proposal.merged_into_id, duplicate.id, into.id)
    moderation.withdraw(duplicate.case_id)
    if duplicate.thread is not None:
        deliberation.close_thread(duplicate.thread)
    if was_public:
        actions.count_in_challenge(duplicate, -1)
    _tell(duplicate, into, by)


def _lock(*proposals: Proposal) -> None:
    """Keep supports out while counting, and everybody else away from the two rows."""
    for proposal_id in sorted(proposal.id for proposal in proposals):
        hold(proposal_id, alone=True)
    for proposal in sorted(proposals, key=lambda proposal: proposal.id):
        db.session().refresh(proposal, with_for_update={"of": Proposal})


def _fits(duplicate: Proposal, into: Proposal) -> Verdict:
    if duplicate.id == into.id:
        return Refusal("")
    if not into.published or duplicate.challenge_id != into.challenge_id:
        return Refusal("")
    return ALLOWED


def _move_supports(duplicate_id: int, into_id: int) -> None:
    current = (Support.proposal_id == duplicate_id, Support.ended_at.is_(None))
    rows = select(literal(into_id), Support.person_id, Support.created_at, literal(duplicate_id)).where(*current)
    columns = ["proposal_id", "person_id", "created_at", "merged_from_id"]
    db.session().execute(insert(Support).from_select(columns, rows).on_conflict_do_nothing())
    db.session().execute(update(Support).where(*current).values(ended_at=clock.now()))


def _move_backings(duplicate_id: int, into_id: int) -> None:
    current = (Backing.proposal_id == duplicate_id, Backing.ended_at.is_(None))
    said = (Backing.organisation_id, Backing.declared_by_id, Backing.statement, Backing.created_at)
    rows = select(literal(into_id), *said).where(*current)
    columns = ["proposal_id", *(column.key for column in said)]
    db.session().execute(insert(Backing).from_select(columns, rows).on_conflict_do_nothing())
    db.session().execute(update(Backing).where(*current).values(ended_at=clock.now()))


def _move(column: Any, old: int, new: int) -> None:
    statement = update(column.class_).where(column == old).values({column.key: new})
    db.session().execute(statement.execution_options(synchronize_session=False))


def _recount(*proposals: Proposal) -> None:
    db.session().flush()
    for proposal in proposals:
        proposal.support_count = _current(Support, proposal.id)
        proposal.backing_count = _current(Backing, proposal.id)


def _current(kind: type[Support] | type[Backing], proposal_id: int) -> int:
    counted = select(func.count()).select_from(kind).where(kind.proposal_id == proposal_id, kind.ended_at.is_(None))
    return db.session().scalars(counted).one()


def _tell(duplicate: Proposal, into: Proposal, by: Actor) -> None:
    """Both authors hear of it, one who wrote both only once."""
    actions.record("proposal.merged", into, by=by, merged_id=duplicate.id)
    if duplicate.author_id is not None and duplicate.author_id != into.author_id:
        actions.record("proposal.merged", duplicate, by=by, merged_into_id=into.id)
