"""Where an idea may lie, which drafts somebody has, and whether what was published was changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select

from app.challenges.models import Challenge
from app.kernel import db
from app.kernel.access import Actor
from app.places import queries as places
from app.places.models import Municipality
from app.proposals import queries
from app.proposals.models import Proposal, ProposalState, ProposalVersion


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


def was_changed(proposal: Proposal) -> Select[Any]:
    """Whether an idea says something else than when it was published."""
    said = func.count(ProposalVersion.content.distinct())
    return select(said > 1).where(ProposalVersion.proposal_id == proposal.id)


def like(
    title: str, *, challenge_id: int | None, municipality_id: int | None, but: int | None = None
) -> list[Proposal]:
    """Ideas like the one being written, to support instead."""
    if len(title) < 5:
        return []
    found = similar(title, challenge_id=challenge_id, municipality_id=municipality_id, but=but)
    return list(db.session().scalars(queries.with_row(found)).unique())


def sent_already(draft: Proposal) -> Select[Proposal]:
    """The same idea, word for word, that its author has sent before: the form was opened again by the back button."""
    same = (Proposal.title == draft.title, Proposal.body == draft.body, Proposal.author_id == draft.author_id)
    there = Proposal.challenge_id.is_not_distinct_from(draft.challenge_id)
    sent = Proposal.state.in_([ProposalState.IN_REVIEW, ProposalState.PUBLISHED])
    return select(Proposal).where(*same, there, sent, Proposal.id != draft.id).order_by(Proposal.id).limit(1)


def similar(
    title: str, *, challenge_id: int | None, municipality_id: int | None, but: int | None = None
) -> Select[Any]:
    """Published ideas whose title says the same or that speak of the same words, the likeliest first."""
    likeness = func.similarity(Proposal.title, title)
    lexemes = func.tsvector_to_array(func.to_tsvector(DANISH, title))
    words = func.array_to_string(lexemes, " | ").op("::")(literal_column("tsquery"))
    found = queries.listed().where(or_(Proposal.title.bool_op("%")(title), Proposal.search.bool_op("@@")(words)))
    if challenge_id is not None:
        found = found.where(Proposal.challenge_id == challenge_id)
    elif municipality_id is not None:
        found = found.where(Proposal.municipality_id == municipality_id)
    if but is not None:
        found = found.where(Proposal.id != but)
    score = likeness + func.ts_rank(Proposal.search, words)
    return found.where(score > LIKE).order_by(score.desc(), Proposal.id).limit(5)


DANISH: ColumnElement[Any] = literal_column("'torvet_da'")
LIKE = 0.25
"""How alike an idea must be before it is shown: a judgement, not tried against pairs that people found alike."""
