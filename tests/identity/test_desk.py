from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.activity.models import Activity
from app.identity.models import OfferOutcome, Role
from app.kernel import mail
from app.kernel.mail import MailState, OutgoingMail
from tests.factories import identity, places
from tests.support.client import Client
from tests.support.queries import Recorder
from tests.support.smtp import Mailbox


def test_an_administrator_ends_the_role_of_a_moderator_of_their_own(client: Client, session: Session) -> None:
    town = places.municipality()
    boss, chosen = identity.administrator(town, name="Chefen"), identity.moderator(town, name="Karen Udvalgt")
    role = session.scalars(select(Role).where(Role.person_id == chosen.id)).one()
    client.signed_in_as(boss)
    way = client.get("/desk/roles").one(f"main a[href='/desk/roles/{role.id}/end']")
    asked = client.get(str(way["href"]))
    session.refresh(role)
    assert (asked.heading, role.ended_by_id) == ("Vil du fratage Karen Udvalgt rollen?", None)
    client.submit(asked, "main form")
    session.refresh(role)
    assert role.ended_by_id == boss.id
    assert session.scalars(select(Activity.kind)).all() == ["role.ended"]
    lines = [line.text for line in client.get("/desk/roles/trail").all("tbody tr") if "Karen" in line.text]
    assert ["Chefen" in line for line in lines] == [True, False]
    assert "fra kommandolinjen" in lines[1]


def test_an_administrator_neither_sees_nor_ends_roles_elsewhere(client: Client, session: Session) -> None:
    town, elsewhere = places.municipality(), places.municipality()
    other = identity.moderator(elsewhere, name="Moderator Andetsteds")
    role = session.scalars(select(Role).where(Role.person_id == other.id)).one()
    client.signed_in_as(identity.administrator(town))
    assert "Moderator Andetsteds" not in client.get("/desk/roles").words
    assert "Moderator Andetsteds" not in client.get("/desk/roles/trail").words
    assert client.send(f"/desk/roles/{role.id}/end").status_code == 404


def test_an_administrator_cannot_end_an_administrator(client: Client, session: Session) -> None:
    town = places.municipality()
    role_of = identity.administrator(town, name="Den anden")
    role = session.scalars(select(Role).where(Role.person_id == role_of.id)).one()
    client.signed_in_as(identity.administrator(town))
    assert client.send(f"/desk/roles/{role.id}/end").status_code == 403


def test_the_last_platform_administrator_keeps_the_role(client: Client, session: Session) -> None:
    only = identity.platform_administrator()
    role = session.scalars(select(Role).where(Role.person_id == only.id)).one()
    client.signed_in_as(only)
    assert not client.get("/desk/roles").all(f"a[href='/desk/roles/{role.id}/end']")
    assert client.get(f"/desk/roles/{role.id}/end").status_code == 403
    assert client.send(f"/desk/roles/{role.id}/end").status_code == 403
    identity.platform_administrator()
    assert client.send(f"/desk/roles/{role.id}/end").status_code == 303


@pytest.mark.parametrize("path", ["/desk/roles", "/desk/roles/trail", "/desk/mails"])
def test_desks_are_closed_to_those_without_the_role(client: Client, path: str) -> None:
    assert client.get(path).status_code == 303
    assert client.signed_in_as(identity.person()).get(path).status_code == 403
    assert client.signed_in_as(identity.moderator(places.municipality())).get(path).status_code == 403


def test_the_desk_and_the_trail_of_roles_ask_a_constant_number_of_times(client: Client, queries: Recorder) -> None:
    town = places.municipality()
    boss = identity.administrator(town)
    client.signed_in_as(boss)
    for _ in range(9):
        identity.moderator(town)
        identity.offer(boss, town)
    client.get("/desk/roles")
    with queries() as seen:
        client.get("/desk/roles")
    assert len(seen) <= 6, str(seen)
    with queries() as seen:
        client.get("/desk/roles/trail")
    assert len(seen) <= 6, str(seen)


def test_the_trail_is_read_page_by_page(client: Client) -> None:
    town = places.municipality()
    boss = identity.administrator(town)
    client.signed_in_as(boss)
    for _ in range(30):
        identity.moderator(town)
        identity.offer(boss, town, outcome=OfferOutcome.DECLINED)
    page = client.get("/desk/roles/trail")
    lines = [line.text for line in page.all("tbody tr")]
    while page.all("main .pager a"):
        page = client.get(str(page.one("main .pager a")["href"]))
        lines += [line.text for line in page.all("tbody tr")]
    assert len(lines) == 91
    assert sum("Tilbud afslået" in line for line in lines) == 30


def test_a_mail_given_up_is_sent_again_by_a_platform_administrator(
    client: Client, session: Session, mails: Mailbox, run_jobs: Callable[[], int]
) -> None:
    letter = mail.queue("no_account", address="modtager@example.org", language="da")
    letter.state, letter.last_error, letter.attempts = MailState.DEAD, "SMTPServerDisconnected", 6
    run_jobs()
    assert not mails.messages
    client.signed_in_as(identity.platform_administrator())
    page = client.get("/desk/mails")
    assert "modtager@example.org" in page.words
    client.submit(page)
    run_jobs()
    assert len(mails.to("modtager@example.org")) == 1
    assert session.get_one(OutgoingMail, letter.id).state == MailState.SENT
    assert client.send(f"/desk/mails/{letter.id}/again").status_code == 404
