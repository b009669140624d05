"""Where an idea may lie, and which drafts somebody has."""

from __future__ import annotations

from sqlalchemy import Select, select

from app.challenges.models import Challenge
from app.kernel import db
from app.kernel.access import Actor
from app.places import queries as places
from app.places.models import Municipality
from app.proposals import queries
from app.proposals.models import Proposal, ProposalState


def municipalities_for(challenge: Challenge | None) -> list[Municipality]:
    """The municipalities an idea can be about: those of its challenge, or all."""
    if challenge is not None:
        return list(challenge.municipalities)
    return places.everyone()


def open_drafts(actor: Actor, challenge: Challenge | None) -> Select[Proposal]:
    """What the actor has begun under a challenge and not sent, newest first."""
    begun = (Proposal.author_id == actor.id, Proposal.state == ProposalState.DRAFT)
    under = Proposal.challenge_id == (challenge.id if challenge else None)
    return select(Proposal).where(*begun, under).order_by(Proposal.updated_at.desc()).limit(5)


def like(
    title: str, *, challenge_id: int | None, municipality_id: int | None, but: int | None = None
) -> list[Proposal]:
    """Ideas like the one being written, to support instead."""
    if len(title) < 5:
        return []
    found = queries.similar(title, challenge_id=challenge_id, municipality_id=municipality_id, but=but)
    return list(db.session().scalars(queries.with_row(found)).unique())
