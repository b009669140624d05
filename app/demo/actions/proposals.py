"""Ideas: most of them published, some waiting for a moderator, some answered, some standing alone."""

from __future__ import annotations

from datetime import timedelta

from app.activity.models import SubjectType
from app.challenges.models import Challenge, ChallengeState
from app.demo.actions.challenges import FILES
from app.demo.actions.square import Square, content, happened, in_public, in_queue, table
from app.demo.actions.towns import gather, put_somewhere
from app.identity.models import Person
from app.kernel import clock
from app.places.models import Municipality
from app.proposals.models import Answer, AnswerStatus, Proposal, ProposalState

WAITING_EVERY = 9


def add_proposals(square: Square) -> None:
    more = content("more_ideas")
    for name in FILES:
        for row in content(name)["challenge"]:
            for cells in [*table(row["ideas"]), *table(more.get(row["title"], {}).get("ideas", ""))]:
                _answering(square, square.challenges[row["title"]], cells, row.get("town"))
    for place, title, body in table(content("proposals")["alone"]):
        _alone(square, square.places[place], title, body)


def _answering(square: Square, challenge: Challenge, cells: list[str], town: str | None) -> None:
    begun = challenge.phases[0].starts_on
    days = max((clock.today() - begun).days, 1)
    over = max((clock.today() - challenge.phases[0].ends_on).days, 0)
    proposal = Proposal(
        challenge_id=challenge.id,
        title=cells[0],
        body=cells[1],
        published_at=square.ago(square.random.uniform(over, days)),
        answer_due=challenge.promise_answer_by,
    )
    put_somewhere(square, proposal, square.random.choice(challenge.municipalities), town)
    waits = challenge.days_left(clock.today()) is not None and not over and len(square.proposals) % WAITING_EVERY == 0
    publish(square, proposal, square.somebody(), waits=waits)
    if proposal.state == ProposalState.PUBLISHED:
        challenge.proposal_count += 1
    if len(cells) == 4:
        _answer(square, challenge, proposal, cells[2], cells[3])


def _alone(square: Square, home: Municipality, title: str, body: str) -> None:
    published = square.ago(square.random.uniform(1, 120))
    proposal = Proposal(title=title, body=body, published_at=published)
    gather(proposal, home, published)
    put_somewhere(square, proposal, home)
    publish(square, proposal, square.somebody(), waits=len(square.proposals) % WAITING_EVERY == 0)


def publish(square: Square, proposal: Proposal, author: Person, *, waits: bool) -> None:
    """Put an idea on the square, or into the queue."""
    proposal.author_id, proposal.state = author.id, ProposalState.PUBLISHED
    published = proposal.published_at or square.now
    proposal.created_at, proposal.updated_at = published - timedelta(days=2), published
    if waits:
        proposal.state, proposal.published_at = ProposalState.IN_REVIEW, None
        proposal.updated_at = square.ago(square.random.uniform(0.2, 3))
    square.add(proposal)
    square.proposals[proposal.title] = proposal
    home, kind = proposal.municipality_id or 0, SubjectType.PROPOSAL
    if waits:
        in_queue(square, proposal, kind, home, author, proposal.updated_at)
    else:
        in_public(square, proposal, kind, home, author, published)
        happened(square, "proposal.published", kind, proposal.id, author, published)


def _answer(square: Square, challenge: Challenge, proposal: Proposal, status: str, body: str) -> None:
    closed = challenge.state == ChallengeState.CLOSED
    at = square.ago(square.random.uniform(40, 200) if closed else square.random.uniform(1, 30))
    by = challenge.author_id
    proposal.answer_status = AnswerStatus(status)
    square.add(
        Answer(proposal_id=proposal.id, status=AnswerStatus(status), body=body, answered_by_id=by, answered_at=at)
    )
    person = next(one for one in [*square.people, *square.named.values()] if one.id == by)
    happened(square, "proposal.answered", SubjectType.PROPOSAL, proposal.id, person, at)
