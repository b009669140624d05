from __future__ import annotations

from datetime import date

from app.kernel import db
from app.kernel.access import Actor, check
from app.proposals import actions, rules
from app.proposals.models import Answer, AnswerStatus, Proposal


def answer(
    proposal: Proposal, *, by: Actor, status: AnswerStatus, body: str, next_step_by: date | None = None
) -> Answer:
    """Answer an idea, or answer it anew; earlier answers stay readable."""
    check(rules.may_answer(by, proposal))
    reply = Answer(proposal=proposal, status=status, body=body.strip(), answered_by_id=by.id, next_step_by=next_step_by)
    proposal.answer_status = status
    db.session().add(reply)
    db.session().flush()
    actions.record("proposal.answered", proposal, by=by, answer_id=reply.id, status=status.value)
    return reply
