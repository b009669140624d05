"""What the citizen one can sign in as has of her own: ideas in every state, and what she follows."""

from __future__ import annotations

from typing import Any

from app.activity.models import Follow, SubjectType
from app.demo.actions.proposals import publish
from app.demo.actions.square import Square, content, turned_down
from app.identity.models import Person
from app.moderation.models import DecisionKind
from app.proposals.models import Proposal, ProposalState

CITIZEN = "borger@torvet.example"


def add_my_ideas(square: Square) -> None:
    """The ones that others see, before supports and comments are given."""
    me = square.named[CITIZEN]
    for name in ("published", "waiting"):
        row = content("mine")[name]
        challenge = square.challenges[row["challenge"]]
        idea = _idea(row, me, challenge_id=challenge.id, answer_due=challenge.promise_answer_by)
        idea.published_at = square.ago(6)
        publish(square, idea, me, waits=name == "waiting")
        challenge.proposal_count += name == "published"


def add_mine(square: Square) -> None:
    me = square.named[CITIZEN]
    returned = _idea(content("mine")["returned"], me, state=ProposalState.CHANGES_REQUESTED)
    draft = _idea(content("mine")["draft"], me, state=ProposalState.DRAFT)
    square.add(returned, draft)
    reason, home = content("mine")["returned"]["reason"], me.municipality_id or 0
    turned_down(square, returned, SubjectType.PROPOSAL, home, me, DecisionKind.REQUEST_CHANGES, reason)
    for title in content("mine")["follows"]:
        follow = Follow(person_id=me.id, subject_type=SubjectType.CHALLENGE, subject_id=square.challenges[title].id)
        square.add(follow)


def _idea(row: dict[str, str], me: Person, **rest: Any) -> Proposal:
    return Proposal(title=row["title"], body=row["body"], municipality_id=me.municipality_id, author_id=me.id, **rest)
