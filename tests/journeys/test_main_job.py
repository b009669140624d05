"""The square's main job, end to end: an idea is posted, supported, reviewed and answered, and becomes a partnership.

Everybody who should hear of it is told by a background job, each once.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from app.activity.models import Activity
from app.identity.models import Person
from app.kernel import db
from app.notifications.models import Notification
from app.organisations.models import MemberRole
from app.proposals.models import Proposal
from tests.factories import challenges, identity, organisations, places
from tests.support.smtp import Mailbox
from tests.support.visitor import PHONE, Visitor

pytestmark = pytest.mark.journey

NewVisitor = Callable[..., Visitor]
SignIn = Callable[[Visitor, Person], Visitor]
IDEA = "Et læskur med bænk ved havnen"


@dataclass
class Town:
    """Who lives here, by id, so that what the journey changes is always read anew."""

    challenge: int
    citizen: Person
    neighbour: Person
    moderator: Person
    owner: Person
    maker: Person
    lender: Person


@pytest.fixture
def town(square: Flask) -> Town:
    home = places.municipality()
    owner = identity.administrator(home, name="Lone Kommune")
    challenge = challenges.challenge(
        title="Et sted at vente på færgen", municipalities=[home], author=owner, owner_municipality=home
    )
    maker, lender = identity.person(name="Rasmus Snedker"), identity.person(name="Ida Udlåner")
    for person, name in ((maker, "Havnens Snedkeri ApS"), (lender, "Havneforeningen")):
        organisation = organisations.organisation(name=name, municipality=home)
        organisations.membership(organisation, person, MemberRole.OWNER)
    people = Town(
        challenge=challenge.id,
        citizen=identity.person(name="Mette Borger"),
        neighbour=identity.person(name="Nils Nabo", language="en"),
        moderator=identity.moderator(home, name="Hanne Moderator"),
        owner=owner,
        maker=maker,
        lender=lender,
    )
    db.session().commit()
    return people


def picture() -> dict[str, object]:
    content = io.BytesIO()
    Image.new("RGB", (640, 480), "#1f6f78").save(content, "JPEG")
    return {"name": "havnen.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def send(visitor: Visitor, button: str | re.Pattern[str]) -> Visitor:
    """Press the button of the form in the page's main part and wait for the page it leads to."""
    with visitor.page.expect_navigation():
        visitor.page.locator("main").get_by_role("button", name=button).first.click()
    return visitor.see()


def press_in_place(visitor: Visitor, button: str | re.Pattern[str]) -> Visitor:
    """Press a button whose answer is put into the page."""
    with visitor.page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        visitor.page.locator("main").get_by_role("button", name=button).first.click()
    assert answered.value.ok
    return visitor.see()


def type_into(visitor: Visitor, **fields: str) -> Visitor:
    for name, text in fields.items():
        visitor.page.locator(f"main [name='{name}']").first.fill(text)
    return visitor


def told(person: Person, kind: str) -> int:
    """How often a person was told of this kind of activity, once the workers have done it."""
    mine = select(func.count()).select_from(Notification).join(Notification.activity)
    mine = mine.where(Notification.person_id == person.id, Activity.kind == kind)
    for _ in range(100):
        db.session().rollback()
        if db.session().scalar(mine):
            break
        time.sleep(0.1)
    return db.session().scalar(mine) or 0


def letters(mails: Mailbox, person: Person, words: str) -> int:
    """How many letters with these words in the subject came, when nothing more is to be expected."""
    for _ in range(50):
        if any(words in str(letter["Subject"]) for letter in mails.to(person.email or "")):
            break
        time.sleep(0.1)
    return sum(words in str(letter["Subject"]) for letter in mails.to(person.email or ""))


def publish_by_keyboard(moderator: Visitor, title: str) -> None:
    moderator.go("/desk/review").follow(re.compile(re.escape(title)))
    moderator.page.wait_for_load_state("networkidle")  # the keys come after the page
    with moderator.page.expect_navigation():
        moderator.page.keyboard.press("p")
    moderator.see()


def the_idea() -> Proposal:
    db.session().rollback()
    return db.session().scalars(select(Proposal).where(Proposal.title == IDEA)).one()


def post_idea(citizen: Visitor, challenge: int) -> None:
    citizen.go(f"/challenges/{challenge}").follow("Skriv en idé")
    type_into(citizen, title=IDEA, body="Et lille skur af genbrugt træ med en bænk, så man kan sidde tørt.")
    type_into(citizen, place_name="Ved færgelejet")
    citizen.page.locator("main input[type=file]").first.set_input_files(picture())
    citizen.page.locator("main [name='pictures-0-alt']").fill("Det tomme færgeleje en regnvejrsdag")
    send(citizen, "Send til gennemsyn")
    citizen.reads(re.compile("i køen"))


def support_and_comment(neighbour: Visitor, idea: int) -> None:
    neighbour.go(f"/proposals/{idea}")
    press_in_place(neighbour, re.compile("^Support"))
    press_in_place(neighbour, re.compile("^Follow"))
    neighbour.page.locator("main summary").filter(has_text="Write a comment").click()
    neighbour.page.locator("main input[name=stance][value=for]").check()
    type_into(neighbour, body="I wait there every morning. Please do it.")
    neighbour.page.get_by_role("button", name="Post the comment").first.click()
    neighbour.reads("I wait there every morning")


def answer(owner: Visitor, idea: int) -> None:
    owner.go(f"/proposals/{idea}/answer")
    owner.page.locator("main input[name=status][value=accepted]").check()
    type_into(owner, body="Vi giver plads ved lejet og søger en partner, der kan bygge det.")
    send(owner, "Offentliggør svaret")


def open_partnership(maker: Visitor, idea: int) -> None:
    maker.go(f"/partnerships/new?proposal={idea}")
    type_into(maker, title="Læskuret ved havnen", summary="Vi bygger et læskur af genbrugt træ.")
    type_into(maker, body="Vi bygger det på værkstedet og sætter det op i marts.")
    maker.page.locator("main select[name=acts_as]").select_option(label="Havnens Snedkeri ApS")
    send(maker, "Send til gennemsyn")


def ask_to_join(lender: Visitor, partnership: str) -> None:
    lender.go(partnership + "/join")
    lender.page.locator("main select[name=acts_as]").select_option(label="Havneforeningen")
    lender.page.locator("main input[name=kind][value=place]").check()
    type_into(lender, role="Låner plads ud", description="Et hjørne af vores kaj")
    send(lender, "Bed om at være med")


def test_an_idea_becomes_a_partnership_and_everybody_hears_of_it_once(
    square: Flask, town: Town, visitors: NewVisitor, sign_in: SignIn, mails: Mailbox
) -> None:
    citizen = sign_in(visitors(viewport=PHONE), town.citizen)
    neighbour = sign_in(visitors(language="en"), town.neighbour)
    moderator, owner = sign_in(visitors(), town.moderator), sign_in(visitors(), town.owner)
    maker, lender = sign_in(visitors(), town.maker), sign_in(visitors(), town.lender)

    post_idea(citizen, town.challenge)
    publish_by_keyboard(moderator, IDEA)
    assert told(town.citizen, "case.publish") == 1
    assert letters(mails, town.citizen, "godkendt") == 1
    citizen.go("/notifications").reads(re.compile("er godkendt"))

    idea = the_idea().id
    support_and_comment(neighbour, idea)
    assert told(town.citizen, "comment.posted") == 1
    assert the_idea().support_count == 1

    answer(owner, idea)
    assert told(town.citizen, "proposal.answered") == 1
    assert told(town.neighbour, "proposal.answered") == 1
    assert letters(mails, town.citizen, "fået svar") == 1

    open_partnership(maker, idea)
    publish_by_keyboard(moderator, "Læskuret ved havnen")
    assert told(town.neighbour, "partnership.opened") == 1, "your support led here"
    path = re.sub(r"^https?://[^/]+", "", maker.go(f"/proposals/{idea}").follow("Læskuret ved havnen").page.url)

    ask_to_join(lender, path)
    assert told(town.maker, "join_request.asked") == 1
    maker.go("/my").follow(re.compile("Havneforeningen"))
    send(maker, "Godkend")
    assert told(town.lender, "join_request.accepted") == 1

    send(maker.go(path), "Begynd arbejdet")
    assert told(town.lender, "partnership.activated") == 1
    maker.go(path).follow("Afslut med et resultat")
    maker.page.locator("main input[name=kind][value=scaled]").check()
    type_into(maker, outcome="Skuret står der, og 40 mennesker bruger det om dagen.", figure="40 om dagen")
    send(maker, "Afslut partnerskabet")
    for person in (town.lender, town.neighbour):
        assert told(person, "partnership.concluded") == 1
    line = citizen.go(f"/proposals/{idea}").page.locator("nav.lineage").inner_text()
    assert "Læskuret ved havnen" in line
    assert "40 om dagen" in line
    visitors().go("/").reads("40 om dagen")
