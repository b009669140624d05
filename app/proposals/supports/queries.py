"""What somebody has offered to do."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import joinedload

from app.kernel.access import Actor
from app.proposals.models import Proposal
from app.proposals.supports.models import HelpOffer


def own_offers(actor: Actor) -> Select[Any]:
    """What the actor offers and has not taken back."""
    mine = select(HelpOffer).options(joinedload(HelpOffer.proposal))
    return mine.where(HelpOffer.person_id == actor.id, HelpOffer.ended_at.is_(None))


def helped_by(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor offers to help with an idea."""
    mine = (HelpOffer.person_id == actor.id, HelpOffer.ended_at.is_(None))
    return exists().where(HelpOffer.proposal_id == Proposal.id, *mine)
