"""Verbs of support. A person's yes and the count change together; the count is locked last and shortest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import BigInteger, DateTime, Select, Table, bindparam, func, select, text, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate
from werkzeug.exceptions import Conflict

from app.activity import actions as activity
from app.activity.models import SubjectType
from app.kernel import clock, db
from app.kernel.access import Actor, Refusal, check
from app.organisations.actions import speak_for
from app.places.models import Municipality
from app.proposals import actions, rules
from app.proposals.models import Proposal, ProposalState
from app.proposals.supports.models import Backing, HelpKind, HelpOffer, Support, Threshold

supports, ideas = cast(Table, Support.__table__), cast(Table, Proposal.__table__)

GATHERING = 7_001 << 44
"""The advisory locks of gathering support; many gather at once, a merge waits until it is alone."""


def hold(proposal_id: int, *, alone: bool = False) -> None:
    """Take part in gathering for an idea until the end of this transaction, or keep everybody else out of it."""
    lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
    db.session().execute(select(lock(GATHERING | proposal_id)))


_idea, _me = bindparam("idea", type_=BigInteger), bindparam("me", type_=BigInteger)
_now = bindparam("now", type_=DateTime(timezone=True))
_held = select(
    _idea.label("idea"), func.pg_advisory_xact_lock_shared(bindparam("lock", type_=BigInteger)).label("held")
).subquery()


def _counted(change: ReturningInsert[Any] | ReturningUpdate[Any], by: int) -> Select[Any]:
    """A change of somebody's support and, where it changed anything, of the count: one row then, else none.

    The row holds the new count, or nulls where nothing can be counted: what was withdrawn, hidden or merged meanwhile.
    """
    changed = change.cte("changed")
    counted = (
        update(ideas)
        .where(ideas.c.id == changed.c.proposal_id, ideas.c.state == ProposalState.PUBLISHED)
        .where(ideas.c.hidden_at.is_(None))
        .values(support_count=ideas.c.support_count + by)
        .returning(ideas.c.support_count, ideas.c.threshold_reached_at)
        .cte("counted")
    )
    found = select(counted).select_from(changed.outerjoin(counted, true()))
    return found.execution_options(changes=ideas)


ADDED = _counted(
    insert(supports)
    .from_select(["proposal_id", "person_id", "created_at"], select(_held.c.idea, _me, _now))
    .on_conflict_do_nothing(index_elements=["proposal_id", "person_id"], index_where=text("ended_at is null"))
    .returning(supports.c.proposal_id),
    1,
)
"""Take part in gathering as `hold` does, say yes unless that is said already, and count it; all in one question."""
ENDED = _counted(
    update(supports)
    .where(supports.c.proposal_id == _held.c.idea, supports.c.person_id == _me, supports.c.ended_at.is_(None))
    .values(ended_at=_now)
    .returning(supports.c.proposal_id),
    -1,
)
"""The same for taking a yes back."""


def support(proposal: Proposal, *, by: Actor) -> None:
    """Say yes; saying it again changes nothing."""
    check(rules.may_support(by, proposal))
    if _change(ADDED, proposal, by):
        actions.record("proposal.supported", proposal, by=by)
        _celebrate(proposal, by)


def end_support(proposal: Proposal, *, by: Actor) -> None:
    """Take the yes back; doing it again changes nothing.

    Where nothing was found it is looked for again: what a merge moved here while the first question waited for it, only
    a question that began after it can see.
    """
    check(rules.may_support(by, proposal))
    if _change(ENDED, proposal, by) or _change(ENDED, proposal, by):
        actions.record("proposal.support_ended", proposal, by=by)


def _change(statement: Select[Any], proposal: Proposal, by: Actor) -> bool:
    """Whether it changed anything. What cannot be counted any more is not done either."""
    values = {"idea": proposal.id, "me": by.id, "now": clock.now(), "lock": GATHERING | proposal.id}
    row = db.session().execute(statement, values).one_or_none()
    if row is None:
        return False
    if row.support_count is None:
        raise Conflict
    for name, value in row._mapping.items():
        set_committed_value(proposal, name, value)
    return True


def _celebrate(proposal: Proposal, by: Actor) -> None:
    """The threshold is reached, once: from now on the municipality owes an answer."""
    if proposal.threshold is None or proposal.threshold_reached_at or proposal.support_count < proposal.threshold:
        return
    proposal.threshold_reached_at = clock.now()
    days = actions.terms_of(proposal.municipality_id).answer_days
    proposal.answer_due = clock.today() + timedelta(days=days)
    actions.record("proposal.threshold_reached", proposal, by=by)


def back(proposal: Proposal, *, by: Actor, organisation_id: int, statement: str) -> None:
    """Declare an organisation's backing; a second declaration while the first stands changes nothing."""
    check(rules.may_back(by, proposal))
    speak_for(organisation_id, by=by)
    check_leads(by, organisation_id)
    hold(proposal.id)
    values = {
        "proposal_id": proposal.id,
        "organisation_id": organisation_id,
        "declared_by_id": by.id,
        "statement": statement.strip(),
        "created_at": clock.now(),
    }
    added = (
        insert(Backing)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["proposal_id", "organisation_id"], index_where=text("ended_at is null"))
    )
    if db.session().scalar(added.returning(Backing.id)) is None:
        return
    _record_backing("proposal.backed", proposal, organisation_id, by)
    _count_backing(proposal, 1)


def end_backing(proposal: Proposal, *, by: Actor, organisation_id: int) -> None:
    """Take an organisation's backing back."""
    check_leads(by, organisation_id)
    hold(proposal.id)
    its = (Backing.proposal_id == proposal.id, Backing.organisation_id == organisation_id, Backing.ended_at.is_(None))
    ended = update(Backing).where(*its).values(ended_at=clock.now()).returning(Backing.id)
    if db.session().scalar(ended) is not None:
        _record_backing("proposal.backing_ended", proposal, organisation_id, by)
        _count_backing(proposal, -1)


def check_leads(by: Actor, organisation_id: int) -> None:
    if not by.has(rules.LEADERS, "organisation", organisation_id):
        check(Refusal(""))


def _record_backing(kind: str, proposal: Proposal, organisation_id: int, by: Actor) -> None:
    activity.record(
        kind,
        by=by,
        subject_type=SubjectType.PROPOSAL,
        subject_id=proposal.id,
        organisation_id=organisation_id,
        challenge_id=proposal.challenge_id,
    )


def _count_backing(proposal: Proposal, change: int) -> None:
    statement = update(Proposal).where(Proposal.id == proposal.id, Proposal.state == ProposalState.PUBLISHED)
    statement = statement.values(backing_count=Proposal.backing_count + change).returning(Proposal.id)
    if db.session().scalar(statement.execution_options(synchronize_session=False)) is None:
        raise Conflict


def offer_help(proposal: Proposal, *, by: Actor, kind: HelpKind, words: str) -> HelpOffer:
    """“I will help.” The author and the owner are told."""
    check(rules.may_offer_help(by, proposal))
    offer = HelpOffer(proposal_id=proposal.id, person_id=by.id or 0, kind=kind, text=words.strip())
    db.session().add(offer)
    db.session().flush()
    actions.record("help.offered", proposal, by=by, offer_id=offer.id)
    return offer


def end_help(offer: HelpOffer) -> None:
    """Take an offer back. The caller found it among the person's own."""
    offer.ended_at = offer.ended_at or clock.now()


def set_threshold(municipality: Municipality, *, by: Actor, supports: int, days: int, answer_days: int) -> None:
    """What a municipality asks of ideas that stand alone from now on; those already published keep their terms."""
    check(rules.may_set_threshold(by, municipality))
    values = {"supports": supports, "days": days, "answer_days": answer_days}
    written = insert(Threshold).values(municipality_id=municipality.id, **values)
    db.session().execute(written.on_conflict_do_update(index_elements=["municipality_id"], set_=values))
