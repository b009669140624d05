"""A newcomer makes an account and gets around: by keyboard or finger, in Danish and in English."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from flask import Flask

from tests.factories import identity, places
from tests.factories.identity import PASSWORD
from tests.support.live import Live
from tests.support.smtp import Mailbox
from tests.support.visitor import PHONE, Visitor

pytestmark = pytest.mark.journey

NewVisitor = Callable[..., Visitor]


def link_in(mails: Mailbox, address: str) -> str:
    """The path of the link in the mail to an address, once it has come."""
    for _ in range(150):
        if mails.to(address):
            body = mails.to(address)[-1].get_body(("plain",))
            found = re.search(r"https?://[^/\s]+(/\S+)", body.get_content() if body else "")
            assert found
            return found.group(1)
        time.sleep(0.1)
    raise AssertionError(f"no mail came to {address}")


def fields(language: str) -> dict[str, str]:
    danish = {"name": "Navn", "email": "E-mailadresse", "password": "Adgangskode", "create": "Opret min konto"}
    english = {"name": "Name", "email": "E-mail address", "password": "Password", "create": "Create my account"}
    more = {"da": {"confirm": "Bekræft, og gå videre"}, "en": {"confirm": "Confirm and go on"}}
    return {"da": danish, "en": english}[language] | more[language]


@pytest.mark.parametrize(("language", "viewport"), [("da", PHONE), ("en", {"width": 1280, "height": 900})])
def test_a_visitor_signs_up_without_losing_what_was_typed(
    live: Live, visitors: NewVisitor, mails: Mailbox, language: str, viewport: dict[str, int]
) -> None:
    newcomer = visitors(language=language, viewport=viewport)
    newcomer.go("/proposals/new")
    title = newcomer.page.locator("main form[method=post] input[name=title]").first
    title.fill("Mere skygge på torvet om sommeren")
    newcomer.page.locator("main form[method=post] button[type=submit]").first.click()
    newcomer.page.wait_for_url(re.compile("/sign-in"))
    newcomer.see().page.locator("main a[href^='/sign-up']").click()
    words = fields(language)
    address = f"nabo-{language}@example.org"
    newcomer.see().fill(words["name"], "Nanna Nabo").fill(words["email"], address).fill(words["password"], PASSWORD)
    newcomer.click(words["create"])
    newcomer.go(link_in(mails, address)).click(words["confirm"])
    newcomer.page.wait_for_url(re.compile("/proposals/new"))
    assert newcomer.page.locator("input[name=title]").first.input_value() == "Mere skygge på torvet om sommeren"


def test_every_page_of_an_account_can_be_used(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: Callable[..., Visitor]
) -> None:
    town = places.bounded(10.0, 56.0, 10.5, 56.5)
    person = identity.administrator(town, with_password=True)
    identity.role(person, identity.RoleName.PLATFORM_ADMINISTRATOR)
    commit()
    reader = sign_in(visitors(viewport=PHONE), person)
    for path in (
        *("/settings", "/settings/profile", "/settings/password", "/settings/email", "/settings/sign-ins"),
        *("/settings/erasure", f"/people/{person.id}", "/desk/roles", "/desk/roles/trail", "/desk/mails"),
        *(f"/municipalities/{town.id}/welcome", "/municipalities/find"),
    ):
        reader.go(path)
        assert reader.heading


def test_a_role_is_offered_by_mail_and_accepted_by_somebody_new(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: Callable[..., Visitor], mails: Mailbox
) -> None:
    town = places.municipality(name="Rollekøbing")
    boss = identity.administrator(town, name="Anne Administrator")
    commit()
    desk = sign_in(visitors(), boss).go("/desk/roles")
    address = "karen-ny@example.org"
    desk.fill("E-mailadresse", address).click("Send tilbuddet").reads(f"Vi har skrevet til {address}.")
    link = link_in(mails, address)
    mails.clear()
    karen = visitors(viewport=PHONE)
    karen.go(link).reads("Vil du være moderator i Rollekøbing Kommune?")
    karen.page.locator("main a[href^='/sign-up']").click()
    karen.see().fill("Navn", "Karen Ny").fill("E-mailadresse", address).fill("Adgangskode", PASSWORD)
    karen.click("Opret min konto")
    karen.go(link_in(mails, address)).click("Bekræft, og gå videre")
    karen.page.wait_for_url(re.compile("/role-offers/"))
    karen.see().click("Sig ja til rollen").reads("Du har nu denne rolle: Moderator, Rollekøbing.")
    assert karen.expecting("410").go(link).heading == "Du har sagt ja til tilbuddet"
    desk.go("/desk/roles").reads("Karen Ny")
    desk.go("/desk/roles/trail").reads("Tilbud accepteret")


def test_an_offer_that_is_not_ones_own_says_what_to_do(
    square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: Callable[..., Visitor]
) -> None:
    town = places.municipality()
    identity.offer(identity.administrator(town), town, token="til-en-anden", email="en.anden@example.org")
    stranger = identity.person(language="en")
    commit()
    reader = sign_in(visitors(viewport=PHONE, language="en"), stranger)
    assert reader.go("/role-offers/til-en-anden").heading == "This offer was sent to another address"
    reader.page.locator("main form[action='/sign-out'] button").click()
    assert (
        reader.expecting("410").go("/role-offers/til-en-anden").click("No thanks").heading == "The answer was no thanks"
    )


def test_the_map_leads_to_the_page_of_a_municipality(
    square: Flask, commit: Callable[[], None], visitor: Visitor
) -> None:
    town = places.bounded(9.0, 55.5, 9.5, 56.0, name="Kortby")
    commit()
    visitor.go("/municipalities")
    visitor.page.locator("#municipalities-map path.outline").first.wait_for()
    visitor.follow("Kortby", exact=True)
    assert visitor.path == f"/municipalities/{town.slug}"
    visitor.page.locator("#municipality-map path.outline-chosen").wait_for()


def test_a_position_is_used_when_it_is_offered(square: Flask, commit: Callable[[], None], visitor: Visitor) -> None:
    town = places.bounded(8.0, 55.0, 8.5, 55.5, name="Positionsby")
    commit()
    visitor.context.grant_permissions(["geolocation"])
    visitor.context.set_geolocation({"latitude": 55.25, "longitude": 8.25})
    visitor.go("/municipalities/find").click("Brug min position")
    visitor.reads("Din position er markeret på kortet.")
    visitor.click("Find", exact=True)
    assert visitor.path == f"/municipalities/{town.slug}"
