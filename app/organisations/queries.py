from __future__ import annotations

from sqlalchemy import Select, select

from app.kernel.access import Actor
from app.organisations import rules
from app.organisations.models import Organisation


def spoken_for_by(actor: Actor, *roles: str) -> Select[int, str]:
    """Id and name of the organisations that an actor may speak for; `roles` narrows it to holders of these."""
    held = actor.scope_ids("organisation", *(roles or rules.ANY_MEMBER))
    found = select(Organisation.id, Organisation.name).where(Organisation.id.in_(held))
    return found.where(Organisation.hidden_at.is_(None)).order_by(Organisation.name, Organisation.id)
