from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    SmallInteger,
    Table,
    UniqueConstraint,
    and_,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship
from werkzeug.exceptions import Conflict

from app.deliberation.models import Thread
from app.identity.models import Person
from app.kernel import db
from app.kernel.files import StoredFile
from app.kernel.text_search import vector_column
from app.organisations.models import Organisation
from app.places.models import Municipality


class ChallengeState(enum.StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    OPEN = "open"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


PUBLIC = (ChallengeState.OPEN, ChallengeState.CLOSED)
WRITABLE = (ChallengeState.DRAFT, ChallengeState.CHANGES_REQUESTED, ChallengeState.REJECTED)
MOVES = {
    "draft": {"in_review", "withdrawn"},
    "in_review": {"draft", "open", "changes_requested", "rejected", "withdrawn"},
    "changes_requested": {"in_review", "open", "withdrawn"},
    "rejected": {"in_review", "open", "withdrawn"},
    "open": {"closed", "withdrawn"},
    "closed": {"open"},
    "withdrawn": set[str](),
}
"""Where each state can lead. From rejected or changes requested to open leads a complaint that was right."""


class InfluenceLevel(enum.StrEnum):
    """How much participants decide, after the IAP2 spectrum."""

    INFORM = "inform"
    CONSULT = "consult"
    INVOLVE = "involve"
    CO_DECIDE = "co_decide"
    CO_PRODUCE = "co_produce"


PROMISE = ("promise_level", "promise_fixed", "promise_open", "promise_decider", "promise_answer_by")


class PhaseKind(enum.StrEnum):
    IDEAS = "ideas"
    CONVERSATION = "conversation"
    BUDGET = "budget"
    CALL = "call"
    PILOT = "pilot"
    FOLLOW_UP = "follow_up"


challenge_municipalities = Table(
    "challenge_municipalities",
    db.Base.metadata,
    Column("challenge_id", ForeignKey("challenges.id", ondelete="CASCADE"), primary_key=True),
    Column("municipality_id", ForeignKey("municipalities.id"), primary_key=True, index=True),
)


class Challenge(db.Base):
    __tablename__ = "challenges"
    id: Mapped[db.PrimaryKey]
    title: Mapped[db.Line]
    need: Mapped[db.LongText] = mapped_column(default="")
    body: Mapped[db.LongText] = mapped_column(default="")
    state: Mapped[ChallengeState] = mapped_column(db.enum_type(ChallengeState), default=ChallengeState.DRAFT)
    themes: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=list)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    owner_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    owner_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    owner_municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"), index=True)

    promise_level: Mapped[InfluenceLevel | None] = mapped_column(db.enum_type(InfluenceLevel))
    promise_fixed: Mapped[db.LongText] = mapped_column(default="")
    promise_open: Mapped[db.LongText] = mapped_column(default="")
    promise_decider: Mapped[str] = mapped_column(default="")
    promise_answer_by: Mapped[date | None]

    cover_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id", ondelete="SET NULL"))
    cover_alt: Mapped[str] = mapped_column(default="")
    case_number: Mapped[str] = mapped_column(default="")
    kle_code: Mapped[str] = mapped_column(default="")
    closing_text: Mapped[db.LongText] = mapped_column(default="")
    proposal_count: Mapped[int] = mapped_column(default=0)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), unique=True)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id"), unique=True)
    created_at: Mapped[db.Created]
    updated_at: Mapped[db.Created]
    promise_changed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    search: Mapped[Any] = vector_column("title", "need", "body")
    closes_on: Mapped[date | None] = query_expression()
    followed_by_me: Mapped[bool] = query_expression(default_expr=false())
    talked_by_me: Mapped[bool | None] = query_expression()

    author: Mapped[Person | None] = relationship(foreign_keys=author_id)
    owner_person: Mapped[Person | None] = relationship(foreign_keys=owner_person_id)
    owner_organisation: Mapped[Organisation | None] = relationship()
    owner_municipality: Mapped[Municipality | None] = relationship()
    municipalities: Mapped[list[Municipality]] = relationship(
        secondary=challenge_municipalities, order_by=Municipality.name
    )
    phases: Mapped[list[Phase]] = relationship(
        back_populates="challenge", order_by="Phase.starts_on, Phase.id", cascade="all, delete-orphan"
    )
    cover: Mapped[StoredFile | None] = relationship()
    thread: Mapped[Thread | None] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(order_by="Attachment.id", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(owner_organisation_id, owner_municipality_id, owner_person_id) <= 1", name="one_owner"
        ),
        CheckConstraint("state in ('draft', 'withdrawn', 'rejected') or promise_level is not null", name="promise"),
        CheckConstraint("proposal_count >= 0", name="proposal_count"),
        Index("ix_challenges_listed", "state", text("published_at desc"), text("id desc")),
        Index("ix_challenges_search", "search", postgresql_using="gin"),
        Index("ix_challenges_themes", "themes", postgresql_using="gin"),
        Index("ix_challenges_title_trgm", "title", postgresql_using="gin", postgresql_ops={"title": "gin_trgm_ops"}),
    )
    __mapper_args__ = {"version_id_col": version}

    @hybrid_property
    def public(self) -> bool:
        """Whether everybody may see it."""
        return self.state in PUBLIC and self.hidden_at is None

    @public.inplace.expression
    @classmethod
    def _public(cls) -> ColumnElement[bool]:
        return and_(cls.state.in_(PUBLIC), cls.hidden_at.is_(None))

    @property
    def owner(self) -> Person | Organisation | Municipality | None:
        return self.owner_organisation or self.owner_municipality or self.owner_person

    @property
    def owner_name(self) -> str:
        if self.owner_municipality is not None:
            return _("%(name)s Municipality", name=self.owner_municipality.name)
        return self.owner.name if self.owner else ""

    @property
    def was_published(self) -> bool:
        return self.published_at is not None

    def move(self, to: ChallengeState) -> None:
        """Go to another state; raise Conflict where no way leads."""
        if to not in MOVES[self.state]:
            raise Conflict
        self.state = to

    def open_phases(self, on: date) -> list[Phase]:
        """The phases in which something can be done on a day, those that end first in front."""
        if self.state != ChallengeState.OPEN:
            return []
        return sorted((phase for phase in self.phases if phase.is_open(on)), key=lambda phase: phase.ends_on)

    def stage(self, on: date) -> str:
        """Its state as a reader meets it: an open challenge may be waiting for its first phase, or for a decision."""
        if self.state != ChallengeState.OPEN or self.open_phases(on):
            return self.state.value
        return "upcoming" if all(phase.starts_on > on for phase in self.phases) else "being_decided"

    def content(self) -> dict[str, Any]:
        """What it says now, for a version: texts, places, promise and phases."""
        texts = {name: getattr(self, name) for name in ("title", "need", "body", *PROMISE)}
        phases = [f"{phase.starts_on} – {phase.ends_on}: {phase.kind} {phase.title}".strip() for phase in self.phases]
        places = ", ".join(place.name for place in self.municipalities)
        return {name: str(value or "") for name, value in texts.items()} | {
            "places": places,
            "phases": "\n".join(phases),
        }

    def days_left(self, on: date) -> int | None:
        """Until the phase that ends first is over; none where nothing is open."""
        phases = self.open_phases(on)
        return (phases[0].ends_on - on).days if phases else None


class Phase(db.Base):
    __tablename__ = "phases"
    id: Mapped[db.PrimaryKey]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"), index=True)
    kind: Mapped[PhaseKind] = mapped_column(db.enum_type(PhaseKind))
    title: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    challenge: Mapped[Challenge] = relationship(back_populates="phases")

    def is_open(self, on: date) -> bool:
        return self.starts_on <= on <= self.ends_on

    def when(self, on: date) -> str:
        return "past" if self.ends_on < on else "upcoming" if self.starts_on > on else "open"

    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates"),
        Index("ix_phases_dates", "kind", "starts_on", "ends_on"),
    )


class ChallengeVersion(db.Base):
    """What a challenge said after publication or an edit; `content` holds its texts, promise and phases."""

    __tablename__ = "challenge_versions"
    id: Mapped[db.PrimaryKey]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    changes_promise: Mapped[bool] = mapped_column(default=False)
    note: Mapped[db.LongText] = mapped_column(default="")
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    edited_at: Mapped[db.Created]

    edited_by: Mapped[Person | None] = relationship()

    __table_args__ = (
        UniqueConstraint("challenge_id", "number"),
        CheckConstraint("not changes_promise or note <> ''", name="promise_change_explained"),
    )


class Attachment(db.Base):
    __tablename__ = "challenge_attachments"
    id: Mapped[db.PrimaryKey]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    title: Mapped[db.Line]
    created_at: Mapped[db.Created]

    file: Mapped[StoredFile] = relationship(lazy="joined")
