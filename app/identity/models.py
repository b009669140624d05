from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock, db
from app.kernel.access import Grant
from app.kernel.files import StoredFile

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODY = hasher.hash("the password of nobody, so that an unknown address costs the same time as a known one")
ERASED_NAME = "Slettet bruger"
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


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

    def set_password(self, password: str) -> None:
        self.password_hash = hasher.hash(password)

    def has_password(self, password: str) -> bool:
        """Whether this is the person's password; a hash of older strength is made anew."""
        right = matches(self.password_hash, password)
        if right and hasher.check_needs_rehash(str(self.password_hash)):
            self.set_password(password)
        return right

    sign_in_token = ""
    grants = cast("frozenset[Grant] | None", None)
    """What the person may, when it was read together with them."""
    along = cast("Mapping[str, Any]", MappingProxyType({}))
    """What features read together with whoever is signed in; see `ports.reads_along`."""
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session cookie holds: the token of this sign-in, so that it can be ended from elsewhere."""
        return self.sign_in_token


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash. Takes the same time for an account without any."""
    try:
        return hasher.verify(password_hash or NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


class SignUp(db.Base):
    """Somebody who asked for an account and has not shown yet that the address is theirs.

    Everything typed waits here and not in a person's row: whoever asks with a foreign address gets nothing.
    `carries` holds where the reader was going and what they had typed, for a link opened in another browser.
    """

    __tablename__ = "sign_ups"
    __table_args__ = db.QUIET
    id: Mapped[db.PrimaryKey]
    email: Mapped[str] = mapped_column(index=True)
    name: Mapped[db.Line]
    password_hash: Mapped[str]
    language: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    browser_hash: Mapped[str]
    carries: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[db.Created] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    @property
    def usable(self) -> bool:
        return self.used_at is None and self.expires_at > clock.now()


class SignIn(db.Base):
    """One browser in which a person is signed in. The cookie holds the token, the table only its hash."""

    __tablename__ = "sign_ins"
    __table_args__ = db.QUIET
    id: Mapped[db.PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    browser: Mapped[db.Line]
    created_at: Mapped[db.Created]
    seen_at: Mapped[db.Created]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()

    @property
    def browser_name(self) -> str:
        """The browser and the system in two words, such as "Firefox, Android"."""
        found = [next((word for sign, word in signs if sign in self.browser), "") for signs in (BROWSERS, SYSTEMS)]
        return ", ".join(word for word in found if word)


class MailTokenPurpose(enum.StrEnum):
    RESET_PASSWORD = "reset_password"  # noqa: S105
    CHANGE_EMAIL = "change_email"


class MailToken(db.Base):
    """A link sent by mail: good once and for a while."""

    __tablename__ = "mail_tokens"
    __table_args__ = db.QUIET
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


class OfferOutcome(enum.StrEnum):
    """How the offer of a role ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class RoleOffer(db.Base):
    """A role offered by mail to an address, whether it has an account or not. The table holds only its token's hash.

    The row stays as a part of the audit trail. Its address goes when the role is accepted, since there is a person
    then, and otherwise a while after the offer was over.
    """

    __tablename__ = "role_offers"
    id: Mapped[db.PrimaryKey]
    email: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[RoleName] = mapped_column(db.enum_type(RoleName))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    offered_at: Mapped[db.Created]
    expires_at: Mapped[datetime]
    outcome: Mapped[OfferOutcome | None] = mapped_column(db.enum_type(OfferOutcome))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))

    offered_by: Mapped[Person | None] = relationship(foreign_keys=offered_by_id)

    __table_args__ = (
        Index(
            "uq_role_offers_open",
            "email",
            "name",
            "municipality_id",
            unique=True,
            postgresql_where=text("outcome is null"),
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("(municipality_id is null) = (name = 'platform_administrator')", name="scope"),
        CheckConstraint("(outcome is null) = (settled_at is null)", name="settled"),
        CheckConstraint("outcome is not null or email is not null", name="open_with_address"),
        CheckConstraint("outcome <> 'accepted' or email is null", name="accepted_without_address"),
        db.QUIET,
    )

    @property
    def expired(self) -> bool:
        return self.outcome == OfferOutcome.EXPIRED or (self.outcome is None and self.expires_at <= clock.now())

    @property
    def usable(self) -> bool:
        """Whether an answer still counts."""
        return self.outcome is None and not self.expired

    @property
    def hint(self) -> str:
        """The address as its owner knows it again, such as "k***@example.org", and nobody else learns it."""
        name, _at, domain = str(self.email).partition("@")
        return f"{name[:1]}***@{domain}"

    def accepted_by(self, person_id: int | None) -> bool:
        return self.outcome == OfferOutcome.ACCEPTED and person_id is not None and self.settled_by_id == person_id

    def settle(self, outcome: OfferOutcome, by_id: int | None = None) -> None:
        """End the offer. One whose time has run out has expired, whatever is done to it afterwards."""
        if self.outcome is not None:
            raise ValueError(f"This offer was {self.outcome} already.")
        if self.expired:
            self.outcome, self.settled_at = OfferOutcome.EXPIRED, self.expires_at
        else:
            self.outcome, self.settled_at, self.settled_by_id = outcome, clock.now(), by_id
        if self.outcome == OfferOutcome.ACCEPTED:
            self.email = None
