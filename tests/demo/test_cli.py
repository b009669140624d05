from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.challenges.models import Challenge
from app.deliberation.models import Comment, Thread
from app.organisations.models import Organisation
from app.partnerships.models import Partnership
from app.proposals.models import Proposal, Support


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def titles(session: Session) -> list[tuple[str, int]]:
    return list(session.execute(select(Proposal.title, Proposal.support_count).order_by(Proposal.title)).all())


def test_the_demo_square_has_what_it_promises_and_is_loaded_once(app: Flask, session: Session) -> None:
    done = app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 0, done.output
    assert count(session, Organisation) == 30
    assert count(session, Challenge) == 40
    assert count(session, Proposal) >= 200
    assert count(session, Support) == 1500
    assert count(session, Comment) > 100
    assert not session.scalars(select(Comment.id).where(Comment.case_id.is_(None))).all(), "each can be reported"
    assert {row.state for row in session.scalars(select(Challenge))} >= {
        "draft",
        "in_review",
        "open",
        "closed",
        "rejected",
    }
    assert {row.state for row in session.scalars(select(Partnership))} >= {
        "in_review",
        "forming",
        "active",
        "concluded",
    }
    again = app.test_cli_runner().invoke(args=["demo", "load"])
    assert again.exit_code == 1
    assert "people here already" in again.output


def test_the_counts_of_the_demo_square_equal_its_rows(app: Flask, session: Session) -> None:
    app.test_cli_runner().invoke(args=["demo", "load", "--scale", "300"])
    supports = Counter(session.scalars(select(Support.proposal_id)))
    assert {row.id: row.support_count for row in session.scalars(select(Proposal)) if row.support_count} == supports
    comments = Counter(session.scalars(select(Comment.thread_id)))
    assert {row.id: row.comment_count for row in session.scalars(select(Thread)) if row.comment_count} == comments
