from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Numeric, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.challenges.models import Challenge
from app.deliberation.models import Thread
from app.identity.models import Person
from app.kernel import db
from app.kernel.text_search import vector_column
from app.organisations.models import Organisation
from app.places.models import Municipality
from app.proposals.models import Proposal


class PartnershipState(enum.StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    FORMING = "forming"
    ACTIVE = "active"
    CONCLUDED = "concluded"


class OutcomeKind(enum.StrEnum):
    SCALED = "scaled"
    CLOSED = "closed"
    STOPPED = "stopped"


class PledgeKind(enum.StrEnum):
    MONEY = "money"
    HOURS = "hours"
    PLACE = "place"
    DATA = "data"
    EQUIPMENT = "equipment"
    EXPERTISE = "expertise"


class RequestState(enum.StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class PledgeState(enum.StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"


PUBLIC = (PartnershipState.FORMING, PartnershipState.ACTIVE, PartnershipState.CONCLUDED)
WRITABLE = (PartnershipState.DRAFT, PartnershipState.CHANGES_REQUESTED)
JOINABLE = (PartnershipState.FORMING, PartnershipState.ACTIVE)
COUNTED = (PledgeState.ACCEPTED, PledgeState.DELIVERED)
IN_FIGURES = (PledgeKind.MONEY, PledgeKind.HOURS)


class Partnership(db.Base):
    __tablename__ = "partnerships"
    id: Mapped[db.PrimaryKey]
    challenge_id: Mapped[int | None] = mapped_column(ForeignKey("challenges.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    title: Mapped[db.Line]
    summary: Mapped[str] = mapped_column(default="")
    body: Mapped[db.LongText] = mapped_column(default="")
    seeks: Mapped[db.LongText] = mapped_column(default="")
    money_needed: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    hours_needed: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    state: Mapped[PartnershipState] = mapped_column(db.enum_type(PartnershipState), default=PartnershipState.DRAFT)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    outcome_kind: Mapped[OutcomeKind | None] = mapped_column(db.enum_type(OutcomeKind))
    outcome: Mapped[db.LongText] = mapped_column(default="")
    outcome_figure: Mapped[str] = mapped_column(default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), unique=True)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id"), unique=True)
    created_at: Mapped[db.Created]
    published_at: Mapped[datetime | None]
    activated_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    search: Mapped[Any] = vector_column("title", "summary", "body", "outcome")

    challenge: Mapped[Challenge | None] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
    municipality: Mapped[Municipality] = relationship()
    opened_by: Mapped[Person | None] = relationship()
    thread: Mapped[Thread | None] = relationship()
    partners: Mapped[list[Partner]] = relationship(back_populates="partnership", order_by="Partner.id")
    updates: Mapped[list[Update]] = relationship(back_populates="partnership", order_by="Update.id.desc()")

    __table_args__ = (
        CheckConstraint("num_nonnulls(challenge_id, proposal_id) >= 1", name="grows_from"),
        CheckConstraint("state <> 'concluded' or (outcome <> '' and outcome_kind is not null)", name="outcome"),
        Index("ix_partnerships_listed", "state", text("published_at desc"), text("id desc")),
        Index("ix_partnerships_municipality", "municipality_id", "state"),
        Index("ix_partnerships_search", "search", postgresql_using="gin"),
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
    def taking_part(self) -> list[Partner]:
        """The partners of today, the lead first."""
        return sorted((one for one in self.partners if one.left_at is None), key=lambda one: not one.is_lead)

    @property
    def lead(self) -> Partner | None:
        return next((one for one in self.taking_part if one.is_lead), None)

    @property
    def legs(self) -> dict[str, int]:
        """How many partners there are of each leg of the helix; people stand with the associations."""
        kinds = [one.organisation.leg if one.organisation else "association" for one in self.taking_part]
        return {kind: kinds.count(kind) for kind in kinds}

    def covered(self, kind: PledgeKind) -> Decimal:
        """The sum of what was accepted or delivered of a kind."""
        pledges = (pledge for partner in self.partners for pledge in partner.pledges)
        return sum((p.amount or Decimal(0) for p in pledges if p.kind == kind and p.state in COUNTED), Decimal(0))


class Partner(db.Base):
    """An organisation, or a person of their own, that takes part until it leaves."""

    __tablename__ = "partners"
    id: Mapped[db.PrimaryKey]
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    role: Mapped[str] = mapped_column(default="")
    is_lead: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[db.Created]
    left_at: Mapped[datetime | None]

    partnership: Mapped[Partnership] = relationship(back_populates="partners")
    organisation: Mapped[Organisation | None] = relationship()
    person: Mapped[Person | None] = relationship()
    pledges: Mapped[list[Pledge]] = relationship(back_populates="partner", order_by="Pledge.id")

    @property
    def name(self) -> str:
        """Who it is; a person whose account is gone has none."""
        who = self.organisation or self.person
        return who.name if who else ""

    __table_args__ = (
        CheckConstraint("num_nonnulls(organisation_id, person_id) <= 1", name="one_kind"),
        Index("uq_partners_lead", "partnership_id", unique=True, postgresql_where=text("is_lead and left_at is null")),
        Index(
            "uq_partners_organisation",
            "partnership_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("left_at is null and organisation_id is not null"),
        ),
        Index(
            "uq_partners_person",
            "partnership_id",
            "person_id",
            unique=True,
            postgresql_where=text("left_at is null and person_id is not null"),
        ),
    )


class JoinRequest(db.Base):
    """Somebody asks to join, with a role and a first pledge; the lead answers."""

    __tablename__ = "join_requests"
    id: Mapped[db.PrimaryKey]
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    role: Mapped[db.Line]
    pledge_kind: Mapped[PledgeKind] = mapped_column(db.enum_type(PledgeKind))
    pledge_amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    pledge_description: Mapped[db.LongText] = mapped_column(default="")
    message: Mapped[db.LongText] = mapped_column(default="")
    state: Mapped[RequestState] = mapped_column(db.enum_type(RequestState), default=RequestState.ASKED)
    reason: Mapped[db.LongText] = mapped_column(default="")
    asked_at: Mapped[db.Created]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1)

    partnership: Mapped[Partnership] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=person_id)

    @property
    def name(self) -> str:
        who = self.organisation or self.person
        return who.name if who else ""

    __table_args__ = (
        CheckConstraint("state <> 'declined' or reason <> ''", name="reason"),
        CheckConstraint("pledge_amount is null or pledge_amount > 0", name="amount"),
        Index(
            "uq_join_requests_waiting",
            "partnership_id",
            "organisation_id",
            "person_id",
            unique=True,
            postgresql_where=text("state = 'asked'"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    __mapper_args__ = {"version_id_col": version}


class Pledge(db.Base):
    """What a partner puts in. Money in kroner, hours in hours; the rest in words."""

    __tablename__ = "pledges"
    id: Mapped[db.PrimaryKey]
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id", ondelete="CASCADE"), index=True)
    kind: Mapped[PledgeKind] = mapped_column(db.enum_type(PledgeKind))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    description: Mapped[db.LongText] = mapped_column(default="")
    state: Mapped[PledgeState] = mapped_column(db.enum_type(PledgeState), default=PledgeState.OFFERED)
    created_at: Mapped[db.Created]
    changed_at: Mapped[db.Created]

    partner: Mapped[Partner] = relationship(back_populates="pledges")


class Update(db.Base):
    """News from a partnership."""

    __tablename__ = "updates"
    id: Mapped[db.PrimaryKey]
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="SET NULL"))
    title: Mapped[db.Line]
    body: Mapped[db.LongText]
    posted_at: Mapped[db.Created]
    hidden_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), unique=True)

    partnership: Mapped[Partnership] = relationship(back_populates="updates")
    author: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
