from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Person, SignUp
from app.kernel import clock
from tests.factories import identity
from tests.factories.identity import PASSWORD
from tests.support.client import Client, Page
from tests.support.smtp import Mailbox

LinkTo = Callable[[str], str]
Form = Callable[..., Page]
More = Callable[[], Client]


def account(session: Session, email: str) -> Person | None:
    return session.scalar(select(Person).where(Person.email == email))


def test_a_link_in_a_mail_makes_the_account_and_signs_in(
    client: Client, session: Session, link_to: LinkTo, sign_up: Form
) -> None:
    sent = client.follow(sign_up(client))
    assert "ny@example.org" in sent.words
    assert account(session, "ny@example.org") is None
    done = client.submit(client.get(link_to("ny@example.org")))
    assert done.location == "/my"
    person = account(session, "ny@example.org")
    assert person is not None
    assert person.email_verified_at is not None
    assert client.get("/settings").status_code == 200


def test_opening_the_link_alone_makes_no_account(
    client: Client, session: Session, link_to: LinkTo, sign_up: Form
) -> None:
    sign_up(client)
    client.get(link_to("ny@example.org"))
    assert account(session, "ny@example.org") is None


def test_another_browser_has_to_write_the_password_chosen(
    client: Client, another_client: More, session: Session, link_to: LinkTo, sign_up: Form
) -> None:
    sign_up(client)
    phone = another_client()
    page = phone.get(link_to("ny@example.org"))
    assert phone.submit(page, password="something else").status_code == 422
    assert account(session, "ny@example.org") is None
    assert phone.submit(page, password=PASSWORD).status_code == 303


def test_a_link_is_good_once_and_then_leads_to_the_sign_in(client: Client, link_to: LinkTo, sign_up: Form) -> None:
    sign_up(client)
    path = link_to("ny@example.org")
    client.submit(client.get(path))
    again = client.signed_out().get(path)
    assert again.status_code == 410
    assert again.all('main a[href="/sign-in"]')


def test_an_expired_link_sends_a_new_one(client: Client, link_to: LinkTo, mails: Mailbox, sign_up: Form) -> None:
    sign_up(client)
    path = link_to("ny@example.org")
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=True):
        gone = client.get(path)
        assert gone.status_code == 410
        client.submit(gone)
        fresh = link_to("ny@example.org")
        assert fresh != path
        assert len(mails.to("ny@example.org")) == 2
        assert client.get(path).status_code == 410
        assert client.submit(client.get(fresh)).status_code == 303


def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(
    client: Client,
    another_client: More,
    session: Session,
    mails: Mailbox,
    run_jobs: Callable[[], int],
    sign_up: Form,
    sign_in: Form,
) -> None:
    owner = identity.person(email="kendt@example.org", with_password=True, language="en")
    known = sign_up(client, "Kendt@Example.org", name="Somebody Else")
    unknown = sign_up(another_client())
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    run_jobs()
    assert [str(mail["Subject"]) for mail in mails.to("kendt@example.org")] == ["You already have an account on Torvet"]
    assert not list(session.scalars(select(SignUp).where(SignUp.email == "kendt@example.org")))
    assert sign_in(another_client(), owner).status_code == 303


def test_a_wish_with_a_foreign_address_takes_nothing_from_its_owner(
    client: Client, another_client: More, link_to: LinkTo, session: Session, sign_up: Form
) -> None:
    sign_up(client, "offer@example.org", name="En fremmed", password="den fremmedes kodeord")
    owner = another_client()
    sign_up(owner, "offer@example.org", name="Ejeren")
    assert owner.submit(owner.get(link_to("offer@example.org"))).status_code == 303
    person = account(session, "offer@example.org")
    assert person is not None
    assert person.name == "Ejeren"
    assert person.has_password(PASSWORD)
    assert not person.has_password("den fremmedes kodeord")


def test_a_weak_password_is_refused_before_anything_is_sent(client: Client, session: Session, sign_up: Form) -> None:
    for weak in ("kort", "password123", "nynabo2024", "velkommen123"):
        assert sign_up(client, password=weak).status_code == 422, weak
    assert not list(session.scalars(select(SignUp)))


def test_what_was_typed_comes_back_when_the_form_is_refused(client: Client, sign_up: Form) -> None:
    page = sign_up(client, email="ikke en adresse")
    assert page.status_code == 422
    assert page.one("#name")["value"] == "Ny Nabo"
    assert page.one("#email")["value"] == "ikke en adresse"
    assert not page.one("#password").get("value")


def up_from_a_form(client: Client, about: str) -> None:
    """A visitor sends a form that needs an account, is led to the sign-in page, and signs up instead."""
    kept = client.post("/settings/profile", data={"csrf_token": client.csrf_token(), "about": about})
    assert kept.location == "/sign-in?next=%2Fsettings%2Fprofile"
    link = str(client.follow(kept).one('main a[href^="/sign-up"]')["href"])
    client.submit(client.get(link), name="Ny Nabo", email="ny@example.org", password=PASSWORD)


def test_text_typed_before_the_sign_up_is_back_in_its_form(client: Client, link_to: LinkTo) -> None:
    up_from_a_form(client, "Mere skygge på torvet")
    arrived = client.submit(client.get(link_to("ny@example.org")))
    assert arrived.location == "/settings/profile"
    assert "Mere skygge på torvet" in client.follow(arrived).one("#about").text


def test_text_typed_on_a_computer_is_back_on_the_phone_that_opens_the_link(
    client: Client, another_client: More, link_to: LinkTo
) -> None:
    up_from_a_form(client, "Mere lys i tunnelen")
    phone = another_client()
    arrived = phone.submit(phone.get(link_to("ny@example.org")), password=PASSWORD)
    assert "Mere lys i tunnelen" in phone.follow(arrived).one("#about").text


def test_a_new_password_by_mail_ends_every_other_sign_in(
    client: Client, another_client: More, link_to: LinkTo, sign_in: Form
) -> None:
    person = identity.person(with_password=True)
    elsewhere = another_client().signed_in_as(person)
    client.submit(client.get("/forgotten-password"), email=str(person.email))
    path = link_to(str(person.email))
    assert client.submit(client.get(path), password="password123").status_code == 422
    assert client.submit(client.get(path), password="fire glade gulerødder").status_code == 303
    assert client.get("/settings").status_code == 200
    assert elsewhere.get("/settings").status_code == 303
    assert another_client().get(path).status_code == 410
    assert sign_in(another_client(), person).status_code == 422
    assert sign_in(another_client(), person, "fire glade gulerødder").status_code == 303


def test_only_the_newest_link_for_a_new_password_is_good(client: Client, link_to: LinkTo) -> None:
    person = identity.person(with_password=True)
    client.submit(client.get("/forgotten-password"), email=str(person.email))
    old = link_to(str(person.email))
    client.submit(client.get("/forgotten-password"), email=str(person.email))
    assert client.get(old).status_code == 410
    assert client.get(link_to(str(person.email))).status_code == 200


def test_an_unknown_address_gets_the_same_answer_and_a_mail_that_says_so(
    client: Client, mails: Mailbox, run_jobs: Callable[[], int]
) -> None:
    person = identity.person(with_password=True)
    known = client.submit(client.get("/forgotten-password"), email=str(person.email))
    unknown = client.submit(client.get("/forgotten-password"), email="ingen@example.org")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    run_jobs()
    assert len(mails.to("ingen@example.org")) == 1
