from __future__ import annotations

import math
from datetime import datetime

from sqlalchemy import Select, func, select

from app.kernel import db
from app.kernel.access import Actor
from app.places.geometry.atlas import Atlas
from app.places.models import Municipality

ALPHABET = str.maketrans({"æ": "{a", "ø": "{b", "å": "{c"})
COAST = 3.0
"""Kilometres: a point in a harbour or off a beach belongs to the municipality it lies that near."""

Version = tuple[int, datetime | None]

_kept: dict[str, tuple[Version, Atlas]] = {}


def in_danish_order(name: str) -> str:
    """The key by which names stand in a Danish alphabet: æ, ø, å last, and Aa as å."""
    return name.lower().replace("aa", "å").translate(ALPHABET)


def visible_to(actor: Actor) -> Select[Municipality]:
    """Everybody sees every municipality."""
    return select(Municipality)


def everyone() -> list[Municipality]:
    """All municipalities, in the order of the Danish alphabet."""
    rows = db.session().scalars(select(Municipality))
    return sorted(rows, key=lambda row: in_danish_order(row.name))


def boundary_version() -> Version:
    """How many boundaries there are, and when they were imported."""
    known = select(func.count(Municipality.boundary_at), func.max(Municipality.boundary_at))
    count, moment = db.session().execute(known).one()
    return count, moment


def atlas() -> Atlas:
    """The boundaries as geometry, made once per process and import."""
    version = boundary_version()
    kept = _kept.get("atlas")
    if kept is None or kept[0] != version:
        bounded = select(Municipality.id, Municipality.boundary).where(Municipality.boundary_at.is_not(None))
        kept = version, Atlas({row.id: row.boundary for row in db.session().execute(bounded)})
        _kept["atlas"] = kept
    return kept[1]


def municipality_at(longitude: float, latitude: float, *, within: float = COAST) -> Municipality | None:
    """The municipality whose boundary holds the point, else the nearest within some kilometres, else none."""
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        return None
    found = atlas().nearest(longitude, latitude)
    return db.session().get(Municipality, found[0]) if found and found[1] <= within else None
