from __future__ import annotations

import enum
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from app.activity.models import SubjectType
from app.identity.models import Person
from app.kernel import clock, db
from app.organisations.models import Organisation

SILENT_EDIT = timedelta(minutes=15)
"""How long a comment can be put right without a mark that it was edited."""


class Stance(enum.StrEnum):
    FOR = "for"
    AGAINST = "against"
    NEITHER = "neither"


class Thread(db.Base):
    """A place for comments. The owner's type and id are kept so that a comment can lead back to its page."""

    __tablename__ = "threads"
    id: Mapped[db.PrimaryKey]
    owner_type: Mapped[SubjectType] = mapped_column(db.enum_type(SubjectType))
    owner_id: Mapped[int | None]
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"))
    comment_count: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("comment_count >= 0", name="count"),)

    @property
    def closed(self) -> bool:
        return self.closed_at is not None


class Comment(db.Base):
    __tablename__ = "comments"
    id: Mapped[db.PrimaryKey]
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="SET NULL"), index=True)
    stance: Mapped[Stance] = mapped_column(db.enum_type(Stance), default=Stance.NEITHER)
    body: Mapped[db.LongText]
    useful_count: Mapped[int] = mapped_column(default=0)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), unique=True)
    created_at: Mapped[db.Created]
    edited_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    marked_by_me: Mapped[bool] = query_expression(default_expr=false())
    author: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    thread: Mapped[Thread] = relationship()

    __table_args__ = (
        Index("ix_comments_thread", "thread_id", "parent_id", "id"),
        Index(
            "ix_comments_useful",
            "thread_id",
            text("useful_count desc"),
            text("id desc"),
            postgresql_where=text("parent_id is null"),
        ),
        CheckConstraint("useful_count >= 0", name="useful"),
    )
    __mapper_args__ = {"version_id_col": version}

    @property
    def visible(self) -> bool:
        return self.hidden_at is None and self.withdrawn_at is None

    @property
    def can_be_edited_silently(self) -> bool:
        """Whether a change now still passes as putting right what was just written."""
        return clock.now() - self.created_at < SILENT_EDIT


class UsefulMark(db.Base):
    """One person's mark of a comment as a good point."""

    __tablename__ = "useful_marks"
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[db.Created]
