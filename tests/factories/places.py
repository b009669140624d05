from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from app.kernel import clock, db
from app.places.models import Municipality
from app.places.names.models import NameKind, PlaceName, key_of

numbers = count(1)


def municipality(**values: Any) -> Municipality:
    number = next(numbers)
    name = values.pop("name", f"Prøvekøbing {number}")
    row = Municipality(
        code=values.pop("code", f"{9000 + number % 1000:04d}"),
        name=name,
        slug=values.pop("slug", f"proevekoebing-{number}"),
        population=values.pop("population", 50_000),
        population_on=date(2021, 1, 1),
        longitude=values.pop("longitude", 10.2),
        latitude=values.pop("latitude", 56.15),
        **values,
    )
    db.session().add(row)
    db.session().flush()
    return row


def bounded(west: float, south: float, east: float, north: float, **values: Any) -> Municipality:
    """A municipality whose boundary is a rectangle."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    values |= {"boundary": {"type": "Polygon", "coordinates": [ring]}, "boundary_at": clock.now()}
    return municipality(boundary_source="Prøvekort", **values)


def place_name(municipality: Municipality, name: str, **values: Any) -> PlaceName:
    kind, code = values.pop("kind", NameKind.POSTCODE), values.pop("code", f"{next(numbers):04d}")
    row = PlaceName(
        kind=kind, code=code, name=name, key=key_of(name), municipality_id=municipality.id, source="Prøver", **values
    )
    db.session().add(row)
    db.session().flush()
    return row
