"""Nobody chooses a file twice: what was sent with a form that came back is kept for that reader alone, for a day."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel import clock, forms, uploads
from app.kernel.files import StoredFile
from app.kernel.uploads import KeptFile
from app.proposals.models import Proposal
from tests.factories import challenges, identity
from tests.kernel.test_files import located, picture
from tests.support.client import Client, Page

FORM = "main form.form"
WORDS = {"title": "En bænk ved åen", "body": "Der mangler et sted at sidde, når man venter på bussen."}
POLYGLOT = picture() + b"<script>alert(1)</script><?php system($_GET[0]); ?>"


def sent(content: bytes = POLYGLOT, name: str = "bænken.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def kept(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(KeptFile)) or 0


def copies(app: Flask) -> list[Path]:
    folder = Path(app.settings.files_dir)  # type: ignore[attr-defined]
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


@pytest.fixture
def page(client: Client) -> Page:
    """The form of a new idea, opened by a visitor."""
    return client.get(f"/proposals/new?challenge={challenges.challenge().id}")


@pytest.fixture
def refused(client: Client, page: Page) -> Page:
    """The form as it comes back to somebody who gave no title."""
    client.signed_in_as(identity.person())
    answer = client.submit(page, FORM, body=WORDS["body"], **{"pictures-0-file": sent(), "pictures-0-alt": "Åen"})
    assert answer.status_code == 422
    return answer


def test_a_picture_is_kept_when_the_form_comes_back_and_used_when_it_is_sent_again(
    client: Client, session: Session, refused: Page
) -> None:
    assert "Valgt: bænken.jpg" in refused.words
    shown = client.get(str(refused.one(".kept-upload img")["src"]))
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert client.submit(refused, FORM, title=WORDS["title"]).status_code == 303
    (stored,) = session.scalars(select(Proposal)).one().pictures
    assert stored.alt == "Åen"
    assert stored.file.name == "picture.webp"
    assert client.get(f"/files/{stored.file.key}/small").status_code == 200


def test_a_visitor_signs_up_and_finds_text_place_and_pictures_again(
    client: Client, session: Session, page: Page
) -> None:
    asked = client.submit(
        page, FORM, **WORDS, place_name="Ved åen", **{"pictures-0-file": sent(), "pictures-0-alt": "Åen"}
    )
    assert "/sign-in?next=" in asked.location
    person = identity.person(with_password=True)
    done = client.submit(client.get(asked.location), FORM, email=person.email, password=identity.PASSWORD)
    again = client.follow(done)
    assert "Valgt: bænken.jpg" in again.words
    assert again.one("#place_name")["value"] == "Ved åen"
    client.submit(again, FORM)
    idea = session.scalars(select(Proposal)).one()
    assert (idea.title, len(idea.pictures)) == (WORDS["title"], 1)


def test_what_is_kept_goes_with_the_link_of_the_sign_up_into_another_browser(
    app: Flask,
    client: Client,
    another_client: Callable[[], Client],
    mails: Any,
    run_jobs: Callable[[], int],
    session: Session,
    page: Page,
) -> None:
    asked = client.submit(page, FORM, **WORDS, **{"pictures-0-file": sent(), "pictures-0-alt": "Åen"})
    link = asked.location.replace("/sign-in", "/sign-up")
    client.submit(client.get(link), FORM, name="Mette", email="mette@example.org", password=identity.PASSWORD)
    run_jobs()
    letter = mails.to("mette@example.org")[-1].get_body(("plain",)).get_content()
    phone, confirmation = another_client(), letter[letter.index("/sign-up/") :].split()[0]
    done = phone.submit(phone.get(confirmation), FORM, password=identity.PASSWORD)
    assert "Valgt: bænken.jpg" in phone.follow(done).words


def test_a_kept_picture_can_be_removed_or_replaced(client: Client, session: Session, refused: Page) -> None:
    removed = client.submit(refused, FORM, **{"pictures-0-file-drop": "1", "pictures-0-alt": ""})
    assert not removed.all(".kept-upload")
    replaced = client.submit(refused, FORM, **{"pictures-0-file": sent(name="anden.jpg")})
    assert "Valgt: anden.jpg" in replaced.words
    assert "bænken.jpg" not in replaced.words


def test_nobody_else_reaches_what_is_kept(
    another_client: Callable[[], Client], session: Session, refused: Page
) -> None:
    stranger = another_client().signed_in_as(identity.person())
    assert stranger.get(str(refused.one(".kept-upload img")["src"])).status_code == 404
    token = refused.one("[name='pictures-0-file-kept']")["value"]
    theirs = stranger.get("/proposals/new")
    stolen = stranger.post(
        "/proposals/new", data={**WORDS, "csrf_token": stranger.csrf_token(), "pictures-0-file-kept": token}
    )
    assert theirs.status_code == 200
    assert "ikke længere gemt" in stolen.words
    key = session.scalars(select(KeptFile.key)).one()
    assert stranger.get(f"/files/{key}/small").status_code == 404


def test_a_kept_picture_is_used_once_however_often_the_form_is_sent(
    client: Client, session: Session, refused: Page
) -> None:
    for _ in range(2):
        client.submit(refused, FORM, title=WORDS["title"], button="Gem som kladde")
    (idea,) = session.scalars(select(Proposal))
    assert len(idea.pictures) == 1


def test_after_a_day_what_was_kept_is_gone_and_the_form_says_so(
    app: Flask, client: Client, session: Session, run_jobs: Callable[[], int], refused: Page
) -> None:
    row = session.scalars(select(KeptFile)).one()
    row.created_at = clock.now() - timedelta(days=1, minutes=1)
    session.commit()
    key = row.key
    late = client.submit(refused, FORM, title=WORDS["title"])
    assert late.status_code == 422
    assert "ikke længere gemt" in late.words
    forms.clean()
    run_jobs()
    assert kept(session) == 0
    assert not [path for path in copies(app) if path.name.startswith(key)]


def test_a_used_file_stays_when_the_day_is_over(
    client: Client, session: Session, run_jobs: Callable[[], int], refused: Page
) -> None:
    client.submit(refused, FORM, title=WORDS["title"])
    session.scalars(select(KeptFile)).one().created_at -= timedelta(days=2)
    forms.clean()
    run_jobs()
    (stored,) = session.scalars(select(Proposal)).one().pictures
    assert client.get(f"/files/{stored.file.key}/large").status_code == 200
    assert kept(session) == 0


def test_nothing_is_left_of_files_that_nothing_came_of(app: Flask, client: Client, session: Session) -> None:
    before = set(copies(app))
    client.signed_in_as(identity.person())
    page = client.get("/settings/profile")
    assert client.submit(page, FORM, new_photo=sent(), version="999").status_code == 409
    assert client.submit(page, FORM, new_photo=sent(b"<svg onload=alert(1)>")).status_code == 422
    assert kept(session) == 0
    assert set(copies(app)) == before
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "billede.jpg"),
        (b"%PDF-1.7", "billede.jpg"),
        (picture("PNG", (12_000, 12_000)), "bombe.png"),
        (b"MZ\x90\x00", "billede.png"),
    ],
    ids=["script", "mislabelled", "bomb", "program"],
)
def test_hostile_pictures_are_named_beside_their_field_and_never_kept(
    client: Client, session: Session, page: Page, content: bytes, name: str
) -> None:
    client.signed_in_as(identity.person())
    fields = {"pictures-0-file": sent(content, name), "pictures-0-alt": "Åen"}
    answer = client.submit(page, FORM, title="", body=WORDS["body"], **fields)
    assert answer.status_code == 422
    assert answer.all("#pictures-0-file-error")
    assert WORDS["body"] in answer.text
    assert kept(session) == 0


def test_what_is_kept_holds_neither_metadata_nor_what_hid_behind_the_picture(
    app: Flask, client: Client, page: Page
) -> None:
    client.signed_in_as(identity.person())
    for content in (located(), POLYGLOT):
        answer = client.submit(page, FORM, title="", **{"pictures-0-file": sent(content)})
        shown = client.get(str(answer.one(".kept-upload img")["src"])).get_data()
        assert not Image.open(io.BytesIO(shown)).getexif()
    assert copies(app)
    assert not [path for path in copies(app) if b"<script>" in path.read_bytes() or b"Kamera" in path.read_bytes()]


def test_one_session_keeps_so_much_and_the_oldest_go(
    client: Client, session: Session, monkeypatch: pytest.MonkeyPatch, page: Page
) -> None:
    monkeypatch.setattr(uploads, "MOST_FILES", 3)
    client.signed_in_as(identity.person())
    for number in range(5):
        client.submit(page, FORM, title="", **{"pictures-0-file": sent(name=f"{number}.jpg")})
    assert set(session.scalars(select(KeptFile.name))) == {"2.jpg", "3.jpg", "4.jpg"}


def test_a_full_store_keeps_no_more_and_promises_nothing(
    client: Client, session: Session, monkeypatch: pytest.MonkeyPatch, page: Page
) -> None:
    monkeypatch.setattr(uploads, "ROOM", 0)
    client.submit(page, FORM, **WORDS, **{"pictures-0-file": sent(), "pictures-0-alt": "Åen"})
    client.signed_in_as(identity.person())
    assert not client.get("/proposals/new").all(".kept-upload")
    assert not client.submit(page, FORM, title="", **{"pictures-0-file": sent()}).all(".kept-upload")
    assert kept(session) == 0


def test_visitors_files_are_kept_so_many_times_an_hour(
    client: Client, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "TURNED_AWAY", uploads.parse("2 per hour"))
    for number in range(4):
        client.send("/proposals/new", **WORDS, **{"pictures-0-file": sent(name=f"{number}.jpg")})
    assert kept(session) == 2


def test_what_no_form_takes_is_not_kept_for_a_visitor(client: Client, session: Session) -> None:
    client.send("/proposals/new", **WORDS, **{"pictures-0-file": sent(b"MZ\x90", "program.exe")})
    client.send("/proposals/new", **WORDS, **{"pictures-0-file": sent(b"%PDF-1.7", "plan.pdf")})
    assert session.scalars(select(KeptFile.name)).all() == ["plan.pdf"]
    assert client.get("/kept-files/gaet").status_code == 404
