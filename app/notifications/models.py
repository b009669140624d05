from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.activity.models import Activity
from app.kernel import db


class Reason(enum.StrEnum):
    """Why somebody hears of something."""

    OWN = "own"
    TASK = "task"
    TAKES_PART = "takes_part"
    FOLLOWS = "follows"


class Frequency(enum.StrEnum):
    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Topic(enum.StrEnum):
    """The kinds of news a person sets a frequency for."""

    DECISIONS = "decisions"
    TASKS = "tasks"
    MY_THINGS = "my_things"
    PARTNERSHIPS = "partnerships"
    FOLLOWED = "followed"


class Notification(db.Base):
    __tablename__ = "notifications"
    id: Mapped[db.PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id", ondelete="CASCADE"), index=True)
    topic: Mapped[Topic] = mapped_column(db.enum_type(Topic))
    reason: Mapped[Reason] = mapped_column(db.enum_type(Reason))
    created_at: Mapped[db.Created]
    read_at: Mapped[datetime | None]
    frequency: Mapped[Frequency] = mapped_column(db.enum_type(Frequency))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mails.id", ondelete="SET NULL"), index=True)
    mailed_at: Mapped[datetime | None]

    activity: Mapped[Activity] = relationship()

    __table_args__ = (
        UniqueConstraint("person_id", "activity_id"),
        Index("ix_notifications_list", "person_id", text("id desc")),
        Index("ix_notifications_unread", "person_id", postgresql_where=text("read_at is null")),
        Index(
            "ix_notifications_to_mail",
            "frequency",
            "person_id",
            "id",
            postgresql_where=text("mailed_at is null and frequency <> 'never'"),
        ),
        db.QUIET,
    )


class Preference(db.Base):
    """How often a person wants mail about a topic. Without a row the topic's default holds."""

    __tablename__ = "preferences"
    __table_args__ = db.QUIET
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(db.enum_type(Topic), primary_key=True)
    frequency: Mapped[Frequency] = mapped_column(db.enum_type(Frequency))
