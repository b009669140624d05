"""The counts of threads and of useful marks are counted again every night."""

from __future__ import annotations

import structlog
from sqlalchemy import func, select

from app.deliberation.models import Comment, Thread, UsefulMark
from app.kernel import db, jobs

log = structlog.get_logger()


@jobs.job("deliberation.recount", cron="57 2 * * *")
def recount() -> None:
    """Report each count that is not the number of its rows. None is expected."""
    standing = (Comment.thread_id == Thread.id, Comment.hidden_at.is_(None), Comment.withdrawn_at.is_(None))
    comments = select(func.count()).where(*standing).correlate(Thread).scalar_subquery()
    for thread_id, off in db.session().execute(
        select(Thread.id, Thread.comment_count - comments).where(Thread.comment_count != comments)
    ):
        log.error("deliberation.drift", thread=thread_id, comments_off_by=off)
    marks = select(func.count()).where(UsefulMark.comment_id == Comment.id).correlate(Comment).scalar_subquery()
    for comment_id, off in db.session().execute(
        select(Comment.id, Comment.useful_count - marks).where(Comment.useful_count != marks)
    ):
        log.error("deliberation.drift", comment=comment_id, marks_off_by=off)
