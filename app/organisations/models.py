from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, Column, ForeignKey, Index, SmallInteger, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.identity.models import Person
from app.kernel import clock, db
from app.kernel.files import StoredFile
from app.kernel.text_search import vector_column
from app.places.models import Municipality


class OrganisationKind(enum.StrEnum):
    """The four legs of the helix."""

    COMPANY = "company"
    KNOWLEDGE_INSTITUTION = "knowledge_institution"
    ASSOCIATION = "association"
    PUBLIC_BODY = "public_body"


class MemberRole(enum.StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"


class MembershipRequestState(enum.StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


LEGS = {OrganisationKind.KNOWLEDGE_INSTITUTION: "knowledge", OrganisationKind.PUBLIC_BODY: "public"}

organisation_municipalities = Table(
    "organisation_municipalities",
    db.Base.metadata,
    Column("organisation_id", ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True),
    Column("municipality_id", ForeignKey("municipalities.id"), primary_key=True, index=True),
)


class Organisation(db.Base):
    """An organisation on the square. `municipality` is where it is at home, `municipalities` where it works."""

    __tablename__ = "organisations"
    id: Mapped[db.PrimaryKey]
    kind: Mapped[OrganisationKind] = mapped_column(db.enum_type(OrganisationKind))
    name: Mapped[db.Line]
    cvr: Mapped[str | None] = mapped_column(unique=True)
    registered_name: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    can_do: Mapped[db.LongText] = mapped_column(default="")
    seeks: Mapped[db.LongText] = mapped_column(default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(60)), default=list)
    themes: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=list)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id", ondelete="SET NULL"))
    logo_alt: Mapped[str] = mapped_column(default="")
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), unique=True)
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    verified_what: Mapped[str] = mapped_column(default="")
    hidden_at: Mapped[datetime | None]
    created_at: Mapped[db.Created]
    version: Mapped[int] = mapped_column(default=1)
    search: Mapped[Any] = vector_column("name", "summary", "can_do", "seeks")

    municipality: Mapped[Municipality] = relationship(lazy="joined", innerjoin=True)
    municipalities: Mapped[list[Municipality]] = relationship(
        secondary=organisation_municipalities, order_by=Municipality.name
    )
    logo: Mapped[StoredFile | None] = relationship()

    __table_args__ = (
        Index("ix_organisations_search", "search", postgresql_using="gin"),
        Index("ix_organisations_name_trgm", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
        Index("ix_organisations_kind_name", "kind", "name", "id"),
        CheckConstraint("cvr ~ '^[0-9]{8}$'", name="cvr_eight_digits"),
    )
    __mapper_args__ = {"version_id_col": version}

    @property
    def verified(self) -> bool:
        return self.verified_at is not None

    @property
    def leg(self) -> str:
        """The leg of the helix, as badges and stones call it."""
        return LEGS.get(self.kind, str(self.kind))

    @property
    def known(self) -> list[str]:
        """What a moderator can check: the keys that `verified_what` keeps when it has been checked."""
        found = {"cvr": bool(self.cvr), "register": bool(self.registered_name), "website": bool(self.website)}
        return [*(key for key, holds in found.items() if holds), "people"]

    def verify(self, by_id: int | None) -> None:
        self.verified_at, self.verified_by_id, self.verified_what = clock.now(), by_id, ",".join(self.known)

    def end_verification(self) -> None:
        self.verified_at, self.verified_by_id, self.verified_what = None, None, ""


class Membership(db.Base):
    """A person in an organisation, until ended."""

    __tablename__ = "memberships"
    id: Mapped[db.PrimaryKey]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    role: Mapped[MemberRole] = mapped_column(db.enum_type(MemberRole))
    since: Mapped[db.Created]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)

    __table_args__ = (
        Index(
            "uq_memberships_current",
            "organisation_id",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )


class Invitation(db.Base):
    """A mailed invitation to become a member. The table holds only the hash of its token."""

    __tablename__ = "invitations"
    id: Mapped[db.PrimaryKey]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    email: Mapped[str]
    role: Mapped[MemberRole] = mapped_column(db.enum_type(MemberRole))
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[db.Created]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    invited_by: Mapped[Person | None] = relationship(foreign_keys=invited_by_id)

    @property
    def usable(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > clock.now()


class MembershipRequest(db.Base):
    """Somebody who works there asks to become a member; an owner or admin answers."""

    __tablename__ = "membership_requests"
    id: Mapped[db.PrimaryKey]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    message: Mapped[db.LongText] = mapped_column(default="")
    state: Mapped[MembershipRequestState] = mapped_column(
        db.enum_type(MembershipRequestState), default=MembershipRequestState.ASKED
    )
    asked_at: Mapped[db.Created]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)

    __table_args__ = (
        Index(
            "uq_membership_requests_waiting",
            "organisation_id",
            "person_id",
            unique=True,
            postgresql_where=text("state = 'asked'"),
        ),
    )
