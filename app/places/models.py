from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app.kernel import db
from app.places.names.models import PlaceName

__all__ = ["Municipality", "PlaceName"]


class Municipality(db.Base):
    """One of the twelve. `boundary` is a GeoJSON geometry in WGS84, or none before an import."""

    __tablename__ = "municipalities"
    id: Mapped[db.PrimaryKey]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[db.Line] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    population: Mapped[int]
    population_on: Mapped[date]
    longitude: Mapped[float]
    latitude: Mapped[float]
    welcome: Mapped[db.LongText] = mapped_column(default="")
    boundary: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSONB(none_as_null=True)))
    boundary_source: Mapped[str] = mapped_column(default="")
    boundary_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("code ~ '^[0-9]{4}$'", name="code_four_digits"),
        CheckConstraint("(boundary is null) = (boundary_at is null)", name="boundary_has_a_moment"),
    )
    __mapper_args__ = {"version_id_col": version}
