"""The ideas that another one may become part of: those most like it, and those that somebody looks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from app.kernel import db, text_search
from app.kernel.access import Actor
from app.proposals import queries
from app.proposals.drafts.queries import like
from app.proposals.models import Proposal, ProposalState

MOST, NEAREST = 12, 5
ADDRESS = re.compile(r"/proposals/(\d{1,15})(?!\d)")


@dataclass(frozen=True)
class Offered:
    """Ideas to choose between, with all that a line of the list shows, and what brought them: "words", "likeness" or
    "nearness"."""

    ideas: list[Proposal]
    by: str


def offered(actor: Actor, duplicate: Proposal, words: str) -> Offered:
    """What is looked for; when nothing is, what is most like it, or else the newest around it."""
    if words:
        return Offered(_rows(found_by(actor, duplicate, words)), "words")
    where = {"challenge_id": duplicate.challenge_id, "municipality_id": duplicate.municipality_id}
    alike = like(duplicate.title, **where, but=duplicate.id)
    return Offered(alike, "likeness") if alike else Offered(_rows(_around(actor, duplicate)), "nearness")


def _rows(found: Select[Proposal]) -> list[Proposal]:
    return list(db.session().scalars(queries.with_row(found)).unique())


def chosen(actor: Actor, duplicate: Proposal, proposal_id: int) -> Select[Proposal]:
    return queries.with_row(_published(actor, duplicate).where(Proposal.id == proposal_id))


def found_by(actor: Actor, duplicate: Proposal, words: str) -> Select[Proposal]:
    """Published ideas by their words, or the one whose address this is. Those under the same challenge come first, then
    those of the same municipality, then those whose title says it best."""
    address = ADDRESS.search(words)
    if address is not None:
        return _at(_published(actor, duplicate), int(address[1]))
    same = Proposal.challenge_id.is_not_distinct_from(duplicate.challenge_id)
    near = Proposal.municipality_id.is_not_distinct_from(duplicate.municipality_id)
    says = or_(text_search.matches(Proposal.search, words), Proposal.title.bool_op("%>")(words))
    found = _published(actor, duplicate).where(says)
    order = (same.desc(), near.desc(), func.word_similarity(words, Proposal.title).desc(), Proposal.id.desc())
    return found.order_by(*order).limit(MOST)


def _published(actor: Actor, duplicate: Proposal) -> Select[Proposal]:
    """What stands on the square and the actor sees, but the idea itself."""
    public = (Proposal.state == ProposalState.PUBLISHED, Proposal.hidden_at.is_(None))
    return queries.visible_to(actor).where(*public, Proposal.id != duplicate.id)


def _around(actor: Actor, duplicate: Proposal) -> Select[Proposal]:
    """The newest under the same challenge; of those that stand alone, in the same municipality."""
    around = _published(actor, duplicate).where(Proposal.challenge_id.is_not_distinct_from(duplicate.challenge_id))
    if duplicate.challenge_id is None:
        around = around.where(Proposal.municipality_id == duplicate.municipality_id)
    return around.order_by(Proposal.published_at.desc(), Proposal.id.desc()).limit(NEAREST)


def _at(found: Select[Proposal], proposal_id: int) -> Select[Proposal]:
    """The idea with this number, or the one that it has become part of."""
    there = aliased(Proposal)
    leads_to = select(there.merged_into_id).where(there.id == proposal_id).scalar_subquery()
    return found.where(or_(Proposal.id == proposal_id, Proposal.id == leads_to))
