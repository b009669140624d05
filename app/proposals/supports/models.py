"""What people and organisations put behind an idea, and how much of it a municipality asks for."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.identity.models import Person
from app.kernel import db
from app.organisations.models import Organisation
from app.places.models import Municipality

if TYPE_CHECKING:
    from app.proposals.models import Proposal


class HelpKind(enum.StrEnum):
    """What somebody can help with: the kinds of a pledge, offered by a person."""

    TIME = "time"
    EXPERTISE = "expertise"
    PLACE = "place"
    EQUIPMENT = "equipment"
    MONEY = "money"
    OTHER = "other"


class Support(db.Base):
    """One person's yes. Taking it back ends the row, a new yes writes a new one."""

    __tablename__ = "supports"
    id: Mapped[db.PrimaryKey]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    merged_from_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    created_at: Mapped[db.Created]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_supports_current",
            "proposal_id",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )


class Backing(db.Base):
    """An organisation's declared support, in the name of a member who may speak for it."""

    __tablename__ = "backings"
    id: Mapped[db.PrimaryKey]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    statement: Mapped[str] = mapped_column(default="")
    created_at: Mapped[db.Created]
    ended_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        Index(
            "uq_backings_current",
            "proposal_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )


class HelpOffer(db.Base):
    """“I will help”: what somebody offers to do for an idea. Only the author and the owner read it."""

    __tablename__ = "help_offers"
    id: Mapped[db.PrimaryKey]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[HelpKind] = mapped_column(db.enum_type(HelpKind))
    text: Mapped[db.LongText]
    created_at: Mapped[db.Created]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    proposal: Mapped[Proposal] = relationship()

    __table_args__ = (Index("ix_help_offers_proposal", "proposal_id", "id"),)


class Threshold(db.Base):
    """What a municipality asks of an idea that stands alone before it answers: supports, days, and its own deadline."""

    __tablename__ = "proposal_thresholds"
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), primary_key=True)
    supports: Mapped[int] = mapped_column(default=1500)
    days: Mapped[int] = mapped_column(default=180)
    answer_days: Mapped[int] = mapped_column(default=60)

    municipality: Mapped[Municipality] = relationship()

    __table_args__ = (
        CheckConstraint("supports between 1 and 1000000", name="supports"),
        CheckConstraint("days between 1 and 3650 and answer_days between 1 and 3650", name="days"),
    )
