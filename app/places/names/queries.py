"""Which municipality does somebody mean who writes a postcode, a town, a parish or a municipality?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import groupby

from sqlalchemy import ColumnElement, Select, func, select

from app.kernel import db
from app.places.models import Municipality
from app.places.names.models import NameKind, PlaceName, key_of
from app.places.queries import everyone, in_danish_order

LONGEST = 100
POSTCODE = re.compile(r"(?<!\d)\d{4}(?!\d)")
KIND_WORDS = re.compile(r"\b(kommune|sogn|municipality|parish)\b", re.IGNORECASE)
AREA, TOWN, MOST, SLIVER = 0.95, 0.8, 0.5, 0.02
"""A postal area lies in a municipality by nearly all of its land, a town by most of the area named after it."""
SHORTEST_BEGINNING = 3
ALIKE = 0.75
"""How like a name must be to be asked about; difflib's ratio, found by trying slips of one and two letters."""
SUGGESTED = 12


@dataclass
class Hit:
    """A municipality that may be meant, and the places in it of that name."""

    municipality: Municipality
    places: list[PlaceName] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """The one that is meant, or those that may be."""

    municipality: Municipality | None = None
    hits: tuple[Hit, ...] = ()


def find(words: str) -> Found:
    """What is meant by a postcode or a name. A slip of the pen is asked about, never taken as read."""
    rows, words = everyone(), words[:LONGEST]
    postcode = POSTCODE.search(words)
    places = _rows(PlaceName.code == postcode[0], PlaceName.kind == NameKind.POSTCODE) if postcode else []
    if places:
        return _decided(rows, places, enough=AREA)
    name, within = _parts(POSTCODE.sub(" ", words))
    return _called(name, [row for row in rows if not within or key_of(row.name) == within], rows)


def _parts(words: str) -> tuple[str, str]:
    """The key of a name, and of the municipality behind a comma: “Ørum, Viborg”."""
    name, _comma, within = KIND_WORDS.sub(" ", words).partition(",")
    return key_of(name), key_of(within)


def _called(key: str, rows: list[Municipality], everywhere: list[Municipality]) -> Found:
    mine = {key_of(row.name): row for row in rows}
    if not key or key in mine:
        return Found(mine.get(key))
    beginning = [row for name, row in mine.items() if name.startswith(key)]
    if len(key) >= SHORTEST_BEGINNING and len(beginning) == 1:
        return Found(beginning[0])
    places = _rows(PlaceName.key.startswith(key), PlaceName.municipality_id.in_([row.id for row in rows]))
    exact = [place for place in places if place.key == key]
    if exact or places or beginning:
        return _decided(rows, exact or places, () if exact else beginning)
    return _alike(key, everywhere)


def _rows(*conditions: ColumnElement[bool]) -> list[PlaceName]:
    order = (PlaceName.kind, PlaceName.code, PlaceName.share.desc())
    return list(db.session().scalars(select(PlaceName).where(*conditions).order_by(*order).limit(500)))


def _decided(
    rows: list[Municipality], places: list[PlaceName], beginning: Iterable[Municipality] = (), *, enough: float = TOWN
) -> Found:
    """Lead there when all places of the name lie in one municipality; else show them all."""
    hits = {row.id: Hit(row) for row in beginning}
    known = {row.id: row for row in rows}
    for place in _where_they_lie(places, enough):
        hits.setdefault(place.municipality_id, Hit(known[place.municipality_id])).places.append(place)
    only = next(iter(hits.values())) if len(hits) == 1 else None
    if only is not None and all(place.share >= MOST for place in only.places):
        return Found(only.municipality)
    return Found(hits=tuple(hits.values()))


def _where_they_lie(places: list[PlaceName], enough: float) -> Iterator[PlaceName]:
    """The part of each place that is enough of it, else all parts but slivers beyond a border."""
    for _place, group in groupby(places, key=lambda place: (place.kind, place.code)):
        largest, *others = group
        yield largest
        if largest.share < enough:
            yield from (part for part in others if part.share >= SLIVER)


def _alike(key: str, rows: list[Municipality]) -> Found:
    keys = {key_of(row.name): row for row in rows}
    known = {*keys, *db.session().scalars(select(PlaceName.key).distinct())}
    close = get_close_matches(key, known, n=5, cutoff=ALIKE)
    places = _rows(PlaceName.key.in_([name for name in close if name not in keys]))
    hits = {keys[name].id: Hit(keys[name]) for name in close if name in keys}
    by_id = {row.id: row for row in rows}
    for place in sorted(_where_they_lie(places, TOWN), key=lambda place: close.index(place.key)):
        hits.setdefault(place.municipality_id, Hit(by_id[place.municipality_id])).places.append(place)
    return Found(hits=tuple(hits.values()))


def named(words: str) -> list[Municipality]:
    """The municipalities that are called so, or that have a place or a postcode of exactly this name; in one query."""
    key, code = key_of(KIND_WORDS.sub(" ", words[:LONGEST])), POSTCODE.search(words)
    called = PlaceName.key == key if code is None else PlaceName.code == code[0]
    there = select(PlaceName.municipality_id).where(called, PlaceName.share >= SLIVER)
    rows = db.session().execute(select(Municipality, Municipality.id.in_(there)))
    found = [row for row, has_it in rows if has_it or (key and key_of(row.name) == key)]
    return sorted(found, key=lambda row: in_danish_order(row.name))


def suggestions(words: str) -> Select[PlaceName, str]:
    """Names that begin with what was typed, each once, with the municipality that most of it lies in."""
    digits = words.strip() if words.strip().isdecimal() else None
    begins = PlaceName.code.startswith(digits) if digits else PlaceName.key.startswith(_parts(words)[0] or "-")
    kinds = [NameKind.POSTCODE] if digits else list(NameKind)
    first = func.row_number().over(
        partition_by=(PlaceName.kind, PlaceName.code), order_by=(PlaceName.share.desc(), PlaceName.id)
    )
    main = select(PlaceName.id, first.label("place")).where(begins, PlaceName.kind.in_(kinds)).subquery()
    found = select(PlaceName, Municipality.name).join(main, main.c.id == PlaceName.id).where(main.c.place == 1)
    found = found.join(Municipality, Municipality.id == PlaceName.municipality_id)
    return found.order_by(PlaceName.kind.desc(), PlaceName.key, PlaceName.code).limit(SUGGESTED)


def sources() -> list[str]:
    """Whom the names are from, to be named where they are shown."""
    return sorted(db.session().scalars(select(PlaceName.source).distinct()))
