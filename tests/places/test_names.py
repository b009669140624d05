"""Somebody writes where they live, in their own way, and finds their municipality."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel import db
from app.places.models import PlaceName
from app.places.names.models import key_of
from tests.factories import places
from tests.support.client import Client, Page
from tests.support.queries import Recorder

POSTCODES = """postcode,name,municipality_land_shares
8305,Samsø,0741:1.0
8543,Hornslet,0706:0.953;0751:0.041
8310,Tranbjerg J,0751:0.992
8000,Aarhus C,0751:1.0
8400,Ebeltoft,0706:1.0
8410,Rønde,0706:1.0
8700,Horsens,0615:0.944;0766:0.054
7100,Vejle,0630:0.893;0766:0.107
2100,København Ø,0101:1.0
"""
PARISHES = """parish_code,name,municipality_code
1001,Ørum,0706
1002,Ørum,0766
1003,Tranebjerg,0741
1004,Rosmus,0706
"""
COMMUNITIES = (
    '{"type": "FeatureCollection", "features": [{"properties": '
    '{"code": "21", "name": "Tranbjerg", "municipality_code": "0751"}, "geometry": null}]}'
)


def folder_with(folder: Path, **files: str) -> Path:
    names = {"postcodes": "bra_postcodes.csv", "parishes": "bra_parishes.csv"}
    for kind, content in files.items():
        (folder / names.get(kind, "aarhus_local_communities.geojson")).write_text(content)
    return folder


def run(app: Flask, folder: Path, *options: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["places", "import-names", str(folder), *options])
    return done.exit_code, done.output or repr(done.exception)


def five() -> None:
    for code, name, slug in (
        ("0751", "Aarhus", "aarhus"),
        ("0706", "Syddjurs", "syddjurs"),
        ("0766", "Hedensted", "hedensted"),
        ("0615", "Horsens", "horsens"),
        ("0741", "Samsø", "samsoe"),
    ):
        places.municipality(code=code, name=name, slug=slug)
    db.session().commit()


@pytest.fixture
def named(app: Flask, session: Session, tmp_path: Path) -> None:
    """Five municipalities and the names of some places in them."""
    five()
    files = {"postcodes": POSTCODES, "parishes": PARISHES, "communities": COMMUNITIES}
    assert run(app, folder_with(tmp_path, **files)) == (0, "13 names of places are imported.\n")


def asked(client: Client, words: str) -> Page:
    return client.get("/municipalities/find", query_string={"q": words})


def listed(page: Page) -> list[str]:
    return [link.text for link in page.all("main .row-title a")]


def test_a_place_is_found_however_it_is_written(named: None, client: Client) -> None:
    for words, slug in [
        *((word, "samsoe") for word in ("Samsø", "samsoe", "SAMSØ KOMMUNE", "sams", " samsö ", "Samso", "8305")),
        *((word, "aarhus") for word in ("8000", "8000 Aarhus C", "DK-8000", "Århus", "arhus", "AARHUS C", "aarhus n")),
        *((word, "aarhus") for word in ("Tranbjerg", "tranbjerg j", "8310")),
        *((word, "syddjurs") for word in ("Hornslet", "hornsl", "8543", "Ebeltoft", "ronde", "Roende", "Rosmus Sogn")),
        ("Horsens", "horsens"),
        ("Ørum, Hedensted", "hedensted"),
        ("oerum, syddjurs", "syddjurs"),
    ]:
        assert asked(client, words).location == f"/municipalities/{slug}", words


def test_a_postcode_across_a_border_lists_both_sides_with_their_shares(named: None, client: Client) -> None:
    page = asked(client, "8700")
    assert listed(page) == ["Horsens", "Hedensted"]
    assert "8700 Horsens" in page.words
    assert "5" in page.words


def test_a_town_that_lies_mostly_elsewhere_is_shown_rather_than_taken_for_granted(named: None, client: Client) -> None:
    page = asked(client, "Vejle")
    assert listed(page) == ["Hedensted"]
    assert "11" in page.words


def test_a_name_that_two_places_share_is_listed_with_both(named: None, client: Client) -> None:
    assert sorted(listed(asked(client, "Ørum"))) == ["Hedensted", "Syddjurs"]


def test_a_beginning_lists_the_municipalities_it_may_be(named: None, client: Client) -> None:
    assert set(listed(asked(client, "h"))) >= {"Horsens", "Hedensted", "Syddjurs"}


def test_a_slip_of_the_pen_is_asked_about(named: None, client: Client) -> None:
    slips = {"Ebletoft": "Syddjurs", "Horsnes": "Horsens", "hornslæt": "Syddjurs", "Århsu": "Aarhus"}
    for words, name in slips.items():
        assert name in listed(asked(client, words)), words


def test_a_place_from_elsewhere_is_answered_with_what_to_do(named: None, client: Client) -> None:
    for words in ("Bornholm", "2100", "0000", "%", "__", "🦆", "sogn", ",", "'; drop table"):
        page = asked(client, words)
        assert page.status_code == 200
        assert len(page.all("main .notice a")) == 5, words
        assert "postnummer" in page.words


def test_a_town_in_the_wrong_municipality_is_asked_about(named: None, client: Client) -> None:
    assert listed(asked(client, "Hornslet, Samsø")) == ["Syddjurs"]


def test_without_an_import_the_municipalities_are_found_and_the_page_says_so(client: Client) -> None:
    five()
    assert asked(client, "samsoe").location == "/municipalities/samsoe"
    assert asked(client, "8000 Aarhus").location == "/municipalities/aarhus"
    page = asked(client, "8543")
    assert "endnu ikke indlæst" in page.words


def test_names_are_suggested_while_they_are_typed(named: None, client: Client) -> None:
    def suggested(words: str) -> list[str]:
        page = client.get("/municipalities/suggestions", query_string={"q": words}, headers={"HX-Request": "true"})
        return [str(option["value"]) for option in page.all("option")][5:]

    assert suggested("horn") == ["8543 Hornslet"]
    assert suggested("87") == ["8700 Horsens"]
    assert suggested("Ørum") == ["Ørum, Syddjurs", "Ørum, Hedensted"]
    assert suggested("%") == suggested("") == []


def test_every_suggestion_leads_somewhere(named: None, client: Client) -> None:
    for words in ("ø", "8", "tran", "r"):
        page = client.get("/municipalities/suggestions", query_string={"q": words}, headers={"HX-Request": "true"})
        for option in page.all("option"):
            answer = asked(client, str(option["value"]))
            assert answer.status_code == 303 or listed(answer), option["value"]


def test_looking_for_a_place_takes_few_queries(named: None, client: Client, queries: Recorder) -> None:
    for words in ("8543", "Ørum", "Ebletoft", "Bornholm"):
        with queries() as seen:
            asked(client, words)
        assert len(seen) <= 8, str(seen)


def test_the_page_names_whom_the_names_are_from(named: None, client: Client) -> None:
    assert "DAGI" in client.get("/municipalities/find").words


def test_an_import_takes_the_place_of_the_one_before(named: None, app: Flask, tmp_path: Path) -> None:
    again = tmp_path / "anew"
    again.mkdir()
    assert run(app, folder_with(again, parishes=PARISHES))[0] == 0
    assert db.session().scalar(select(func.count()).select_from(PlaceName)) == 4


def test_a_check_of_names_changes_nothing(app: Flask, session: Session, tmp_path: Path) -> None:
    five()
    assert run(app, folder_with(tmp_path, parishes=PARISHES), "--check") == (0, "4 names of places are sound.\n")
    assert session.scalar(select(func.count()).select_from(PlaceName)) == 0


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({}, "none of these files"),
        ({"postcodes": "postcode,name,municipality_land_shares\n2100,Østerbro,0101:1\n"}, "None of the names"),
        ({"postcodes": "postcode,name,municipality_land_shares\n80,Aarhus,0751:1\n"}, "2: “80” is no postcode"),
        ({"postcodes": "postcode,name,municipality_land_shares\n8000,-,0751:1\n"}, "is no name"),
        ({"postcodes": "postcode,name,municipality_land_shares\n8000,Aarhus,0751:2\n"}, "not between 0 and 1"),
        ({"postcodes": "postcode,name,municipality_land_shares\n8000,Aarhus,0751:x\n"}, "it needs “postcode”"),
        ({"postcodes": "navn\nAarhus\n"}, "it needs “postcode”"),
        ({"parishes": "parish_code,name,municipality_code\n1,A,0751\n1,B,0751\n"}, "“1” is used twice"),
        ({"parishes": "parish_code,name,municipality_code\n,A,0751\n"}, "it has no code"),
        ({"communities": "[]"}, "cannot be read"),
        ({"communities": "nej"}, "cannot be read"),
    ],
)
def test_faulty_files_end_in_a_list_of_faults_and_change_nothing(
    app: Flask, session: Session, tmp_path: Path, files: dict[str, str], fault: str
) -> None:
    five()
    code, output = run(app, folder_with(tmp_path, **files))
    assert code == 1
    assert fault in output
    assert session.scalar(select(func.count()).select_from(PlaceName)) == 0


def test_a_file_that_is_far_too_large_is_not_read(app: Flask, session: Session, tmp_path: Path) -> None:
    five()
    with (tmp_path / "bra_parishes.csv").open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    assert "larger than 20 MB" in run(app, tmp_path)[1]


def test_names_before_the_seed_say_what_to_run(app: Flask, tmp_path: Path) -> None:
    assert "flask places seed" in run(app, folder_with(tmp_path, parishes=PARISHES))[1]


@pytest.mark.parametrize(
    ("written", "same"),
    [("Århus", "Aarhus C"), ("Ærø", "aeroe"), ("Grenå", "GRENAA"), ("Viby J", "viby"), ("Rønde", "Ronde")],
)
def test_a_name_is_one_however_it_is_spelled(written: str, same: str) -> None:
    assert key_of(written) == key_of(same)


def test_the_names_of_the_twelve_stay_apart() -> None:
    names = ["Aarhus", "Favrskov", "Hedensted", "Horsens", "Norddjurs", "Odder", "Randers", "Samsø", "Syddjurs"]
    assert len({key_of(name) for name in names}) == len(names)
