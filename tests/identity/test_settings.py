from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity import ports
from app.identity.models import ERASED_NAME, MailToken, Person, Role, SignIn
from app.kernel.files import StoredFile
from app.kernel.mail import OutgoingMail
from tests.factories import identity, places
from tests.factories.identity import PASSWORD
from tests.support.client import Client, Page
from tests.support.smtp import Mailbox

LinkTo = Callable[[str], str]
Form = Callable[..., Page]
More = Callable[[], Client]


def picture() -> tuple[io.BytesIO, str]:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(buffer, "PNG")
    buffer.seek(0)
    return buffer, "mig.png"


def test_a_profile_is_saved_with_photo_and_municipality(client: Client, session: Session) -> None:
    town, person = places.municipality(name="Prøvekøbing"), identity.person()
    client.signed_in_as(person)
    page = client.get("/settings/profile")
    fields = {"name": "  Mette   Lund ", "about": "Jeg bor ved **åen**.", "municipality_id": str(town.id)}
    assert client.submit(page, **fields, new_photo=picture(), language="da").location == "/settings"
    seen = client.get(f"/people/{person.id}")
    assert seen.heading == "Mette Lund"
    assert seen.one("main .prose strong").text == "åen"
    assert seen.one("main img.avatar")
    assert "Prøvekøbing" in seen.words
    assert str(person.email) not in seen.text


def test_a_photo_is_taken_down_again_and_its_copies_with_it(
    client: Client, session: Session, app: Flask, run_jobs: Callable[[], int]
) -> None:
    person = identity.person()
    client.signed_in_as(person)
    client.submit(client.get("/settings/profile"), new_photo=picture())
    run_jobs()
    session.refresh(person)
    folder = Path(app.settings.files_dir)
    key = str(person.photo.key) if person.photo else ""
    assert len(list(folder.rglob(f"{key}-*"))) == 3
    client.submit(client.get("/settings/profile"), without_photo="y")
    run_jobs()
    session.refresh(person)
    assert person.photo is None
    assert not list(folder.rglob(f"{key}-*"))


def test_a_file_that_is_no_picture_is_refused_and_the_text_stays(client: Client) -> None:
    client.signed_in_as(identity.person())
    page = client.submit(
        client.get("/settings/profile"),
        about="Min tekst",
        new_photo=(io.BytesIO(b"<script>alert(1)</script>"), "mig.png"),
    )
    assert page.status_code == 422
    assert "Min tekst" in page.one("#about").text


def test_a_profile_changed_elsewhere_is_not_overwritten(client: Client, session: Session) -> None:
    person = identity.person()
    client.signed_in_as(person)
    mine, theirs = client.get("/settings/profile"), client.get("/settings/profile")
    client.submit(theirs, about="Først")
    assert client.submit(mine, about="Sidst").status_code == 409


def test_script_in_a_profile_comes_out_as_text(client: Client) -> None:
    person = identity.person(
        name="<img src=x onerror=alert(1)>", about="<script>alert(1)</script>[x](javascript:alert(1))"
    )
    page = client.get(f"/people/{person.id}")
    assert not page.all("main script")
    assert not page.all('main a[href^="javascript"]')
    assert page.heading == "<img src=x onerror=alert(1)>"


def test_a_new_password_needs_the_old_one_and_ends_other_sign_ins(
    client: Client, another_client: More, sign_in: Form, mails: Mailbox, run_jobs: Callable[[], int]
) -> None:
    person = identity.person(with_password=True)
    elsewhere = another_client().signed_in_as(person)
    client.signed_in_as(person)
    page = client.get("/settings/password")
    new = "fire glade gulerødder"
    assert client.submit(page, current_password="forkert", password=new).status_code == 422
    assert client.submit(page, current_password=PASSWORD, password="password123").status_code == 422
    assert client.submit(page, current_password=PASSWORD, password=new).status_code == 303
    assert client.get("/settings").status_code == 200
    assert elsewhere.get("/settings").status_code == 303
    assert sign_in(another_client(), person, new).status_code == 303
    run_jobs()
    assert len(mails.to(str(person.email))) == 1


@pytest.mark.parametrize("way", ["change", "reset", "address"])
def test_a_new_password_or_address_voids_every_link_that_was_mailed_before(
    client: Client, session: Session, link_to: LinkTo, way: str
) -> None:
    person = identity.person(email="gammel@example.org", with_password=True)
    client.submit(client.get("/forgotten-password"), email="gammel@example.org")
    reset = link_to("gammel@example.org")
    client.signed_in_as(person)
    client.submit(client.get("/settings/email"), email="ny@example.org", current_password=PASSWORD)
    move = link_to("ny@example.org")
    new = "fire glade gulerødder"
    if way == "change":
        client.submit(client.get("/settings/password"), current_password=PASSWORD, password=new)
    elif way == "reset":
        client.signed_out()
        client.submit(client.get(reset), password=new)
    else:
        client.submit(client.get(move))
    assert [client.get(path).status_code for path in (reset, move)] == [410, 410]


def test_a_new_address_counts_once_its_link_is_followed_and_the_old_one_is_told(
    client: Client, session: Session, link_to: LinkTo, mails: Mailbox, run_jobs: Callable[[], int]
) -> None:
    person = identity.person(email="gammel@example.org", with_password=True)
    client.signed_in_as(person)
    page = client.get("/settings/email")
    assert client.submit(page, email="ny@example.org", current_password="forkert").status_code == 422
    assert client.submit(page, email="Ny@example.org", current_password=PASSWORD).status_code == 303
    path = link_to("ny@example.org")
    session.refresh(person)
    assert person.email == "gammel@example.org"
    assert client.submit(client.get(path)).status_code == 303
    session.refresh(person)
    assert person.email == "ny@example.org"
    run_jobs()
    assert len(mails.to("gammel@example.org")) == 1
    assert client.get(path).status_code == 410


def test_the_address_of_another_gets_the_same_answer_and_stays_with_its_owner(
    client: Client, mails: Mailbox, run_jobs: Callable[[], int], session: Session
) -> None:
    identity.person(email="anden@example.org")
    client.signed_in_as(identity.person(with_password=True))
    taken = client.submit(client.get("/settings/email"), email="anden@example.org", current_password=PASSWORD)
    free = client.submit(client.get("/settings/email"), email="fri@example.org", current_password=PASSWORD)
    assert (taken.status_code, taken.location) == (free.status_code, free.location)
    run_jobs()
    assert len(mails.to("anden@example.org")) == 1
    assert session.scalar(select(func.count(MailToken.id))) == 1


def test_an_address_taken_in_the_meantime_is_not_taken_over(client: Client, link_to: LinkTo, session: Session) -> None:
    person = identity.person(email="min@example.org", with_password=True)
    client.signed_in_as(person)
    client.submit(client.get("/settings/email"), email="begge@example.org", current_password=PASSWORD)
    path = link_to("begge@example.org")
    page = client.get(path)
    identity.person(email="begge@example.org")
    assert client.submit(page).status_code == 410
    session.refresh(person)
    assert person.email == "min@example.org"


def test_the_export_holds_what_identity_and_later_features_hold(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = places.municipality(name="Prøvekøbing")
    person = identity.moderator(town, name="Mette Lund", about="Om mig", municipality_id=town.id)
    monkeypatch.setitem(ports._exporters, "ideas", lambda person_id: [{"title": "Mere skygge", "by": person_id}])
    client.signed_in_as(person)
    answer = client.get("/settings/export")
    data = json.loads(answer.text)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert (data["account"]["name"], data["account"]["municipality"]) == ("Mette Lund", "Prøvekøbing")
    assert data["roles"][0]["role"] == "moderator"
    assert data["sign_ins"][0]["browser"] == "Firefox"
    assert data["ideas"] == [{"title": "Mere skygge", "by": person.id}]
    assert "password" not in answer.text


def test_erasure_leaves_a_row_with_nothing_personal_in_it(
    client: Client, session: Session, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    town = places.municipality()
    person = identity.moderator(town, email="slet@example.org", with_password=True, about="Om mig")
    person_id = person.id
    told: list[int] = []
    monkeypatch.setattr(ports, "_erasers", [told.append])
    client.signed_in_as(person)
    client.submit(client.get("/settings/profile"), new_photo=picture(), municipality_id=str(town.id))
    client.submit(client.get("/settings/email"), email="nyt@example.org", current_password=PASSWORD)
    key = session.scalars(select(StoredFile.key)).one()
    page = client.get("/settings/erasure")
    assert client.submit(page, current_password="forkert").status_code == 422
    assert client.submit(page, current_password=PASSWORD).location == "/"
    run_jobs()
    row = session.get_one(Person, person_id)
    assert told == [person_id]
    assert (row.name, row.email, row.password_hash, row.about) == (ERASED_NAME, None, None, "")
    assert (row.municipality_id, row.photo_id, row.email_verified_at) == (None, None, None)
    for table in (SignIn, MailToken, StoredFile):
        assert session.scalar(select(func.count()).select_from(table)) == 0, table
    letters = session.scalars(select(OutgoingMail.address).where(OutgoingMail.person_id == person_id))
    assert not list(letters)
    assert session.scalars(select(Role.ended_at)).one() is not None
    assert client.get("/settings").status_code == 303
    assert client.get(f"/people/{person_id}").status_code == 404
    assert not list(Path(app.settings.files_dir).rglob(f"{key}-*"))


def test_an_erased_address_is_free_for_a_new_account(client: Client, sign_up: Form, link_to: LinkTo) -> None:
    person = identity.person(email="igen@example.org", with_password=True)
    client.signed_in_as(person)
    client.submit(client.get("/settings/erasure"), current_password=PASSWORD)
    sign_up(client, "igen@example.org")
    assert client.submit(client.get(link_to("igen@example.org"))).status_code == 303


def test_whoever_alone_carries_something_settles_it_before_the_erasure(
    client: Client, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = identity.person(with_password=True)
    monkeypatch.setattr(ports, "_hindrances", [lambda person_id: ["Du er den eneste ejer af Prøvefirma ApS."]])
    client.signed_in_as(person)
    page = client.get("/settings/erasure")
    assert "Du er den eneste ejer af Prøvefirma ApS." in page.words
    assert not page.all("main form")
    assert client.send("/settings/erasure", current_password=PASSWORD).status_code == 403
    session.refresh(person)
    assert not person.erased


def test_the_last_platform_administrator_cannot_be_erased(client: Client, session: Session) -> None:
    person = identity.platform_administrator(with_password=True)
    client.signed_in_as(person)
    assert client.submit(client.get("/settings/erasure"), current_password=PASSWORD).status_code == 403
    identity.platform_administrator()
    assert client.submit(client.get("/settings/erasure"), current_password=PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "/settings",
        "/settings/profile",
        "/settings/password",
        "/settings/email",
        "/settings/sign-ins",
        "/settings/export",
        "/settings/erasure",
    ],
)
def test_a_visitor_is_led_to_the_sign_in_and_back(client: Client, path: str) -> None:
    assert client.get(path).location == f"/sign-in?next={path.replace('/', '%2F')}"
