"""Reports without an account: by their link, by the decision that settled them, and those that are over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, or_, select

from app.kernel.tokens import token_hash
from app.moderation.models import Appeal, Decision, Report

HAS_NOTIFIER = or_(Report.notifier_name != "", Report.notifier_email != "")


def of_link(token: str) -> Select[Report]:
    """The report whose letters hold this token."""
    return select(Report).where(Report.token_hash == token_hash(token))


def settled_by(decision: Decision) -> Select[Report]:
    """Those that a decision settled, and whose notifiers can be written to."""
    mine = (Report.decision_id == decision.id, Report.notifier_email != "")
    return select(Report).where(*mine).order_by(Report.id).execution_options(populate_existing=True)


def settled_before(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """Reports with a notifier that were decided before, with every complaint about the decision answered before."""
    decided = exists().where(Decision.id == Report.decision_id, Decision.decided_at < moment)
    lately = or_(Appeal.answered_at.is_(None), Appeal.answered_at >= moment)
    return HAS_NOTIFIER, decided, ~exists().where(Appeal.decision_id == Report.decision_id, lately)
