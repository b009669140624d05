from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.kernel import clock, db
from app.kernel.access import Actor, check
from app.places import rules
from app.places.geometry.checking import Boundaries
from app.places.models import Municipality

POPULATION_ON = date(2021, 1, 1)
"""Statistics Denmark, FOLK1A, first quarter of 2021."""

TWELVE = (
    # code, name, end of the address, people, longitude and latitude of the visual centre
    ("0751", "Aarhus", "aarhus", 352_751, 10.10361, 56.15511),
    ("0710", "Favrskov", "favrskov", 48_381, 9.91776, 56.29368),
    ("0766", "Hedensted", "hedensted", 46_773, 9.82272, 55.73776),
    ("0615", "Horsens", "horsens", 92_229, 9.79924, 55.90695),
    ("0707", "Norddjurs", "norddjurs", 36_943, 10.75849, 56.4648),
    ("0727", "Odder", "odder", 22_979, 10.14601, 55.94116),
    ("0730", "Randers", "randers", 98_190, 10.08976, 56.53737),
    ("0741", "Samsø", "samsoe", 3_682, 10.58612, 55.80308),
    ("0740", "Silkeborg", "silkeborg", 95_488, 9.56059, 56.20903),
    ("0746", "Skanderborg", "skanderborg", 63_390, 9.84908, 56.0871),
    ("0706", "Syddjurs", "syddjurs", 43_168, 10.51127, 56.35749),
    ("0791", "Viborg", "viborg", 96_679, 9.5498, 56.47081),
)


def seed() -> int:
    """Write down the twelve; those that are there get their figures anew and keep their text and boundary."""
    there = {row.code: row for row in db.session().scalars(select(Municipality))}
    for code, name, slug, population, longitude, latitude in TWELVE:
        row = there.get(code) or Municipality(code=code)
        row.name, row.slug, row.population, row.population_on = name, slug, population, POPULATION_ON
        row.longitude, row.latitude = longitude, latitude
        db.session().add(row)
    db.session().flush()
    return len(TWELVE) - len(there.keys() & {code for code, *_ in TWELVE})


def import_boundaries(boundaries: Boundaries, *, source: str, by: Actor) -> None:
    """Draw the municipalities anew; `source` is shown on every map."""
    check(rules.may_import(by))
    moment = clock.now()
    for row in db.session().scalars(select(Municipality).where(Municipality.code.in_(boundaries))):
        row.boundary, row.boundary_source, row.boundary_at = boundaries[row.code], source, moment


def write_welcome(municipality: Municipality, welcome: str, *, by: Actor) -> None:
    """The words by which a municipality greets those who come to its page."""
    check(rules.may_edit(by, municipality))
    municipality.welcome = welcome.strip()
