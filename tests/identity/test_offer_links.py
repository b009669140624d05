"""The page behind the link in the offer of a role: who may answer, how, and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, Unauthorized

from app.activity.models import Activity
from app.identity import actions
from app.identity.models import OfferOutcome, Person, Role, RoleOffer
from app.kernel import clock
from app.kernel.access import VISITOR
from app.kernel.mail import OutgoingMail
from app.places.models import Municipality
from tests.factories import identity
from tests.factories.identity import PASSWORD
from tests.support.client import Client, Page
from tests.support.english import EnglishClient
from tests.support.smtp import Mailbox

KAREN = "karen@example.org"
ACCEPT, DECLINE = "main form[action='/role-offers/karen']", "main form[action='/role-offers/karen/refusal']"
LinkTo = Callable[[str], str]


@pytest.fixture
def client(app: Flask) -> Client:
    return EnglishClient(app, Page, use_cookies=True)


def roles_of(session: Session, person: Person) -> list[tuple[str, int | None, int | None]]:
    held = select(Role).where(Role.person_id == person.id, Role.ended_at.is_(None)).order_by(Role.id)
    return [(role.name.value, role.municipality_id, role.given_by_id) for role in session.scalars(held)]


def test_a_role_that_is_offered_by_mail_begins_when_it_is_accepted(
    client: Client, session: Session, boss: Person, town: Municipality, mails: Mailbox, link_to: LinkTo
) -> None:
    karen = identity.person(name="Karen Udvalgt", email=KAREN, language="en")
    page = client.signed_in_as(boss).get("/desk/roles")
    page = client.follow(client.submit(page, "#offer-form", email=" Karen@Example.org "))
    assert f"We have written to {KAREN}. The role begins when they say yes." in page.words
    assert roles_of(session, karen) == []
    link = link_to(KAREN)
    shown = client.signed_in_as(karen).get(link)
    assert shown.heading == "Will you be a moderator in Prøvekøbing?"
    assert "Chefen offers you the role." in shown.words
    accepted = client.submit(shown, f"main form[action='{link}']")
    assert accepted.location == "/my"
    assert "You now hold this role: Moderator, Prøvekøbing." in client.follow(accepted).words
    assert roles_of(session, karen) == [("moderator", town.id, boss.id)]
    assert session.scalars(select(Activity.kind)).all() == ["role.given"]
    link_to(KAREN)
    assert "new role" in str(mails.to(KAREN)[-1]["Subject"])


@pytest.mark.parametrize("known", [True, False])
def test_somebody_without_an_account_comes_back_after_signing_up(
    client: Client, session: Session, boss: Person, offer: RoleOffer, link_to: LinkTo, known: bool
) -> None:
    if known:
        identity.person(email=KAREN, with_password=True)
    page = client.get("/role-offers/karen")
    assert "k***@example.org" in page.words
    assert KAREN not in page.text
    if known:
        signing = client.get(str(page.one("main a[href^='/sign-in']")["href"]))
        assert client.submit(signing, email=KAREN, password=PASSWORD).location == "/role-offers/karen"
    else:
        signing = client.get(str(page.one("main a[href^='/sign-up']")["href"]))
        client.submit(signing, name="Karen Ny", email=KAREN, password=PASSWORD)
        confirmed = client.submit(client.get(link_to(KAREN)))
        assert confirmed.location == "/role-offers/karen"
    client.submit(client.get("/role-offers/karen"), ACCEPT)
    karen = session.scalars(select(Person).where(Person.email == KAREN)).one()
    assert len(roles_of(session, karen)) == 1


def test_a_visitor_who_accepts_is_led_to_the_sign_in_and_back(client: Client, offer: RoleOffer) -> None:
    assert client.send("/role-offers/karen").location == "/sign-in?next=%2Frole-offers%2Fkaren"


def test_a_link_that_was_passed_on_gives_a_stranger_no_role(client: Client, session: Session, offer: RoleOffer) -> None:
    stranger = identity.person(name="Fremmed")
    unconfirmed = identity.person(email=KAREN, email_verified_at=None)
    for person in (stranger, unconfirmed):
        page = client.signed_in_as(person).get("/role-offers/karen")
        assert page.heading == "This offer was sent to another address"
        assert "k***@example.org" in page.words
        assert KAREN not in page.text
        assert not page.all("form[action^='/role-offers']")
        assert page.one("form[action='/sign-out'].action-form")
        assert client.send("/role-offers/karen").status_code == 403
        assert client.send("/role-offers/karen/refusal").status_code == 403
        assert roles_of(session, person) == []
    assert offer.usable


def test_an_offer_is_declined_without_an_account_and_nobody_is_named(
    client: Client, session: Session, boss: Person, offer: RoleOffer
) -> None:
    declined = client.submit(client.get("/role-offers/karen"), DECLINE)
    assert client.follow(declined).heading == "The answer was no thanks"
    assert (offer.outcome, offer.settled_by_id) == (OfferOutcome.DECLINED, None)
    assert client.send("/role-offers/karen/refusal").status_code == 410
    karen = identity.person(email=KAREN)
    assert client.signed_in_as(karen).send("/role-offers/karen").status_code == 410
    assert roles_of(session, karen) == []
    trail = client.signed_in_as(boss).get("/desk/roles/trail").words
    assert f"Offer declined Moderator, Prøvekøbing {KAREN} with the link in the mail" in trail


def test_with_an_account_one_says_no_without_being_named_too(client: Client, boss: Person, offer: RoleOffer) -> None:
    client.signed_in_as(identity.person(name="Karen Udvalgt", email=KAREN))
    client.submit(client.get("/role-offers/karen"), DECLINE)
    assert offer.outcome == OfferOutcome.DECLINED
    assert "Karen Udvalgt" not in client.signed_in_as(boss).get("/desk/roles/trail").words


def test_a_role_held_already_is_accepted_without_harm(
    client: Client, session: Session, town: Municipality, offer: RoleOffer
) -> None:
    karen = identity.moderator(town, email=KAREN)
    before = roles_of(session, karen)
    assert client.signed_in_as(karen).send("/role-offers/karen").location == "/my"
    assert roles_of(session, karen) == before
    assert session.scalars(select(OutgoingMail)).all() == []


def test_accepting_twice_is_as_good_as_once_and_for_others_it_is_over(
    client: Client, session: Session, offer: RoleOffer
) -> None:
    karen = identity.person(email=KAREN)
    page = client.signed_in_as(karen).get("/role-offers/karen")
    for _ in range(2):
        assert client.submit(page, ACCEPT).location == "/my"
    assert len(roles_of(session, karen)) == 1
    assert client.get("/role-offers/karen").heading == "You have accepted the offer"
    assert client.send("/role-offers/karen/refusal").status_code == 410
    client.signed_in_as(identity.person())
    page = client.get("/role-offers/karen")
    assert (page.status_code, page.heading) == (410, "The offer has been accepted")
    assert client.send("/role-offers/karen").status_code == 410


@pytest.mark.parametrize(
    ("values", "heading"),
    [
        ({"expires_at": clock.now() - timedelta(hours=1)}, "The offer has expired"),
        ({"outcome": OfferOutcome.EXPIRED}, "The offer has expired"),
        ({"outcome": OfferOutcome.WITHDRAWN}, "The offer has been withdrawn"),
        ({"outcome": OfferOutcome.DECLINED}, "The answer was no thanks"),
        ({"outcome": OfferOutcome.ACCEPTED}, "The offer has been accepted"),
    ],
)
def test_an_offer_that_is_over_says_why_and_gives_nothing(
    client: Client, session: Session, boss: Person, town: Municipality, values: dict[str, object], heading: str
) -> None:
    identity.offer(boss, town, token="karen", email=KAREN, **values)
    karen = identity.person(email=KAREN)
    for reader in (client, client.signed_in_as(karen)):
        page = reader.get("/role-offers/karen")
        assert (page.status_code, page.heading) == (410, heading)
        assert not page.all("form[action^='/role-offers']")
    assert client.send("/role-offers/karen").status_code == 410
    assert client.send("/role-offers/karen/refusal").status_code == 410
    assert roles_of(session, karen) == []


def test_an_unknown_link_leads_nowhere(client: Client) -> None:
    client.signed_in_as(identity.person())
    assert client.get("/role-offers/ukendt").status_code == 404
    assert client.send("/role-offers/ukendt").status_code == 404
    assert client.send("/role-offers/ukendt/refusal").status_code == 404


def test_nobody_keeps_the_page_behind_the_link(client: Client, offer: RoleOffer) -> None:
    for reader in (client, client.signed_in_as(identity.person())):
        headers = reader.get("/role-offers/karen").headers
        assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex")


def test_the_right_of_the_giver_is_asked_for_again_when_the_offer_is_accepted(
    client: Client, session: Session, boss: Person, offer: RoleOffer
) -> None:
    """Whatever took the role away and left the offer as it was."""
    karen = identity.person(email=KAREN)
    page = client.signed_in_as(karen).get("/role-offers/karen")
    session.scalars(select(Role).where(Role.person_id == boss.id)).one().ended_at = clock.now()
    assert client.submit(page, ACCEPT).status_code == 410
    assert client.get("/role-offers/karen").heading == "The offer has been withdrawn"
    with pytest.raises(Unauthorized, match="gælder ikke længere"):
        actions.accept_offer(offer, by=identity.actor(karen))
    with pytest.raises(Forbidden):
        actions.decline_offer(offer, by=VISITOR)
    assert roles_of(session, karen) == []
