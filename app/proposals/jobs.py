"""What happens behind the pages: ideas alike are found, and the counts are counted again every night."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import Select, func, select

from app.kernel import db, jobs
from app.proposals.drafts.queries import similar
from app.proposals.models import Proposal
from app.proposals.supports.actions import hold
from app.proposals.supports.models import Backing, Support

log = structlog.get_logger()


@jobs.job("proposals.find_similar")
def find_similar(id: int) -> None:
    """Keep which ideas are like this one, for its page."""
    proposal = db.session().get(Proposal, id)
    if proposal is None or not proposal.published:
        return
    where = {"challenge_id": proposal.challenge_id, "municipality_id": proposal.municipality_id}
    found = similar(proposal.title, **where, but=proposal.id).limit(3)
    proposal.similar_ids = [alike.id for alike in db.session().scalars(found)]


@jobs.job("proposals.recount", cron="47 2 * * *")
def recount() -> None:
    """Report each count that is not the number of its rows, and set it right. None is expected."""
    for proposal_id, supports, backings in db.session().execute(drifted()).all():
        log.error("proposals.drift", proposal=proposal_id, supports_off_by=supports, backings_off_by=backings)
        _set_right(proposal_id)


def drifted() -> Select[Any]:
    """The ideas whose counts are off, and by how much."""
    supports, backings = _counted(Support), _counted(Backing)
    by_supports = Proposal.support_count - func.coalesce(supports.c.number, 0)
    by_backings = Proposal.backing_count - func.coalesce(backings.c.number, 0)
    counted = select(Proposal.id, by_supports, by_backings)
    counted = counted.outerjoin(supports, supports.c.proposal_id == Proposal.id)
    counted = counted.outerjoin(backings, backings.c.proposal_id == Proposal.id)
    return counted.where((by_supports != 0) | (by_backings != 0)).order_by(Proposal.id)  # type: ignore[return-value]


def _counted(kind: type[Support] | type[Backing]) -> Any:
    counted = select(kind.proposal_id, func.count().label("number")).where(kind.ended_at.is_(None))
    return counted.group_by(kind.proposal_id).subquery()


def _set_right(proposal_id: int) -> None:
    """Count once more while nobody supports."""
    hold(proposal_id, alone=True)
    off = db.session().execute(drifted().where(Proposal.id == proposal_id)).one_or_none()
    if off is not None:
        proposal = db.session().get_one(Proposal, proposal_id, with_for_update={"of": Proposal})
        proposal.support_count -= off[1]
        proposal.backing_count -= off[2]
