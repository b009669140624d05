"""What may not be done with a comment that is gone, and what happens when it goes in between."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.exceptions import Conflict

from app.deliberation import actions, rules
from app.deliberation.models import Comment, Thread
from app.kernel import clock
from tests.factories import deliberation, identity, proposals


def test_what_is_gone_is_neither_taken_away_nor_marked(session: Session) -> None:
    comment = deliberation.comment(proposals.proposal().thread, hidden_at=clock.now())
    assert not rules.may_withdraw(identity.actor(comment.author), comment)
    assert not rules.may_mark(identity.actor(identity.person()), comment)


def test_an_edit_that_changes_nothing_leaves_no_mark(session: Session) -> None:
    comment = deliberation.comment(proposals.proposal().thread, created_at=clock.now().replace(year=2020))
    actions.edit(comment, by=identity.actor(comment.author), body=f" {comment.body} ", version=comment.version)
    assert comment.edited_at is None


def behind_the_back(session: Session, statement: object) -> None:
    session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[attr-defined]


def test_a_comment_that_a_moderator_hid_meanwhile_is_not_taken_away_too(session: Session) -> None:
    comment = deliberation.comment(proposals.proposal().thread)
    behind_the_back(session, update(Comment).where(Comment.id == comment.id).values(hidden_at=clock.now()))
    with pytest.raises(Conflict):
        actions.withdraw(comment, by=identity.actor(comment.author))


def test_a_thread_that_was_closed_meanwhile_takes_no_comment(session: Session) -> None:
    thread = proposals.proposal().thread
    assert thread is not None
    behind_the_back(session, update(Thread).where(Thread.id == thread.id).values(closed_at=clock.now()))
    with pytest.raises(Conflict):
        actions.post(thread, by=identity.actor(identity.person()), body="For sent.")
