"""What somebody has typed survives the end of their session, the back button and a second click."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.identity.models import Person
from app.kernel import db
from app.proposals.models import Proposal
from tests.factories import challenges, identity
from tests.factories.identity import PASSWORD
from tests.kernel.test_files import picture
from tests.support.visitor import PHONE, Visitor

pytestmark = pytest.mark.journey

NewVisitor = Callable[..., Visitor]
SignIn = Callable[[Visitor, Person], Visitor]
SEND = "main form[method=post] button[type=submit]:not([name=draft])"


def write(writer: Visitor, title: str) -> None:
    writer.page.locator("main input[name=title]").fill(title)
    writer.page.locator("main textarea[name=body]").fill("En lang bænk af egetræ, hvor fem kan sidde.")


def ideas(title: str) -> list[Proposal]:
    db.session().rollback()
    return list(db.session().scalars(select(Proposal).where(Proposal.title == title)))


def test_an_idea_is_kept_when_the_session_ends_elsewhere_while_it_is_typed(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: SignIn
) -> None:
    person = identity.person(with_password=True)
    challenge = challenges.challenge(title="Steder at sidde i midtbyen").id
    commit()
    phone = sign_in(visitors(viewport=PHONE), person).expecting("401")
    phone.go(f"/proposals/new?challenge={challenge}")
    desk = sign_in(visitors(), person)
    desk.go("/settings/sign-ins")
    with desk.page.expect_navigation():
        desk.page.locator("form[action$='/sign-ins/end-all'] button").click()
    desk.see()

    write(phone, "En bænk ved rådhuset")
    phone.page.locator(SEND).first.click()
    phone.page.wait_for_url(re.compile("/sign-in"))
    phone.see().page.locator("main input[name=email]").fill(str(person.email))
    phone.page.locator("main input[name=password]").fill(PASSWORD)
    phone.page.locator("main form[method=post] button[type=submit]").first.click()
    phone.page.wait_for_url(re.compile(f"/proposals/new\\?challenge={challenge}"))
    assert phone.see().page.locator("main input[name=title]").input_value() == "En bænk ved rådhuset"
    assert "egetræ" in phone.page.locator("main textarea[name=body]").input_value()
    phone.page.locator(SEND).first.click()
    phone.page.wait_for_url(re.compile(r"/proposals/\d+"))
    assert len(ideas("En bænk ved rådhuset")) == 1


def test_a_visitor_finds_text_place_and_pictures_again_after_signing_in(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, tmp_path: Path
) -> None:
    person = identity.person(with_password=True)
    challenge = challenges.challenge(title="Skygge på skolevejen").id
    commit()
    photo = tmp_path / "skolevejen.jpg"
    photo.write_bytes(picture())
    phone = visitors(viewport=PHONE).go(f"/proposals/new?challenge={challenge}")
    write(phone, "Tre lindetræer ved skolen")
    phone.fill("Hvor er det?", "Skolevej 4")
    phone.page.locator("#pictures-0-file").set_input_files(photo)
    phone.page.locator("#pictures-0-alt").fill("Vejen uden skygge")
    phone.page.locator(SEND).first.click()
    phone.page.wait_for_url(re.compile("/sign-in"))
    phone.see().page.locator("main input[name=email]").fill(str(person.email))
    phone.page.locator("main input[name=password]").fill(PASSWORD)
    phone.page.locator("main form[method=post] button[type=submit]").first.click()
    phone.page.wait_for_url(re.compile("/proposals/new"))
    phone.see()
    assert phone.page.locator(".kept-upload").inner_text().startswith("Valgt: skolevejen.jpg")
    assert phone.page.locator("#place_name").input_value() == "Skolevej 4"
    phone.page.locator(SEND).first.click()
    phone.page.wait_for_url(re.compile(r"/proposals/\d+$"))
    (idea,) = ideas("Tre lindetræer ved skolen")
    assert [shown.alt for shown in idea.pictures] == ["Vejen uden skygge"]
    assert phone.see().page.locator(".pictures img").count() == 1


def test_a_double_click_and_the_back_button_make_one_idea(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: SignIn
) -> None:
    person, challenge = identity.person(), challenges.challenge(title="Grønne gårde").id
    commit()
    writer = sign_in(visitors(), person).go(f"/proposals/new?challenge={challenge}")
    write(writer, "Et æbletræ i hver gård")
    writer.page.locator(SEND).first.dblclick()
    writer.page.wait_for_url(re.compile(r"/proposals/\d+$"))
    assert len(ideas("Et æbletræ i hver gård")) == 1
    writer.see().page.go_back()
    writer.page.wait_for_load_state()
    writer.see().page.locator(SEND).first.click()
    writer.page.wait_for_load_state()
    assert len(ideas("Et æbletræ i hver gård")) == 1


def test_back_finds_the_form_that_was_sent_with_an_error_before_it_was_right(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: SignIn
) -> None:
    author = identity.person()
    draft = challenges.draft(author=author).id
    commit()
    writer = sign_in(visitors(), author).expecting("422").go(f"/challenges/{draft}/edit")
    need, title = writer.page.locator("main [name=need]"), writer.page.locator("main [name=title]")
    need.fill("Der er ingen skygge på pladsen.")
    for typed in ("", "Træer på pladsen"):
        title.fill(typed)
        with writer.page.expect_navigation():
            writer.page.get_by_role("button", name="Gem og se den").click()
        writer.see()
    writer.reads("Den er gemt.")
    writer.page.go_back()
    writer.see().reads("Giv udfordringen en titel.")
    assert need.input_value() == "Der er ingen skygge på pladsen."


def test_a_picture_that_is_said_to_be_saved_is_there_after_a_reload_and_after_leaving(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: SignIn, tmp_path: Path
) -> None:
    person, challenge = identity.person(), challenges.challenge(title="Flere steder at bade").id
    commit()
    photo = tmp_path / "molen.jpg"
    photo.write_bytes(picture() + b"\0" * 5 * 1024 * 1024)
    writer = sign_in(visitors(viewport=PHONE), person).go(f"/proposals/new?challenge={challenge}")
    write(writer, "En trappe på molen")
    writer.page.locator("#pictures-0-alt").fill("Molen uden trappe")
    writer.page.locator("#pictures-0-file").set_input_files(photo)
    writer.page.locator(".picture-field img").wait_for()
    writer.reads(re.compile(r"^Gemt kl\. \d\d\.\d\d$"))
    writer.see().page.reload()
    assert writer.see().page.locator(".picture-field img").count() == 1
    assert writer.page.locator("#pictures-0-alt").input_value() == "Molen uden trappe"

    writer.expecting("422").page.locator("main textarea[name=body]").fill("For kort")
    writer.page.locator("#pictures-1-file").set_input_files(
        {"name": "to.jpg", "mimeType": "", "buffer": picture("PNG")}
    )
    writer.page.locator(SEND).first.click()
    writer.page.locator(".error-summary").wait_for()
    writer.see().go("/my").follow("En trappe på molen")
    assert writer.page.locator(".picture-field img").count() == 2
    writer.page.locator("#pictures-1-alt").fill("Molen set fra vandet")
    write(writer, "En trappe på molen")
    writer.page.locator(SEND).first.click()
    writer.page.wait_for_url(re.compile(r"/proposals/\d+$"))
    (idea,) = ideas("En trappe på molen")
    assert [shown.alt for shown in idea.pictures] == ["Molen uden trappe", "Molen set fra vandet"]


def test_a_file_that_is_not_saved_is_never_said_to_be(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: SignIn
) -> None:
    person, challenge = identity.person(), challenges.challenge(title="Plads til cykler").id
    commit()
    writer = sign_in(visitors(), person).go(f"/proposals/new?challenge={challenge}")
    write(writer, "Et tag over cyklerne")
    writer.page.locator("#pictures-0-file").set_input_files(
        {"name": "tag.jpg", "mimeType": "image/jpeg", "buffer": b"intet billede"}
    )
    writer.reads(re.compile(r"^Gemt kl\. \d\d\.\d\d\. Det er ikke et billede"))
    write(writer, "Et tag over alle cyklerne")
    writer.reads(re.compile(r"^Gemt kl\. \d\d\.\d\d\. Det er ikke et billede"))
