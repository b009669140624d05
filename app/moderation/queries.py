from __future__ import annotations

from sqlalchemy import Select, or_, select, true

from app.kernel.access import Actor
from app.moderation import rules
from app.moderation.models import Case, CaseState


def visible_to(actor: Actor) -> Select[Case]:
    """The cases an actor may open: those of their municipalities, and their own."""
    if rules.is_platform_administrator(actor):
        return select(Case).where(true())
    staffed = actor.scope_ids("municipality", *rules.STAFF)
    return select(Case).where(or_(Case.municipality_id.in_(staffed), Case.author_id == actor.id))


def waiting(actor: Actor) -> Select[Case]:
    """The queue of an actor: what waits for review, has open reports or open appeals."""
    waits = or_(Case.state == CaseState.WAITING, Case.open_reports > 0, Case.open_appeals > 0)
    if rules.is_platform_administrator(actor):
        return select(Case).where(waits)
    return select(Case).where(waits, Case.municipality_id.in_(actor.scope_ids("municipality", *rules.STAFF)))
