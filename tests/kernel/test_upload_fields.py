"""Every form with a file keeps it: covers, documents, photos, logos and pictures; and what is taken off is gone."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.challenges.models import Attachment, Challenge
from app.kernel.files import StoredFile
from app.organisations.models import MemberRole, Organisation
from tests.factories import challenges, identity, organisations
from tests.kernel.test_uploads import FORM, WORDS, copies, sent
from tests.support.client import Client


def test_cover_photo_and_logo_are_kept_too(client: Client, session: Session) -> None:
    person, firm = identity.person(), organisations.organisation()
    organisations.membership(firm, person, MemberRole.OWNER)
    draft = challenges.draft(author=person)
    client.signed_in_as(person)
    for path, field, wrong, right in (
        (f"/challenges/{draft.id}/edit", "cover", {"title": "", "cover_alt": "Åen"}, {"title": "En ny titel"}),
        ("/settings/profile", "new_photo", {"name": ""}, {"name": "Mette"}),
        (f"/organisations/{firm.id}/edit", "logo", {"name": "", "logo_alt": "Et blad"}, {"name": "Blad ApS"}),
    ):
        came_back = client.submit(client.get(path), FORM, **{field: sent()}, **wrong)
        assert (came_back.status_code, len(came_back.all(".kept-upload"))) == (422, 1), path
        assert client.submit(came_back, FORM, **right).status_code == 303, path
    assert session.get_one(Challenge, draft.id).cover_id is not None
    assert session.get_one(Organisation, firm.id).logo_id is not None
    assert session.get_one(type(person), person.id).photo_id is not None


def test_a_cover_stays_chosen_while_a_phase_is_added(client: Client) -> None:
    draft = challenges.draft(author=identity.person())
    client.signed_in_as(draft.author)
    page = client.get(f"/challenges/{draft.id}/edit")
    grown = client.submit(page, FORM, button="1", cover=sent(), cover_alt="Åen")
    assert (grown.status_code, len(grown.all(".kept-upload"))) == (200, 1)


def test_a_document_is_kept_when_its_name_is_too_long(client: Client, session: Session) -> None:
    challenge = challenges.challenge(author=identity.person())
    client.signed_in_as(challenge.author)
    path, form = f"/challenges/{challenge.id}/documents", "form[enctype]"
    came_back = client.submit(client.get(path), form, file=sent(b"%PDF-1.7", "plan.pdf"), title="x" * 201)
    assert "Valgt: plan.pdf" in came_back.words
    assert client.submit(came_back, form, title="Planen").status_code == 303
    assert session.scalars(select(Attachment.title)).one() == "Planen"


def test_a_picture_kept_as_a_picture_is_no_document(client: Client) -> None:
    challenge = challenges.challenge(author=identity.person())
    client.signed_in_as(challenge.author)
    path = f"/challenges/{challenge.id}/documents"
    refused = client.submit(client.get("/settings/profile"), FORM, name="", new_photo=sent())
    token = refused.one("[name='new_photo-kept']")["value"]
    wrong = client.send(path, once="en", **{"file-kept": token})
    assert wrong.status_code == 422
    assert "hører ikke til her" in wrong.words


def test_what_is_taken_off_a_page_is_taken_off_the_disk_too(
    app: Flask, client: Client, session: Session, run_jobs: Callable[[], int]
) -> None:
    author, firm = identity.person(), organisations.organisation()
    organisations.membership(firm, author, MemberRole.OWNER)
    client.signed_in_as(author)
    challenge = challenges.challenge(author=author)
    draft, path = challenges.draft(author=author), f"/organisations/{firm.id}/edit"
    before = set(copies(app))
    client.submit(client.get(f"/challenges/{draft.id}/edit"), FORM, cover=sent(), cover_alt="Åen")
    client.submit(client.get(f"/challenges/{draft.id}/edit"), FORM, remove_cover="y")
    client.submit(client.get(path), FORM, logo=sent(), logo_alt="Et blad")
    client.submit(client.get(path), FORM, remove_logo="y")
    documents = client.get(f"/challenges/{challenge.id}/documents")
    client.submit(
        client.follow(client.submit(documents, "form[enctype]", file=sent(b"%PDF-1.7", "plan.pdf"))), ".row form"
    )
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    fields = {"pictures-0-file": sent(), "pictures-0-alt": "Åen"}
    saved = client.follow(client.submit(page, FORM, **WORDS, **fields, button="Gem som kladde"))
    client.submit(saved, FORM, **{"pictures-0-remove": "y"}, button="Gem som kladde")
    run_jobs()
    assert set(copies(app)) == before
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0
