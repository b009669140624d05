"""Letters that were given up: what is kept of them, for how long, and whether they can still be sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import actions as identity_actions
from app.identity.models import MailToken, RoleName, RoleOffer, SignUp
from app.kernel import clock, jobs, letters, mail
from app.kernel.mail import MailState, OutgoingMail
from app.organisations import actions as organisations_actions
from app.organisations.models import Invitation, MemberRole
from config import ROOT
from tests.factories import identity, organisations, places
from tests.support.client import Client
from tests.support.queries import Recorder
from tests.support.smtp import Mailbox

Run = Callable[[], int]
WRITER = "modtager@example.org"


def given_up(session: Session, mails: Mailbox, run_jobs: Run) -> OutgoingMail:
    """The newest letter, which the mail server has refused for good."""
    mails.answer = "451 Try later"
    run_jobs()
    letter = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()
    letter.state, letter.attempts, letter.last_error = MailState.DEAD, 6, "SMTPServerDisconnected"
    session.commit()
    mails.answer = "250 OK"
    return letter


def sign_up() -> None:
    identity_actions.sign_up(
        name="Ny Person", email=WRITER, password="tre kloge kaniner", language="en", browser_secret="x", carries={}
    )


def invite() -> None:
    boss = identity.person()
    firm = organisations.organisation()
    organisations.membership(firm, boss, MemberRole.OWNER)
    invitation = {"email": WRITER, "role": MemberRole.MEMBER, "language": "en"}
    with current_app.test_request_context():
        organisations_actions.invite(firm, by=identity.actor(boss), **invitation)


def reset() -> None:
    identity.person(email=WRITER, language="en")
    identity_actions.ask_for_reset(WRITER, language="en")


def offer() -> None:
    town = places.municipality()
    boss = identity.actor(identity.administrator(town))
    identity_actions.offer_role(WRITER, RoleName.MODERATOR, town.id, by=boss, language="en")


LINKS = [(sign_up, SignUp), (reset, MailToken), (invite, Invitation), (offer, RoleOffer)]


@pytest.mark.parametrize(("writes", "table"), LINKS)
def test_a_letter_whose_link_still_works_is_sent_again(
    client: Client, session: Session, mails: Mailbox, run_jobs: Run, writes: Callable[[], None], table: type
) -> None:
    writes()
    given_up(session, mails, run_jobs)
    client.signed_in_as(identity.platform_administrator())
    client.submit(client.get("/desk/mails"))
    run_jobs()
    assert len(mails.to(WRITER)) == 1


@pytest.mark.parametrize(("writes", "table"), LINKS)
def test_a_letter_whose_link_has_expired_is_not_sent_again_and_says_why(
    client: Client, session: Session, mails: Mailbox, run_jobs: Run, writes: Callable[[], None], table: type
) -> None:
    writes()
    letter = given_up(session, mails, run_jobs)
    session.scalars(select(table)).one().expires_at = clock.now() - timedelta(minutes=1)
    session.commit()
    client.signed_in_as(identity.platform_administrator())
    page = client.get("/desk/mails")
    assert "Linket i den virker ikke længere" in page.words
    assert not page.all("form[action$=again]")
    assert client.send(f"/desk/mails/{letter.id}/again").status_code == 403
    run_jobs()
    assert not mails.to(WRITER)


def test_a_link_that_was_replaced_is_not_sent_again(session: Session, mails: Mailbox, run_jobs: Run) -> None:
    reset()
    old = given_up(session, mails, run_jobs)
    identity_actions.ask_for_reset(WRITER, language="en")
    new = given_up(session, mails, run_jobs)
    assert letters.still_good([old, new]) == {new.id}


def test_a_letter_that_waits_until_its_link_is_dead_is_given_up_and_emptied(
    session: Session, mails: Mailbox, run_jobs: Run
) -> None:
    reset()
    mails.answer = "451 Try later"
    run_jobs()
    letter = session.scalars(select(OutgoingMail)).one()
    session.scalars(select(MailToken)).one().expires_at = letter.due_at = clock.now() - timedelta(minutes=1)
    session.commit()
    mails.answer = "250 OK"
    mail.sweep()
    run_jobs()
    session.refresh(letter)
    assert (letter.state, letter.last_error, letter.context) == (MailState.DEAD, mail.LINK_NO_LONGER_GOOD, {})
    assert not mails.messages


def test_the_text_of_a_dead_letter_is_thrown_away_and_later_the_letter(
    client: Client, session: Session, mails: Mailbox, run_jobs: Run
) -> None:
    mail.queue("password_changed", address=WRITER, language="da", name="Fru Hansen", headers={"X-Secret": "hemmelig"})
    letter = given_up(session, mails, run_jobs)
    letter.created_at = clock.now() - letters.DEAD_KEPT - timedelta(hours=1)
    session.commit()
    jobs.enqueue("mail.forget")
    run_jobs()
    session.refresh(letter)
    assert (letter.context, letter.headers) == ({}, {})
    client.signed_in_as(identity.platform_administrator())
    page = client.get("/desk/mails")
    assert "Teksten gemmes i 14 dage, og de er gået." in page.words
    assert client.send(f"/desk/mails/{letter.id}/again").status_code == 403
    letter.created_at = clock.now() - letters.REMEMBERED - timedelta(hours=1)
    session.commit()
    jobs.enqueue("mail.forget")
    run_jobs()
    assert session.scalars(select(OutgoingMail)).all() == []


def test_an_administrator_sees_the_mails_to_people_of_the_municipality_by_name(
    client: Client, session: Session, mails: Mailbox, run_jobs: Run
) -> None:
    here, there = places.municipality(), places.municipality()
    written = [identity.person(municipality_id=place.id) for place in (here, there)]
    dead = []
    for person in written:
        identity_actions.change_password(person, "fire kloge kaniner", by=identity.actor(person))
        dead.append(given_up(session, mails, run_jobs))
    client.signed_in_as(identity.administrator(here))
    assert "Mails, der ikke kom frem" in client.get("/my").words
    page = client.get("/desk/mails")
    assert written[0].name in page.words
    assert written[0].email not in page.text
    assert written[1].name not in page.words
    assert client.send(f"/desk/mails/{dead[1].id}/again").status_code == 404
    client.submit(page)
    run_jobs()
    assert len(mails.to(written[0].email)) == 1


def test_a_mail_that_is_on_its_way_is_not_sent_again(session: Session, mails: Mailbox, run_jobs: Run) -> None:
    from app.identity import rules
    from app.kernel.access import SYSTEM

    mail.queue("no_account", address=WRITER, language="da")
    letter = session.scalars(select(OutgoingMail)).one()
    assert not rules.may_send_again(SYSTEM, letter, good=True)


def test_the_list_of_dead_letters_costs_the_same_however_long_it_is(
    client: Client, session: Session, mails: Mailbox, run_jobs: Run, queries: Recorder
) -> None:
    client.signed_in_as(identity.platform_administrator())

    def cost() -> int:
        with queries() as seen:
            client.get("/desk/mails")
        return len(seen)

    for writes, _ in LINKS:
        writes()
        given_up(session, mails, run_jobs)
    few = cost()
    for _ in range(5):
        invite()
        given_up(session, mails, run_jobs)
    assert cost() == few <= 12


def test_the_parts_of_a_letter_stand_apart_in_its_text(app: Flask) -> None:
    letter = mail.queue("no_account", address=WRITER, language="en")
    body = mail.compose(letter).get_body(("plain",))
    assert body is not None
    heading, *paragraphs = body.get_content().split("\n\n")[1:]
    assert heading == "There is no account with this address on Torvet"
    assert paragraphs[-2].startswith("Create an account:\nhttp://localhost/")
    assert paragraphs[-1].startswith("--\n")


def test_every_kind_of_letter_has_a_name() -> None:
    written = {folder.name for folder in (ROOT / "templates" / "email").iterdir()}
    assert written == letters.described()
