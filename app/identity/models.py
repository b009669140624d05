from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock, db
from app.kernel.files import StoredFile


class RoleName(enum.StrEnum):
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"
    PLATFORM_ADMINISTRATOR = "platform_administrator"


class Person(db.Base):
    """Somebody with an account. An erased person keeps the row, without anything personal in it."""

    __tablename__ = "people"
    id: Mapped[db.PrimaryKey]
    email: Mapped[str | None]
    name: Mapped[db.Line]
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="da")
    about: Mapped[db.LongText] = mapped_column(default="")
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"), index=True)
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id", ondelete="SET NULL"))
    email_verified_at: Mapped[datetime | None]
    created_at: Mapped[db.Created]
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    photo: Mapped[StoredFile | None] = relationship(foreign_keys=photo_id)

    __table_args__ = (
        Index("uq_people_email", func.lower(text("email")), unique=True),
        CheckConstraint("erased_at is null or email is null", name="erased_without_email"),
        CheckConstraint("language in ('da', 'en')", name="language"),
    )
    __mapper_args__ = {"version_id_col": version}

    @property
    def facts(self) -> set[str]:
        """What rules may ask about a person besides their grants."""
        return {"email_verified"} if self.email_verified_at else set()

    @property
    def erased(self) -> bool:
        return self.erased_at is not None

    sign_in_token = ""
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session cookie holds: the token of this sign-in, so that it can be ended from elsewhere."""
        return self.sign_in_token


class SignIn(db.Base):
    """One browser in which a person is signed in. The cookie holds the token, the table only its hash."""

    __tablename__ = "sign_ins"
    id: Mapped[db.PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    browser: Mapped[db.Line]
    created_at: Mapped[db.Created]
    seen_at: Mapped[db.Created]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class MailTokenPurpose(enum.StrEnum):
    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105
    CHANGE_EMAIL = "change_email"


class MailToken(db.Base):
    """A link sent by mail: good once and for a while."""

    __tablename__ = "mail_tokens"
    id: Mapped[db.PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[MailTokenPurpose] = mapped_column(db.enum_type(MailTokenPurpose))
    token_hash: Mapped[str] = mapped_column(unique=True)
    new_email: Mapped[str | None]
    created_at: Mapped[db.Created]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()

    @property
    def usable(self) -> bool:
        return self.used_at is None and self.expires_at > clock.now()


class Role(db.Base):
    """A role given to a person by another, until it is ended."""

    __tablename__ = "roles"
    id: Mapped[db.PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[RoleName] = mapped_column(db.enum_type(RoleName))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"), index=True)
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    given_at: Mapped[db.Created]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    given_by: Mapped[Person | None] = relationship(foreign_keys=given_by_id)
    ended_by: Mapped[Person | None] = relationship(foreign_keys=ended_by_id)

    __table_args__ = (
        Index(
            "uq_roles_held",
            "person_id",
            "name",
            "municipality_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("(municipality_id is null) = (name = 'platform_administrator')", name="scope"),
    )
