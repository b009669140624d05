"""What places give to the house: the municipalities that people live in, and what is open, new and dated where."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.identity.ports import Home, homes_by
from app.kernel import db
from app.kernel.calendars import Event
from app.kernel.feeds import NEWEST, Entry
from app.kernel.settings import settings
from app.places.models import Municipality
from app.places.queries import boundary_version, in_danish_order

Counter = Callable[[], dict[int, int]]
News = Callable[[Municipality], Iterable[Entry]]
Dates = Callable[[Municipality], Iterable[Event]]

_counters: list[Counter] = []
_news: list[News] = []
_dates: list[Dates] = []


def open_counted_by(counter: Counter) -> Counter:
    """Register a function that counts what is open now, by the id of the municipality, in one query."""
    _counters.append(counter)
    return counter


def open_now() -> dict[int, int]:
    """How much is open in each municipality; one without anything open is left out."""
    sums: dict[int, int] = {}
    for counter in _counters:
        for municipality_id, number in counter().items():
            sums[municipality_id] = sums.get(municipality_id, 0) + number
    return sums


def news_by(told: News) -> News:
    """Register a function that gives the newest of a feature in a municipality, in as few queries as it can."""
    _news.append(told)
    return told


def news_of(municipality: Municipality) -> list[Entry]:
    """The newest of all features, newest first."""
    entries = [entry for told in _news for entry in told(municipality)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:NEWEST]


def dates_by(known: Dates) -> Dates:
    """Register a function that gives the days of a feature in a municipality that belong in a calendar."""
    _dates.append(known)
    return known


def dates_of(municipality: Municipality) -> list[Event]:
    """The days of all features, in their order."""
    events = [event for known in _dates for event in known(municipality)]
    return sorted(events, key=lambda event: (event.first, event.key))


@homes_by
def municipalities() -> list[Home]:
    columns = select(Municipality.id, Municipality.name, Municipality.slug)
    rows = [Home(row.id, row.name, f"/municipalities/{row.slug}") for row in db.session().execute(columns)]
    return sorted(rows, key=lambda home: in_danish_order(home.name))


def map_base() -> dict[str, Any]:
    """What every map of the square stands on, as arguments of the `map_of` and `place_picker` macros.

    Without imported boundaries there are no outlines, and a page shows the twelve stones instead.
    """
    count, moment = boundary_version()
    mine, attribution = settings(), []
    if count and moment:
        bounded = select(Municipality.boundary_source).where(Municipality.boundary_at.is_not(None)).distinct()
        attribution = [source for source in db.session().scalars(bounded) if source]
    if mine.tile_url and mine.tile_attribution:
        attribution.append(mine.tile_attribution)
    return {
        "outlines_url": f"/municipalities/outlines.geojson?v={moment:%Y%m%d%H%M%S}" if count and moment else None,
        "tile_url": mine.tile_url or None,
        "attribution": " · ".join(attribution) or None,
    }


def init_app(app: Flask) -> None:
    app.jinja_env.globals["map_base"] = map_base
