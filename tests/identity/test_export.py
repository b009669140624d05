"""The export of one's own data is all that the square holds on somebody."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app.identity.ports import exported_columns
from app.kernel import db
from app.kernel.files import StoredFile
from app.moderation.models import DecisionKind
from app.proposals.models import Picture
from tests.factories import identity, moderation, partnerships, places, proposals
from tests.support.client import Client

NOT_EXPORTED: dict[str, str] = {}
"""Columns that name a person and are not exported: "table.column", and why."""


def taken(client: Client, person: Any) -> Any:
    return client.signed_in_as(person).get("/settings/export").json


def test_every_column_that_names_a_person_is_exported_or_excused(app: Flask) -> None:
    tables = db.Base.metadata.tables.values()
    named = {
        f"{key.parent.table.name}.{key.parent.name}"
        for table in tables
        for key in table.foreign_keys
        if key.target_fullname == "people.id"
    }
    assert named - exported_columns - set(NOT_EXPORTED) == set()
    assert exported_columns <= named, "what is said to be exported exists"


def test_an_idea_is_taken_along_with_its_place_and_its_pictures(client: Client) -> None:
    author = identity.person()
    town = places.municipality(name="Prøvekøbing")
    idea = proposals.proposal(
        author=author, challenge=None, municipality=town, place_name="Havnen", longitude=10.2, latitude=56.1
    )
    sent = StoredFile(key="abc", name="picture.webp", media_type="image/webp", size=9, width=9, height=9)
    sent.created_by_id = author.id
    idea.pictures.append(Picture(file=sent, alt="En bænk"))
    db.session().flush()
    data = taken(client, author)
    told = {"title": idea.title, "body": idea.body, "place_name": "Havnen", "longitude": 10.2, "latitude": 56.1}
    assert (told | {"municipality": "Prøvekøbing"}).items() <= data["proposals"][0].items()
    assert data["proposal_pictures"][0]["alt"] == "En bænk"
    (file,) = data["files"]
    assert file["id"] == data["proposal_pictures"][0]["file_id"]
    assert file["address"] == "http://localhost/files/abc/large"


def test_the_photo_has_an_address_that_can_be_opened(client: Client) -> None:
    photo = StoredFile(key="def", name="picture.webp", media_type="image/webp", size=9, width=9, height=9)
    person = identity.person(photo=photo)
    assert taken(client, person)["account"]["photo"] == "http://localhost/files/def/large"


def test_a_request_to_join_is_taken_along_with_its_contribution_and_a_partner_with_theirs(client: Client) -> None:
    person = identity.person()
    asked = partnerships.request(
        partnerships.partnership(), person=person, pledge_description="Tre sensorer", message="Jeg bor der."
    )
    partnerships.pledge(partnerships.partner(partnerships.partnership(), person=person), description="To dage")
    data = taken(client, person)
    offered = {"message": "Jeg bor der.", "pledge_kind": "hours", "pledge_description": "Tre sensorer"}
    assert offered.items() <= data["join_requests"][0].items()
    assert float(data["join_requests"][0]["pledge_amount"]) == 40 == float(data["contributions"][0]["amount"])
    assert data["contributions"][0]["description"] == "To dage"
    assert data["join_requests"][0]["partnership_id"] == asked.partnership_id


def test_the_words_of_others_and_who_reported_it_stay_out(client: Client) -> None:
    author, reporter = identity.person(), identity.person()
    case = moderation.case(author_id=author.id)
    moderation.report(case, reporter_id=reporter.id, details="Min nabo skrev det.")
    moderation.decision(case, DecisionKind.DISMISS_REPORTS, reason="Til anmelderen.")
    moderation.decision(case, DecisionKind.REQUEST_CHANGES, reason="Til forfatteren.")
    text = client.signed_in_as(author).get("/settings/export").get_data(as_text=True)
    assert "Til forfatteren." in text
    assert all(words not in text for words in ("Min nabo", "Til anmelderen.", "token_hash", "open_reports"))
