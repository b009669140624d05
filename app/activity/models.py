from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, false, text
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
    """A person who wants to hear of something. `brought`: only because what they followed became part of it."""

    __tablename__ = "follows"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    subject_type: Mapped[SubjectType] = mapped_column(db.enum_type(SubjectType), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[db.Created]
    brought: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (Index("ix_follows_subject", "subject_type", "subject_id"), db.QUIET)


class EarlierFollow(db.Base):
    """A person followed a thing before it became part of another, which they follow since. Kept as long as they do, so
    that the two can be taken apart again; `created_at` is the moment of the earlier follow."""

    __tablename__ = "earlier_follows"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    subject_type: Mapped[SubjectType] = mapped_column(db.enum_type(SubjectType), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    part_of_id: Mapped[int]
    created_at: Mapped[db.Created]

    __table_args__ = (Index("ix_earlier_follows_part_of", "subject_type", "part_of_id"), db.QUIET)
