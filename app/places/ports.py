"""What places give to the house: the municipalities that people live in, and what is open where."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from app.identity.ports import Home, homes_by
from app.kernel import db
from app.places.models import Municipality
from app.places.queries import in_danish_order

Counter = Callable[[], dict[int, int]]

_counters: list[Counter] = []


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


@homes_by
def municipalities() -> list[Home]:
    columns = select(Municipality.id, Municipality.name, Municipality.slug)
    rows = [Home(row.id, row.name, f"/municipalities/{row.slug}") for row in db.session().execute(columns)]
    return sorted(rows, key=lambda home: in_danish_order(home.name))
