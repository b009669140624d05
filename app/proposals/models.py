from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship, validates

from app.challenges.models import Challenge
from app.deliberation.models import Thread
from app.identity.models import Person
from app.kernel import clock, db
from app.kernel.files import StoredFile
from app.kernel.html import plain
from app.kernel.text_search import vector_column
from app.organisations.models import Organisation
from app.places.models import Municipality
from app.proposals.supports.models import Backing, Support

__all__ = [
    "Answer",
    "AnswerStatus",
    "Backing",
    "Picture",
    "Proposal",
    "ProposalState",
    "ProposalVersion",
    "Support",
    "Withdrawal",
]


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


WRITABLE = (ProposalState.DRAFT, ProposalState.CHANGES_REQUESTED)
"""The states in which the author still writes."""


class Proposal(db.Base):
    """An idea. `summary` is the beginning of the body, and `answer_status` the newest answer's, for lists."""

    __tablename__ = "proposals"
    id: Mapped[db.PrimaryKey]
    challenge_id: Mapped[int | None] = mapped_column(ForeignKey("challenges.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"))
    title: Mapped[db.Line] = mapped_column(default="")
    body: Mapped[db.LongText] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[ProposalState] = mapped_column(db.enum_type(ProposalState), default=ProposalState.DRAFT)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="SET NULL"), index=True)
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    place_name: Mapped[str] = mapped_column(default="")
    support_count: Mapped[int] = mapped_column(default=0)
    backing_count: Mapped[int] = mapped_column(default=0)
    threshold: Mapped[int | None]
    threshold_ends_on: Mapped[date | None]
    threshold_reached_at: Mapped[datetime | None]
    answer_status: Mapped[AnswerStatus | None] = mapped_column(db.enum_type(AnswerStatus))
    answer_due: Mapped[date | None]
    similar_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list, server_default="{}")
    draft_key: Mapped[str | None] = mapped_column(unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), unique=True)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id"), unique=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    created_at: Mapped[db.Created]
    updated_at: Mapped[db.Created]
    published_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    search: Mapped[Any] = vector_column("title", "body", "place_name")
    supported_by_me: Mapped[bool] = query_expression(default_expr=false())
    followed_by_me: Mapped[bool] = query_expression(default_expr=false())
    helped_by_me: Mapped[bool] = query_expression(default_expr=false())
    talked_by_me: Mapped[bool | None] = query_expression()
    chance: Mapped[int] = query_expression()

    challenge: Mapped[Challenge | None] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    author: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    thread: Mapped[Thread | None] = relationship()
    withdrawal: Mapped[Withdrawal | None] = relationship()
    merged_into: Mapped[Proposal | None] = relationship(remote_side="Proposal.id")
    pictures: Mapped[list[Picture]] = relationship(order_by="Picture.id", cascade="all, delete-orphan")
    backings: Mapped[list[Backing]] = relationship(
        primaryjoin="and_(Backing.proposal_id == Proposal.id, Backing.ended_at.is_(None))",
        order_by="Backing.id",
        viewonly=True,
    )
    answers: Mapped[list[Answer]] = relationship(order_by="Answer.id", back_populates="proposal")

    __table_args__ = (
        CheckConstraint("support_count >= 0 and backing_count >= 0", name="counts"),
        CheckConstraint("latitude between -90 and 90 and longitude between -180 and 180", name="on_earth"),
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
        Index("ix_proposals_placed", "id", postgresql_where=text("longitude is not null and state = 'published'")),
        Index("ix_proposals_due", "answer_due", postgresql_where=text("answer_status is null")),
    )

    @validates("body")
    def _keep_summary(self, key: str, body: str) -> str:
        self.summary = plain(body, 220)
        return body

    @property
    def published(self) -> bool:
        return self.state == ProposalState.PUBLISHED and self.hidden_at is None

    @property
    def writable(self) -> bool:
        return self.state in WRITABLE

    @property
    def complete(self) -> bool:
        """Whether it says enough to be sent for review."""
        said = len(self.title) >= 5 and len(self.body) >= 20 and self.municipality_id is not None
        return said and all(picture.alt for picture in self.pictures)

    @property
    def placed(self) -> bool:
        return self.longitude is not None

    @property
    def answer(self) -> Answer | None:
        """The answer that stands: the newest."""
        return self.answers[-1] if self.answers else None

    @property
    def threshold_over(self) -> bool:
        """Whether the time for gathering support has run out."""
        return self.threshold_ends_on is not None and self.threshold_ends_on < clock.today()


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


class Withdrawal(db.Base):
    """The author took a published idea back, and why."""

    __tablename__ = "proposal_withdrawals"
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    reason: Mapped[db.LongText] = mapped_column(default="")
    withdrawn_at: Mapped[db.Created]
