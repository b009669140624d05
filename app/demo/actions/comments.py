"""Comments for, against and neither, each on the idea it is about, with replies and marks."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import select

from app.activity.models import SubjectType
from app.deliberation.models import Comment, Stance, Thread, UsefulMark
from app.demo.actions.square import Square, content, table
from app.kernel import db
from app.kernel.html import plain
from app.moderation.models import Case, CaseState
from app.proposals.models import Proposal, ProposalState

FILES = ("talk_syd", "talk_nord")


def add_comments(square: Square) -> None:
    for name in FILES:
        for title, lines in groupby(table(content(name)["lines"]), key=lambda cells: cells[0]):
            proposal = square.proposals[title]
            if proposal.state == ProposalState.PUBLISHED:
                _talk(square, proposal, list(lines))
    square.add()
    _make_reportable(square)


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


def _make_reportable(square: Square) -> None:
    """Each comment has a case, as it would have from being posted."""
    found = select(Comment, Thread).join(Thread).where(Comment.case_id.is_(None)).order_by(Comment.id)
    cases = {comment: case_of(comment, thread) for comment, thread in db.session().execute(found)}
    square.add(*cases.values())
    for comment, case in cases.items():
        comment.case_id = case.id
    square.add()


def case_of(comment: Comment, thread: Thread) -> Case:
    return Case(
        subject_type=SubjectType.COMMENT,
        subject_id=comment.id,
        municipality_id=thread.municipality_id,
        author_id=comment.author_id,
        title=plain(comment.body, 80),
        state=CaseState.PUBLISHED,
        submitted_at=comment.created_at,
        waiting_since=comment.created_at,
    )


def _mark(square: Square, comment: Comment) -> None:
    for person in square.random.sample(square.people, min(int(square.random.expovariate(0.5)), 9)):
        square.add_later(UsefulMark(comment_id=comment.id, person_id=person.id))
        comment.useful_count += 1


def _reply(square: Square, comment: Comment, words: str) -> None:
    at, by = square.since(comment.created_at), square.somebody().id
    row = Comment(thread_id=comment.thread_id, parent_id=comment.id, author_id=by, body=words, created_at=at)
    square.add_later(row)
