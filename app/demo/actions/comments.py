"""Comments for, against and neither, with replies and marks."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.deliberation.models import Comment, Stance, Thread, UsefulMark
from app.demo.actions.square import Square, content
from app.kernel import db
from app.proposals.models import Proposal, ProposalState


def add_comments(square: Square) -> None:
    texts = content("comments")
    threads = {row.id: row for row in db.session().scalars(select(Thread))}
    for proposal in square.proposals.values():
        if proposal.state == ProposalState.PUBLISHED and proposal.thread_id is not None:
            for _ in range(min(int(square.random.expovariate(0.4)), 12)):
                _comment(square, texts, proposal, threads[proposal.thread_id])
    square.add()


def _comment(square: Square, texts: dict[str, list[str]], proposal: Proposal, thread: Thread) -> None:
    stance = square.random.choices(list(Stance), [5, 3, 3])[0]
    at = _between(square, proposal.published_at or square.now)
    comment = Comment(
        thread_id=thread.id,
        author_id=square.somebody().id,
        stance=stance,
        body=square.random.choice(texts[stance]),
        created_at=at,
    )
    square.add(comment)
    thread.comment_count += 1
    if square.random.random() < 0.35:
        _reply(square, texts, comment, thread)
    for person in square.random.sample(square.people, min(int(square.random.expovariate(0.5)), 9)):
        square.add_later(UsefulMark(comment_id=comment.id, person_id=person.id))
        comment.useful_count += 1


def _reply(square: Square, texts: dict[str, list[str]], comment: Comment, thread: Thread) -> None:
    square.add_later(
        Comment(
            thread_id=thread.id,
            parent_id=comment.id,
            author_id=square.somebody().id,
            body=square.random.choice(texts["replies"]),
            created_at=_between(square, comment.created_at),
        )
    )
    thread.comment_count += 1


def _between(square: Square, since: datetime) -> datetime:
    return since + timedelta(seconds=square.random.uniform(60, max((square.now - since).total_seconds(), 120)))
