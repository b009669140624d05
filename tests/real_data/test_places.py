"""The boundaries, centres and parishes of the twelve municipalities as they really are."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.kernel import db
from app.places import actions, queries
from app.places.models import Municipality
from app.places.names import queries as names
from config import ROOT
from tests.support.client import Client

pytestmark = pytest.mark.real_data

GEO = Path(os.environ.get("TORVET_DATA", ROOT / "../shared/data")) / "geo"


def rows(name: str) -> Iterator[dict[str, str]]:
    with (GEO / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


@pytest.fixture
def imported(app: Flask, session: Session) -> str:
    """The twelve, with their boundaries; gives what the import said."""
    actions.seed()
    db.session().commit()
    done = app.test_cli_runner().invoke(args=["places", "import", str(GEO / "bra_municipalities.geojson")])
    assert done.exit_code == 0, done.output
    return done.output


def code_at(row: dict[str, str]) -> str | None:
    found = queries.municipality_at(float(row["center_lon"]), float(row["center_lat"]), within=0)
    return found.code if found else None


def test_the_twelve_are_imported(imported: str) -> None:
    assert imported == "12 boundaries are imported.\n"


def test_the_seeded_facts_are_those_of_the_source() -> None:
    source = {
        (row["code"], row["name"], int(row["population_2021q1"]), float(row["center_lon"]), float(row["center_lat"]))
        for row in rows("bra_municipalities.csv")
    }
    assert {(code, name, people, lon, lat) for code, name, _slug, people, lon, lat in actions.TWELVE} == source


def test_each_centre_falls_in_its_municipality(imported: str) -> None:
    assert [row["name"] for row in rows("bra_municipalities.csv") if code_at(row) != row["code"]] == []


def test_the_centres_of_parishes_fall_in_the_right_municipality(imported: str) -> None:
    found = [(row["name"], code_at(row) == row["municipality_code"]) for row in rows("bra_parishes.csv")]
    wrong = [name for name, right in found if not right]
    assert len(found) == 420
    assert len(wrong) / len(found) <= 0.01, wrong


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "expected"),
    [
        ("Aarhus harbour", 10.2300, 56.1550, "Aarhus"),
        ("Ballen on Samsø", 10.6440, 55.8160, "Samsø"),
        ("Copenhagen", 12.5683, 55.6761, None),
        ("The open Kattegat", 11.3, 56.4, None),
    ],
)
def test_known_places_fall_where_they_lie(
    imported: str, place: str, longitude: float, latitude: float, expected: str | None
) -> None:
    found = queries.municipality_at(longitude, latitude)
    assert (found.name if found else None) == expected, place


def test_the_outlines_are_small_sound_and_attributed(imported: str, client: Client) -> None:
    answer = client.get("/municipalities/outlines.geojson")
    data = answer.get_json(force=True)
    assert len(data["features"]) == 12
    assert len(answer.get_data()) < 60_000
    assert data["attribution"] == "Indeholder data fra Klimadatastyrelsen, DAGI (via DAWA), september 2021"


def test_a_coarse_map_of_the_whole_country_is_refused(app: Flask, session: Session) -> None:
    actions.seed()
    db.session().commit()
    done = app.test_cli_runner().invoke(args=["places", "import", str(GEO / "dk_municipalities_context.geojson")])
    assert done.exit_code == 1
    assert "cannot be used" in done.output


def test_every_postcode_town_and_parish_of_the_region_is_found(imported: str, app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["places", "import-names", str(GEO)]).exit_code == 0
    codes = {row.id: row.code for row in queries.everyone()}
    for row in rows("bra_postcodes.csv"):
        inside = set(row["municipality_land_shares"].replace(":", ";").split(";")) & set(codes.values())
        for words in (row["postcode"], row["name"], f"{row['postcode']} {row['name']}"):
            assert {hit.code for hit in meant(words)} & inside, words
    for row in rows("bra_parishes.csv"):
        assert row["municipality_code"] in {hit.code for hit in meant(f"{row['name']} Sogn")}, row["name"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        *(("8000", "Aarhus"), ("Hornslet", "Syddjurs"), ("ebeltoft", "Syddjurs"), ("Grenå", "Norddjurs")),
        *(
            ("Ry", "Skanderborg"),
            ("8305", "Samsø"),
            ("Bjerringbro", "Viborg"),
            ("Tunø", "Odder"),
            ("Hinnerup", "Favrskov"),
        ),
    ],
)
def test_well_known_towns_lead_straight_to_their_municipality(imported: str, app: Flask, words: str, name: str) -> None:
    app.test_cli_runner().invoke(args=["places", "import-names", str(GEO)])
    assert [row.name for row in meant(words)] == [name]
    assert names.find(words).municipality is not None


def meant(words: str) -> list[Municipality]:
    found = names.find(words)
    return [found.municipality] if found.municipality else [hit.municipality for hit in found.hits]
