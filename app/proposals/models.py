from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.challenges.models import Challenge
from app.deliberation.models import Thread
from app.identity.models import Person
from app.kernel import db
from app.kernel.files import StoredFile
from app.kernel.text_search import vector_column
from app.organisations.models import Organisation
from app.places.models import Municipality


class ProposalState(enum.StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class AnswerStatus(enum.StrEnum):
    ACCEPTED = "accepted"
    ACCEPTED_IN_PART = "accepted_in_part"
    REJECTED = "rejected"
    UNDER_WAY = "under_way"
    DONE = "done"


class Proposal(db.Base):
    __tablename__ = "proposals"
    id: Mapped[db.PrimaryKey]
    challenge_id: Mapped[int | None] = mapped_column(ForeignKey("challenges.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"))
    title: Mapped[db.Line] = mapped_column(default="")
    body: Mapped[db.LongText] = mapped_column(default="")
    state: Mapped[ProposalState] = mapped_column(db.enum_type(ProposalState), default=ProposalState.DRAFT)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="SET NULL"), index=True)
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    place_name: Mapped[str] = mapped_column(default="")
    support_count: Mapped[int] = mapped_column(default=0)
    backing_count: Mapped[int] = mapped_column(default=0)
    threshold: Mapped[int | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), unique=True)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id"), unique=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    created_at: Mapped[db.Created]
    updated_at: Mapped[db.Created]
    published_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    search: Mapped[Any] = vector_column("title", "body", "place_name")

    challenge: Mapped[Challenge | None] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    author: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    thread: Mapped[Thread | None] = relationship()
    merged_into: Mapped[Proposal | None] = relationship(remote_side="Proposal.id")
    pictures: Mapped[list[Picture]] = relationship(order_by="Picture.id", cascade="all, delete-orphan")
    answers: Mapped[list[Answer]] = relationship(order_by="Answer.id", back_populates="proposal")

    __table_args__ = (
        CheckConstraint("support_count >= 0 and backing_count >= 0", name="counts"),
        CheckConstraint("(longitude is null) = (latitude is null)", name="point"),
        CheckConstraint("(state = 'merged') = (merged_into_id is not null)", name="merged"),
        Index("ix_proposals_listed", "state", text("published_at desc"), text("id desc")),
        Index("ix_proposals_supported", "state", text("support_count desc"), text("id desc")),
        Index("ix_proposals_challenge", "challenge_id", "state", text("published_at desc"), text("id desc")),
        Index("ix_proposals_challenge_supported", "challenge_id", "state", text("support_count desc"), text("id desc")),
        Index("ix_proposals_municipality", "municipality_id", "state", text("published_at desc"), text("id desc")),
        Index("ix_proposals_author", "author_id", text("updated_at desc"), text("id desc")),
        Index("ix_proposals_search", "search", postgresql_using="gin"),
        Index("ix_proposals_title_trgm", "title", postgresql_using="gin", postgresql_ops={"title": "gin_trgm_ops"}),
    )


class Picture(db.Base):
    __tablename__ = "proposal_pictures"
    id: Mapped[db.PrimaryKey]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    alt: Mapped[db.Line]

    file: Mapped[StoredFile] = relationship(lazy="joined")


class ProposalVersion(db.Base):
    __tablename__ = "proposal_versions"
    id: Mapped[db.PrimaryKey]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    edited_at: Mapped[db.Created]

    edited_by: Mapped[Person | None] = relationship()

    __table_args__ = (UniqueConstraint("proposal_id", "number"),)


class Support(db.Base):
    """One person's yes. Taking it back ends the row, a new yes writes a new one."""

    __tablename__ = "supports"
    id: Mapped[db.PrimaryKey]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
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


class Answer(db.Base):
    """The owner's reasoned reply. The newest one stands; earlier ones remain readable."""

    __tablename__ = "answers"
    id: Mapped[db.PrimaryKey]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"), index=True)
    status: Mapped[AnswerStatus] = mapped_column(db.enum_type(AnswerStatus))
    body: Mapped[db.LongText]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    answered_at: Mapped[db.Created]
    next_step_by: Mapped[date | None]

    proposal: Mapped[Proposal] = relationship(back_populates="answers")
    answered_by: Mapped[Person | None] = relationship()
