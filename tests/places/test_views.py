from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.places import ports
from tests.factories import identity, places
from tests.support.client import Client
from tests.support.queries import Recorder


def test_the_list_names_every_municipality_with_its_figures(client: Client) -> None:
    places.municipality(name="Aaby", code="0751", population=352_751)
    places.municipality(name="Viby", code="0791", population=96_679)
    page = client.get("/municipalities")
    names = [heading.get_text(strip=True) for heading in page.all("h2.row-title")]
    assert names == ["Viby", "Aaby"]
    assert "352" in page.words
    assert "FOLK1A" in page.words


def test_without_boundaries_twelve_stones_are_the_map(client: Client) -> None:
    town = places.municipality(code="0741")
    page = client.get("/municipalities")
    assert page.one(".stone-0741 a")["href"] == f"/municipalities/{town.slug}"
    assert not page.all("[data-map]")


def test_with_boundaries_the_map_shows_them_and_their_source(client: Client) -> None:
    town = places.bounded(10.0, 56.0, 10.5, 56.5)
    for path in ("/municipalities", f"/municipalities/{town.slug}"):
        page = client.get(path)
        assert str(page.one("[data-map]")["data-outlines-url"]).startswith("/municipalities/outlines.geojson?v=")
        assert "Prøvekort" in page.words


def test_what_is_open_is_counted_beside_each_municipality(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    here = places.municipality(code="0741").id
    monkeypatch.setattr(ports, "_counters", [lambda: {here: 2}, lambda: {here: 1}])
    assert "3" in client.get("/municipalities").one(".stone-0741 .stone-count").text


def test_the_outlines_are_geojson_that_may_be_kept_and_asked_for_again(client: Client) -> None:
    town = places.bounded(10.0, 56.0, 10.5, 56.5, code="0741", name="Øen")
    answer = client.get("/municipalities/outlines.geojson")
    data = answer.get_json(force=True)
    assert answer.mimetype == "application/geo+json"
    assert "max-age" in answer.headers["Cache-Control"]
    assert data["attribution"] == "Prøvekort"
    (only,) = data["features"]
    assert only["properties"] == {"code": "0741", "name": "Øen", "href": f"/municipalities/{town.slug}"}
    again = client.get("/municipalities/outlines.geojson", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_an_unknown_municipality_is_not_found(client: Client) -> None:
    assert client.get("/municipalities/ingenting").status_code == 404


def test_a_position_leads_to_the_municipality_around_it(client: Client) -> None:
    places.bounded(10.0, 56.0, 10.5, 56.5, slug="her")
    page = client.get("/municipalities/find")
    assert client.submit(page, lat="56.25", lon="10.25").location == "/municipalities/her"
    assert client.submit(page, lat="56.25", lon="10.52").location == "/municipalities/her"
    assert client.submit(page, lat="55.67", lon="12.57").status_code == 422
    assert client.submit(page, lat="nan", lon="inf").status_code == 422
    assert client.submit(page, lat="her", lon="der").status_code == 422


def test_an_administrator_writes_the_welcome_and_others_may_not(client: Client, session: Session) -> None:
    town, elsewhere = places.municipality(), places.municipality()
    path = f"/municipalities/{town.id}/welcome"
    assert client.get(path).status_code == 303
    assert client.signed_in_as(identity.administrator(elsewhere)).get(path).status_code == 403
    assert client.signed_in_as(identity.moderator(town)).get(path).status_code == 403
    client.signed_in_as(identity.administrator(town))
    done = client.submit(client.get(path), welcome="Vi bygger **sammen**.\n\n<script>alert(1)</script>")
    page = client.follow(done)
    assert page.one("main .prose strong").text == "sammen"
    assert not page.all("main .prose script")


def test_two_administrators_never_overwrite_each_other_unseen(client: Client, session: Session) -> None:
    town = places.municipality()
    client.signed_in_as(identity.administrator(town))
    path = f"/municipalities/{town.id}/welcome"
    mine, theirs = client.get(path), client.get(path)
    assert client.submit(theirs, welcome="Deres").status_code == 303
    assert client.submit(mine, welcome="Min").status_code == 409
    session.refresh(town)
    assert town.welcome == "Deres"


def test_a_municipality_is_followed_from_its_page(client: Client) -> None:
    town = places.municipality()
    client.signed_in_as(identity.person())
    path = f"/municipalities/{town.slug}"
    done = client.submit(client.get(path), "main .follow form")
    assert done.location == path
    assert client.get(path).one("main .follow form")["action"].endswith("/end")


def test_the_pages_ask_the_database_a_constant_number_of_times(client: Client, queries: Recorder) -> None:
    town = places.bounded(10.0, 56.0, 10.5, 56.5)
    for _ in range(8):
        places.municipality()
    for path in ("/municipalities", f"/municipalities/{town.slug}"):
        client.get(path)
        with queries() as seen:
            client.get(path)
        assert len(seen) <= 8, str(seen)
