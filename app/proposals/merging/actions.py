"""Merging two ideas: supporters, backings, offers of help and followers come along, each once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from app.activity import actions as activity
from app.activity.models import SubjectType
from app.deliberation import actions as deliberation
from app.deliberation.models import Thread
from app.kernel import clock, db
from app.kernel.access import Actor, check
from app.kernel.errors import check_version
from app.moderation import actions as moderation
from app.moderation.models import Case, Decision, DecisionKind, ReasonCode
from app.moderation.rules import origin_of
from app.proposals import actions, rules
from app.proposals.models import Proposal, ProposalState
from app.proposals.supports.actions import hold
from app.proposals.supports.models import Backing, HelpOffer, Support


def merge(duplicate: Proposal, into: Proposal, *, by: Actor, version: int, reason: str) -> None:
    """Make one idea of two: `into` remains, the address of `duplicate` leads there.

    A decision like any other: made on the version of the case that was seen, with reasons, and open to a complaint.
    """
    case = db.session().get_one(Case, duplicate.case_id)
    moderation.lock(case)
    _lock(duplicate, into)
    check_version(case, version)
    check(rules.may_merge(by, duplicate))
    check(rules.may_become_part(duplicate, into))
    was_public = duplicate.published
    why: dict[str, Any] = {"origin": origin_of(case), "reason_code": ReasonCode.DUPLICATE, "reason": reason}
    moderation.note(case, DecisionKind.MERGE, by=by, **why)
    _move_supports(duplicate.id, into.id)
    _move_backings(duplicate.id, into.id)
    _move(HelpOffer.proposal_id, duplicate.id, into.id)
    activity.follow_along(SubjectType.PROPOSAL, duplicate.id, into.id)
    _recount(duplicate, into)
    duplicate.state, duplicate.merged_into_id = ProposalState.MERGED, into.id
    _move(Proposal.merged_into_id, duplicate.id, into.id)
    if duplicate.thread is not None:
        deliberation.close_thread(duplicate.thread)
    if was_public:
        actions.count_in_challenge(duplicate, -1)
    actions.record("proposal.merged", into, by=by, merged_id=duplicate.id)


def _lock(*proposals: Proposal) -> None:
    """Keep supports out while counting, and everybody else away from the two rows."""
    for proposal_id in sorted(proposal.id for proposal in proposals):
        hold(proposal_id, alone=True)
    for proposal in sorted(proposals, key=lambda proposal: proposal.id):
        db.session().refresh(proposal, with_for_update={"of": Proposal})


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


def carry_out(proposal_id: int, kind: DecisionKind, by: Actor) -> None:
    """What moderation decided. An idea that was merged and is published again is taken out of the other first."""
    proposal = db.session().get_one(Proposal, proposal_id)
    if kind == DecisionKind.PUBLISH and proposal.merged_into is not None:
        _take_apart(proposal, proposal.merged_into, by)
    else:
        actions.carry_out(proposal_id, kind, by)


def _take_apart(duplicate: Proposal, into: Proposal, by: Actor) -> None:
    """Each supporter who came along and still supports goes back; whoever had supported both supports both again. The
    same for who follows."""
    _lock(duplicate, into)
    _give_back(Support, Support.person_id, duplicate, into)
    _give_back(Backing, Backing.organisation_id, duplicate, into)
    activity.follow_apart(SubjectType.PROPOSAL, duplicate.id, into.id)
    _recount(duplicate, into)
    duplicate.merged_into, duplicate.state = None, ProposalState.PUBLISHED
    db.session().flush()
    if duplicate.published_at is None:
        actions.carry_out(duplicate.id, DecisionKind.PUBLISH, by)
        return
    deliberation.reopen_thread(db.session().get_one(Thread, duplicate.thread_id))
    actions.count_in_challenge(duplicate, 1)


def _give_back(kind: type[Support] | type[Backing], who: Any, duplicate: Proposal, into: Proposal) -> None:
    """The rows that the merge ended begin anew, and those it wrote, which bear the same moment, end."""
    moment = select(func.max(Decision.decided_at)).where(
        Decision.case_id == duplicate.case_id, Decision.kind == DecisionKind.MERGE
    )
    here, there = (kind.proposal_id == duplicate.id), (kind.proposal_id == into.id, kind.ended_at.is_(None))
    moved = select(kind).where(here, kind.ended_at >= moment.scalar_subquery()).subquery()
    came = exists().where(moved.c[who.key] == who, moved.c.created_at == kind.created_at)
    names = [column.key for column in kind.__table__.columns if column.key not in {"id", "proposal_id", "ended_at"}]
    rows = select(literal(duplicate.id), *(moved.c[name] for name in names)).where(
        moved.c[who.key].in_(select(who).where(*there))
    )
    db.session().execute(insert(kind).from_select(["proposal_id", *names], rows).on_conflict_do_nothing())
    db.session().execute(update(kind).where(*there, came).values(ended_at=clock.now()))
