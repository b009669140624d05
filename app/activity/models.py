from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import db


class SubjectType(enum.StrEnum):
    """What an activity, a follow or a case can be about."""

    MUNICIPALITY = "municipality"
    ORGANISATION = "organisation"
    CHALLENGE = "challenge"
    PROPOSAL = "proposal"
    PARTNERSHIP = "partnership"
    COMMENT = "comment"
    UPDATE = "update"
    PERSON = "person"


class Activity(db.Base):
    """One thing that happened. `kind` is "<subject>.<past participle>", `data` holds ids and enum values only."""

    __tablename__ = "activities"
    id: Mapped[db.PrimaryKey]
    kind: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="SET NULL"), index=True)
    subject_type: Mapped[SubjectType] = mapped_column(db.enum_type(SubjectType))
    subject_id: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[db.Created]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_activities_subject", "subject_type", "subject_id", text("id desc")),
        Index("ix_activities_unread", "id", postgresql_where=text("read_at is null")),
        db.QUIET,
    )


class Follow(db.Base):
    """A person who wants to hear of something."""

    __tablename__ = "follows"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    subject_type: Mapped[SubjectType] = mapped_column(db.enum_type(SubjectType), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[db.Created]

    __table_args__ = (Index("ix_follows_subject", "subject_type", "subject_id"), db.QUIET)
