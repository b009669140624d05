from __future__ import annotations

import enum
import re
import unicodedata

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import db

SPELLED_OUT = (("aa", "a"), ("ae", "a"), ("oe", "o"))
LETTERS = str.maketrans({"æ": "a", "ä": "a", "å": "a", "ø": "o", "ö": "o"})
PART_OF_TOWN = re.compile(r" (?:[cnsvøj]|[ns][vø])$")
"""What the post puts behind a town: Aarhus C, Viby J, Randers NØ."""


class NameKind(enum.StrEnum):
    POSTCODE = "postcode"
    PARISH = "parish"
    COMMUNITY = "community"


class PlaceName(db.Base):
    """A name that lies in a municipality, wholly or by a share of its land."""

    __tablename__ = "place_names"
    id: Mapped[db.PrimaryKey]
    kind: Mapped[NameKind] = mapped_column(db.enum_type(NameKind))
    code: Mapped[str]
    name: Mapped[db.Line]
    key: Mapped[str]
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id", ondelete="CASCADE"), index=True)
    share: Mapped[float] = mapped_column(default=1.0)
    source: Mapped[str]

    __table_args__ = (
        UniqueConstraint("kind", "code", "municipality_id"),
        CheckConstraint("share > 0 and share <= 1", name="share"),
        Index("ix_place_names_key", "key", postgresql_ops={"key": "text_pattern_ops"}),
        Index("ix_place_names_code", "code"),
    )

    @property
    def label(self) -> str:
        """The name as people write it: a postcode stands before its town."""
        return f"{self.code} {self.name}" if self.kind == NameKind.POSTCODE else self.name


def key_of(name: str) -> str:
    """A name as it can be typed on any keyboard: Århus, AARHUS C and Arhus are one, and so are Samsø and samsoe."""
    plain = PART_OF_TOWN.sub("", " ".join(name.lower().split())).translate(LETTERS)
    letters = "".join(one for one in unicodedata.normalize("NFKD", plain) if one.isalnum())
    for spelled, letter in SPELLED_OUT:
        letters = letters.replace(spelled, letter)
    return letters
