from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.activity.models import Activity
from app.identity.models import Role, RoleName
from app.kernel import mail
from app.kernel.mail import MailState, OutgoingMail
from tests.factories import identity, places
from tests.support.client import Client
from tests.support.queries import Recorder
from tests.support.smtp import Mailbox


def test_an_administrator_gives_and_ends_a_moderator_of_their_own(
    client: Client, session: Session, mails: Mailbox, run_jobs: Callable[[], int]
) -> None:
    town, elsewhere = places.municipality(name="Her"), places.municipality(name="Der")
    boss, chosen = identity.administrator(town, name="Chefen"), identity.person(name="Karen Udvalgt", language="en")
    client.signed_in_as(boss)
    page = client.get("/desk/roles", query_string={"q": "karen"})
    choices = [option["value"] for option in page.all("main select option")]
    assert choices == [f"moderator:{town.id}"]
    selector = "main .desk-detail form[method=post]"
    assert client.submit(page, selector, role=f"moderator:{elsewhere.id}").status_code == 422
    assert client.submit(page, selector, role=f"administrator:{town.id}").status_code == 422
    assert client.submit(page, selector).status_code == 303
    role = session.scalars(select(Role).where(Role.person_id == chosen.id)).one()
    assert (role.name, role.municipality_id, role.given_by_id) == (RoleName.MODERATOR, town.id, boss.id)
    run_jobs()
    assert "new role" in str(mails.to(str(chosen.email))[0]["Subject"])
    client.submit(client.get("/desk/roles"), f"main form[action='/desk/roles/{role.id}/end']")
    session.refresh(role)
    assert role.ended_by_id == boss.id
    kinds = session.scalars(select(Activity.kind).order_by(Activity.id)).all()
    assert kinds == ["role.given", "role.ended"]
    row = next(row for row in client.get("/desk/roles/trail").all("tbody tr") if "Karen" in row.text)
    assert row.text.count("Chefen") == 2


def test_a_person_is_found_by_address_but_the_address_is_not_shown(client: Client) -> None:
    identity.person(name="Karen Udvalgt", email="karen@example.org")
    client.signed_in_as(identity.administrator(places.municipality()))
    assert "Karen Udvalgt" in client.get("/desk/roles?q=KAREN@example.org").words
    assert "karen@example.org" not in client.get("/desk/roles?q=karen").one("main .desk-detail").text


def test_signs_of_patterns_are_searched_as_they_are(client: Client) -> None:
    identity.person(name="Karen Udvalgt")
    client.signed_in_as(identity.administrator(places.municipality()))
    for words in ("%", "_aren", "\\"):
        assert "Karen" not in client.get("/desk/roles", query_string={"q": words}).one("main .desk-detail").text


def test_a_role_held_already_is_not_given_twice(client: Client, session: Session) -> None:
    town = places.municipality()
    chosen = identity.moderator(town, name="Karen Udvalgt")
    client.signed_in_as(identity.administrator(town))
    client.submit(client.get("/desk/roles?q=karen"), "main .desk-detail form[method=post]")
    assert len(session.scalars(select(Role).where(Role.person_id == chosen.id)).all()) == 1


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
    assert not client.get("/desk/roles").all(f"form[action='/desk/roles/{role.id}/end']")
    assert client.send(f"/desk/roles/{role.id}/end").status_code == 403
    identity.platform_administrator()
    assert client.send(f"/desk/roles/{role.id}/end").status_code == 303


@pytest.mark.parametrize("path", ["/desk/roles", "/desk/roles/trail", "/desk/mails"])
def test_desks_are_closed_to_those_without_the_role(client: Client, path: str) -> None:
    assert client.get(path).status_code == 303
    assert client.signed_in_as(identity.person()).get(path).status_code == 403
    assert client.signed_in_as(identity.moderator(places.municipality())).get(path).status_code == 403


def test_the_desk_of_roles_asks_a_constant_number_of_times(client: Client, queries: Recorder) -> None:
    town = places.municipality()
    client.signed_in_as(identity.administrator(town))
    for _ in range(9):
        identity.moderator(town)
    client.get("/desk/roles?q=person")
    with queries() as seen:
        client.get("/desk/roles?q=person")
    assert len(seen) <= 8, str(seen)


def test_the_trail_is_read_page_by_page(client: Client) -> None:
    town = places.municipality()
    client.signed_in_as(identity.administrator(town))
    for _ in range(60):
        identity.moderator(town)
    first = client.get("/desk/roles/trail")
    second = client.get(str(first.one("main .pager a")["href"]))
    assert len(first.all("tbody tr")) + len(second.all("tbody tr")) == 61


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
