"""The pictures of a draft: what the page says is saved is saved, once, however the form was sent."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.files import StoredFile
from app.kernel.settings import settings
from app.proposals.models import Proposal, ProposalState
from config import Config
from tests.factories import challenges, identity, places
from tests.support.client import Client, Page
from tests.support.ideas import BODY, ELSEWHERE, SQUARE, TITLE, fill, picture, the_idea

WITH_PICTURE: dict[str, Any] = {"pictures-0-alt": "Den tomme plads"}
AUTOSAVE = {"Accept": "application/json"}


def another() -> tuple[io.BytesIO, str]:
    content = io.BytesIO()
    Image.new("RGB", (90, 60), "blue").save(content, "PNG")
    content.seek(0)
    return content, "havnen.png"


def save_itself(client: Client, path: str, page: Page, **fields: Any) -> dict[str, Any]:
    """What the form sends while it is written, and what it is answered."""
    once = page.all("[name=once]")[0].get("value", "")
    words = {"title": TITLE, "body": BODY, "once": once, "version": "1", "csrf_token": client.csrf_token()}
    words["challenge_id"] = page.one("[name=challenge_id]").get("value", "")
    answer = client.post(path, data=words | fields, headers=AUTOSAVE, content_type="multipart/form-data")
    assert answer.status_code == 200, answer.text
    saved: dict[str, Any] = answer.get_json()
    return saved


@pytest.fixture
def page(client: Client) -> Page:
    """The form of a new idea, opened by somebody signed in."""
    challenge = challenges.challenge()
    client.signed_in_as(identity.person())
    return client.get(f"/proposals/new?challenge={challenge.id}")


@pytest.fixture
def draft(client: Client, page: Page, session: Session) -> Page:
    """The form of a draft that has saved itself once."""
    saved = save_itself(client, "/proposals/drafts", page)
    return client.get(saved["action"])


@pytest.mark.parametrize("fault", [{"body": "For kort"}, {"pictures-0-alt": ""}, {"title": ""}])
def test_a_draft_that_cannot_be_sent_keeps_its_words_and_pictures(
    client: Client, session: Session, draft: Page, fault: dict[str, str]
) -> None:
    words = WITH_PICTURE | {"place_name": "Havnen"} | fault
    refused = fill(client, draft, **{"pictures-0-file": picture()}, **words)
    assert refused.status_code == 422
    assert len(refused.all(".picture-field img")) == 1
    idea = the_idea(session)
    assert (idea.state, idea.place_name, len(idea.pictures)) == (ProposalState.DRAFT, "Havnen", 1)
    found = client.get(f"/proposals/{idea.id}/edit")
    assert len(found.all(".picture-field img")) == 1
    assert found.one("#pictures-0-alt").get("value", "") == words["pictures-0-alt"]


def test_a_mark_in_the_wrong_municipality_loses_no_picture(client: Client, session: Session) -> None:
    from app.kernel import clock

    here = places.municipality(name="Herby", boundary=SQUARE, boundary_at=clock.now())
    places.municipality(name="Dérby", boundary=ELSEWHERE, boundary_at=clock.now())
    challenge = challenges.challenge(municipalities=[here])
    client.signed_in_as(identity.person())
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    draft = client.get(save_itself(client, "/proposals/drafts", page)["action"])
    wrong = fill(client, draft, latitude="56.5", longitude="8.5", **WITH_PICTURE, **{"pictures-0-file": picture()})
    assert wrong.status_code == 422
    assert len(the_idea(session).pictures) == 1


def test_a_refused_draft_that_is_sent_again_has_each_picture_once(
    client: Client, session: Session, draft: Page
) -> None:
    for _ in range(2):
        files = {"pictures-0-file": picture(), "pictures-1-file": another(), "pictures-1-alt": "Havnen"}
        refused = fill(client, draft, body="For kort", **WITH_PICTURE, **files)
    assert fill(client, refused, **{"pictures-1-alt": "Havnen om aftenen"}).status_code == 303
    idea = the_idea(session)
    assert [shown.alt for shown in idea.pictures] == ["Den tomme plads", "Havnen om aftenen"]
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 2


def test_a_picture_that_was_kept_follows_the_form_when_it_saves_itself(
    client: Client, session: Session, page: Page
) -> None:
    refused = fill(client, page, body="For kort", **WITH_PICTURE, **{"pictures-0-file": picture()})
    assert "Valgt: billede.png" in refused.words
    token = str(refused.one("[name='pictures-0-file-kept']")["value"])
    for _ in range(2):
        saved = save_itself(client, "/proposals/drafts", refused, **WITH_PICTURE, **{"pictures-0-file-kept": token})
        assert saved["fault"] == ""
        assert "<img" in saved["parts"]["pictures-0"]
    assert [shown.alt for shown in the_idea(session).pictures] == ["Den tomme plads"]
    assert len(client.get(saved["action"]).all(".picture-field img")) == 1
    assert fill(client, refused, **{"pictures-0-alt": "Pladsen"}).status_code == 303
    assert [shown.alt for shown in the_idea(session).pictures] == ["Pladsen"]


def test_a_picture_that_was_chosen_is_saved_with_the_draft(client: Client, session: Session, draft: Page) -> None:
    path = str(draft.form("main form.form")["data-autosave-url"])
    saved = save_itself(client, path, draft, **WITH_PICTURE, **{"pictures-0-file": picture()})
    assert len(the_idea(session).pictures) == 1
    assert "pictures-0-remove" in saved["parts"]["pictures-0"]
    again = save_itself(client, path, draft, **WITH_PICTURE, **{"pictures-0-file": picture()})
    assert len(the_idea(session).pictures) == 1
    assert again["fault"] == ""


def test_a_file_that_cannot_be_saved_is_named_when_the_rest_is(client: Client, session: Session, draft: Page) -> None:
    path = str(draft.form("main form.form")["data-autosave-url"])
    hostile = (io.BytesIO(b"<svg onload=alert(1)>"), "billede.png")
    saved = save_itself(client, path, draft, place_name="Havnen", **{"pictures-0-file": hostile})
    assert "ikke et billede" in saved["fault"]
    assert saved["parts"] == {}
    assert (the_idea(session).place_name, the_idea(session).pictures) == ("Havnen", [])


def test_what_saves_itself_takes_no_picture_away(client: Client, session: Session, draft: Page) -> None:
    path = str(draft.form("main form.form")["data-autosave-url"])
    save_itself(client, path, draft, **WITH_PICTURE, **{"pictures-0-file": picture()})
    (shown,) = the_idea(session).pictures
    save_itself(client, path, draft, **{"pictures-0-id": shown.id, "pictures-0-remove": "y"})
    assert len(the_idea(session).pictures) == 1
    refused = fill(client, client.get(f"/proposals/{the_idea(session).id}/edit"), body="", **{"pictures-0-remove": "y"})
    assert refused.one("#pictures-0-remove").has_attr("checked")
    fill(client, refused)
    assert the_idea(session).pictures == []


def test_a_kept_picture_that_is_taken_back_is_not_saved(client: Client, session: Session, page: Page) -> None:
    refused = fill(client, page, body="For kort", **WITH_PICTURE, **{"pictures-0-file": picture()})
    fill(client, refused, **{"pictures-0-file-drop": "1", "pictures-0-alt": ""}, button="Gem som kladde")
    assert the_idea(session).pictures == []


def test_a_kept_picture_that_is_taken_back_does_not_save_itself(client: Client, session: Session, page: Page) -> None:
    refused = fill(client, page, body="For kort", **WITH_PICTURE, **{"pictures-0-file": picture()})
    kept = refused.one("[name='pictures-0-file-kept']")["value"]
    saved = save_itself(
        client, "/proposals/drafts", page, **{"pictures-0-file-kept": kept, "pictures-0-file-drop": "1"}
    )
    assert (saved["fault"], the_idea(session).pictures) == ("", [])


def test_a_kept_picture_that_the_draft_has_already_is_taken_back_by_the_same_form(
    client: Client, session: Session, page: Page
) -> None:
    refused = fill(client, page, body="For kort", **WITH_PICTURE, **{"pictures-0-file": picture()})
    fill(client, refused, button="Gem som kladde", **WITH_PICTURE)
    assert len(the_idea(session).pictures) == 1
    fill(client, refused, button="Gem som kladde", **{"pictures-0-file-drop": "1"})
    assert the_idea(session).pictures == []


def test_every_fault_of_a_picture_stands_in_the_summary(client: Client, page: Page) -> None:
    refused = fill(client, page, **{"pictures-1-file": picture()})
    (link,) = refused.all(".error-summary a")
    assert link["href"] == "#pictures-1-alt"
    assert refused.one(str(link["href"]))["aria-invalid"] == "true"
    for button in ("Send til gennemsyn", "Gem som kladde"):
        fields = {"pictures-0-file": (io.BytesIO(b"<svg>"), "billede.png"), "pictures-0-alt": "Noget"}
        refused = fill(client, page, **fields, button=button)
        assert [link["href"] for link in refused.all(".error-summary a")] == ["#pictures-0-file"], button


def test_a_file_that_is_too_large_is_named_beside_its_field_and_nothing_typed_is_lost(
    app: Flask, client: Client, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "settings", replace(settings(app), max_upload_bytes=100_000))
    large = (io.BytesIO(b"\xff\xd8" + b"x" * 100_000), "stort.jpg")
    refused = fill(client, page, **WITH_PICTURE, **{"pictures-0-file": large})
    assert refused.status_code == 422
    assert "»stort.jpg« er for stor: en fil må højst fylde 0 MB" in refused.one("#pictures-0-file-error").get_text()
    assert refused.one("#title")["value"] == TITLE
    assert "Højst 12 MB." in page.one("#pictures-0-file-hint").get_text()


def test_a_request_holds_as_many_files_as_the_form_invites(app: Flask, page: Page) -> None:
    room = app.config["MAX_CONTENT_LENGTH"]
    assert room > len(page.all("main input[type=file]")) * Config().max_upload_bytes


def test_a_draft_that_was_sent_meanwhile_is_not_changed_by_an_old_page(
    client: Client, session: Session, draft: Page
) -> None:
    fill(client, draft, title="En helt ny titel", button="Gem som kladde")
    refused = fill(client, draft, title="En gammel titel", body="For kort")
    assert refused.status_code == 422
    assert session.scalars(select(Proposal.title)).one() == "En helt ny titel"


def test_a_draft_with_a_picture_that_is_not_described_is_not_sent(
    client: Client, session: Session, draft: Page
) -> None:
    fill(client, draft, **{"pictures-0-file": picture(), "pictures-0-alt": ""})
    idea = the_idea(session)
    assert client.send(f"/proposals/{idea.id}/send").location == f"/proposals/{idea.id}/edit"
    assert idea.state == ProposalState.DRAFT
