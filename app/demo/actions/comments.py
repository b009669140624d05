"""Comments for, against and neither, each on the idea it is about, with replies and marks."""

from __future__ import annotations

from itertools import groupby

from app.deliberation.models import Comment, Stance, Thread, UsefulMark
from app.demo.actions.square import Square, content, table
from app.kernel import db
from app.proposals.models import Proposal, ProposalState

FILES = ("talk_syd", "talk_nord")


def add_comments(square: Square) -> None:
    for name in FILES:
        for title, lines in groupby(table(content(name)["lines"]), key=lambda cells: cells[0]):
            proposal = square.proposals[title]
            if proposal.state == ProposalState.PUBLISHED:
                _talk(square, proposal, list(lines))
    square.add()


def _talk(square: Square, proposal: Proposal, lines: list[list[str]]) -> None:
    thread = db.session().get_one(Thread, proposal.thread_id)
    moments = sorted(square.since(proposal.published_at or square.now) for _ in lines)
    for at, (_, stance, words, *reply) in zip(moments, lines, strict=True):
        comment = Comment(
            thread_id=thread.id, author_id=square.somebody().id, stance=Stance(stance), body=words, created_at=at
        )
        square.add(comment)
        thread.comment_count += 1
        _mark(square, comment)
        if reply:
            _reply(square, comment, reply[0])
            thread.comment_count += 1


def _mark(square: Square, comment: Comment) -> None:
    for person in square.random.sample(square.people, min(int(square.random.expovariate(0.5)), 9)):
        square.add_later(UsefulMark(comment_id=comment.id, person_id=person.id))
        comment.useful_count += 1


def _reply(square: Square, comment: Comment, words: str) -> None:
    at, by = square.since(comment.created_at), square.somebody().id
    row = Comment(thread_id=comment.thread_id, parent_id=comment.id, author_id=by, body=words, created_at=at)
    square.add_later(row)
