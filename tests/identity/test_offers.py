"""Offering roles by mail: the letter, the desk, the trail, what is forgotten, and that nothing tells of accounts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import Unauthorized

from app.identity import actions
from app.identity.models import OfferOutcome, Person, Role, RoleName, RoleOffer
from app.kernel import clock, limits, mail
from app.kernel.access import SYSTEM, VISITOR
from app.kernel.mail import MailState, OutgoingMail
from app.places.models import Municipality
from tests.factories import identity, places
from tests.factories.identity import PASSWORD
from tests.support.client import Client, Page
from tests.support.english import EnglishClient
from tests.support.queries import Recorder
from tests.support.smtp import Mailbox

FORM = "#offer-form"
KAREN = "karen@example.org"
Run = Callable[[], int]


@pytest.fixture
def client(app: Flask) -> Client:
    return EnglishClient(app, Page, use_cookies=True)


def send(client: Client, email: str, **fields: str) -> Page:
    return client.submit(client.get("/desk/roles"), FORM, email=email, **fields)


def words_of(letter: EmailMessage) -> list[str]:
    """What a letter says, in both of its shapes."""
    bodies = (letter.get_body((kind,)) for kind in ("plain", "html"))
    return [body.get_content() for body in bodies if body]


def comparable(page: Page, address: str) -> str:
    """A page without the address that was typed and without what every answer has of its own."""
    text = re.sub(r'(nonce|name="(?:csrf_token|once)"[^>]*? value)="[^"]*"', r"\1", page.text)
    return re.sub(r"/desk/roles/offers/\d+", "/desk/roles/offers/…", text.replace(address, "…"))


def test_a_known_and_an_unknown_address_get_the_same_answer(
    client: Client, session: Session, boss: Person, town: Municipality, queries: Recorder
) -> None:
    """Byte for byte but for the address, and after the same questions to the database."""
    identity.person(name="Kendt Person", email="kendt@example.org")
    identity.moderator(town, name="Har Den", email="har@example.org")
    client.signed_in_as(boss)
    told = []
    for address in ("ukendt@example.org", "kendt@example.org", "har@example.org"):
        page = client.get("/desk/roles")
        with queries() as asked:
            sent = client.submit(page, FORM, email=address)
        shown = client.get(sent.location)
        assert address in shown.text
        told.append((sent.status_code, sent.text, sorted(sent.headers.keys()), len(asked), comparable(shown, address)))
        waiting = session.scalars(select(RoleOffer).where(RoleOffer.outcome.is_(None))).one()
        client.submit(shown, f"form[action$='/offers/{waiting.id}/withdrawal']")
        client.get("/desk/roles")
    assert told[0] == told[1] == told[2]
    assert "Kendt Person" not in client.get("/desk/roles/trail").words


def test_the_letter_belongs_to_no_account(client: Client, session: Session, boss: Person, town: Municipality) -> None:
    """Else an administrator would find it, when it cannot be delivered, only if there is an account."""
    identity.person(name="Kendt Person", email=KAREN, municipality_id=town.id)
    send(client.signed_in_as(boss), KAREN)
    letter = session.scalars(select(OutgoingMail)).one()
    assert letter.person_id is None
    letter.state = MailState.DEAD
    assert "Kendt" not in client.get("/desk/mails").words


@pytest.mark.parametrize(
    ("language", "subject", "sentences"),
    [
        (
            "da",
            "Chefen tilbyder dig en rolle på Torvet",
            ["det digitale torv i Østjylland: Moderator, Prøvekøbing.", "Linket virker i 14 dage."],
        ),
        (
            "en",
            "Chefen offers you a role on Torvet",
            ["the digital square of East Jutland: Moderator, Prøvekøbing.", "The link works for 14 days."],
        ),
    ],
)
def test_the_letter_says_who_offers_what_and_for_how_long(
    client: Client, boss: Person, mails: Mailbox, run_jobs: Run, language: str, subject: str, sentences: list[str]
) -> None:
    identity.person(email=KAREN, language=language)
    send(client.signed_in_as(boss), KAREN)
    run_jobs()
    (letter,) = mails.to(KAREN)
    assert letter["Subject"] == subject
    for words in words_of(letter):
        assert all(sentence in words for sentence in sentences)
        assert re.search(r"http://localhost/role-offers/[\w-]{40,}", words)
    assert "<h1" in words_of(letter)[1]


def test_a_name_that_is_markup_stays_text_in_the_letter(
    client: Client, town: Municipality, mails: Mailbox, run_jobs: Run
) -> None:
    send(client.signed_in_as(identity.administrator(town, name="<b>Chef</b>")), KAREN)
    run_jobs()
    assert "<b>" not in words_of(mails.to(KAREN)[0])[1]


def test_an_administrator_offers_only_what_they_may_give(client: Client, session: Session) -> None:
    town, elsewhere = places.municipality(name="Her"), places.municipality(name="Der")
    client.signed_in_as(identity.administrator(town))
    page = client.get("/desk/roles")
    assert [option["value"] for option in page.all("main select option")] == [f"moderator:{town.id}"]
    for role in (f"moderator:{elsewhere.id}", f"administrator:{town.id}", "platform_administrator:", "", "vrøvl"):
        assert client.submit(page, FORM, email=KAREN, role=role).status_code == 422
    client.signed_in_as(identity.platform_administrator())
    page = client.get("/desk/roles")
    assert client.submit(page, FORM, email=KAREN).status_code == 422, "nothing is chosen beforehand"
    assert client.submit(page, FORM, email=KAREN, role="platform_administrator:").status_code == 303
    assert session.scalars(select(RoleOffer.name)).all() == [RoleName.PLATFORM_ADMINISTRATOR]
    for actor in (VISITOR, identity.actor(identity.moderator(town))):
        with pytest.raises(Unauthorized):
            actions.offer_role(KAREN, RoleName.MODERATOR, town.id, by=actor, language="da")


def test_a_faulty_address_is_named_beside_the_field(client: Client, session: Session, boss: Person) -> None:
    answer = send(client.signed_in_as(boss), "ikke en adresse")
    assert answer.status_code == 422
    assert "not an e-mail address" in answer.one("#email-error").get_text()
    assert session.scalars(select(RoleOffer)).all() == []


def test_a_form_sent_twice_writes_one_letter(client: Client, session: Session, boss: Person) -> None:
    page = client.signed_in_as(boss).get("/desk/roles")
    for _ in range(2):
        assert client.submit(page, FORM, email=KAREN).location == "/desk/roles"
    assert len(session.scalars(select(OutgoingMail)).all()) == 1


def test_a_new_offer_of_the_same_replaces_the_earlier_one_and_no_other(
    client: Client, session: Session, boss: Person, town: Municipality, offer: RoleOffer
) -> None:
    other = identity.offer(boss, town, email="en.anden@example.org")
    bigger = identity.offer(identity.platform_administrator(), town, email=KAREN, name=RoleName.ADMINISTRATOR)
    send(client.signed_in_as(boss), KAREN)
    assert (offer.outcome, offer.settled_by_id) == (OfferOutcome.WITHDRAWN, boss.id)
    assert other.outcome is bigger.outcome is None
    assert client.get("/role-offers/karen").heading == "The offer has been withdrawn"
    waiting = select(RoleOffer).where(RoleOffer.email == KAREN, RoleOffer.outcome.is_(None))
    assert len(session.scalars(waiting).all()) == 2


def test_offers_by_one_person_are_limited(client: Client, boss: Person) -> None:
    client.signed_in_as(boss)
    allowed = int(limits.MAIL.split()[0])
    answers = [send(client, f"nr{number}@example.org").status_code for number in range(allowed + 1)]
    assert answers == [303] * allowed + [429]


def test_an_offer_falls_with_the_role_of_whoever_made_it(
    client: Client, session: Session, boss: Person, town: Municipality, offer: RoleOffer
) -> None:
    role = session.scalars(select(Role).where(Role.person_id == boss.id)).one()
    chief = identity.platform_administrator(name="Øverst")
    actions.end_role(role, by=identity.actor(chief))
    assert (offer.outcome, offer.settled_by_id) == (OfferOutcome.WITHDRAWN, chief.id)
    assert "Offer withdrawn Moderator, Prøvekøbing" in client.signed_in_as(chief).get("/desk/roles/trail").words


def test_an_offer_stands_while_its_giver_may_still_give_the_role(
    session: Session, boss: Person, offer: RoleOffer
) -> None:
    identity.role(boss, RoleName.PLATFORM_ADMINISTRATOR)
    actions.end_role(session.scalars(select(Role).where(Role.name == RoleName.ADMINISTRATOR)).one(), by=SYSTEM)
    assert offer.usable


def test_offers_that_wait_are_listed_and_withdrawn(
    client: Client, session: Session, boss: Person, town: Municipality, offer: RoleOffer
) -> None:
    late = identity.offer(boss, town, email="sent@example.org", expires_at=clock.now() - timedelta(hours=1))
    page = client.signed_in_as(boss).get("/desk/roles")
    assert KAREN in page.words
    assert "sent@example.org" not in page.words
    withdraw = f"form[action='/desk/roles/offers/{offer.id}/withdrawal']"
    for _ in range(2):
        assert client.submit(page, withdraw).location == "/desk/roles"
    assert (offer.outcome, offer.settled_by_id) == (OfferOutcome.WITHDRAWN, boss.id)
    assert not client.get("/desk/roles").all(withdraw)
    client.send(f"/desk/roles/offers/{late.id}/withdrawal")
    assert (late.outcome, late.settled_at, late.settled_by_id) == (OfferOutcome.EXPIRED, late.expires_at, None)


def test_an_answered_offer_is_not_withdrawn(client: Client, boss: Person, town: Municipality) -> None:
    client.signed_in_as(boss)
    for outcome in (OfferOutcome.ACCEPTED, OfferOutcome.DECLINED):
        done = identity.offer(boss, town, outcome=outcome)
        assert client.send(f"/desk/roles/offers/{done.id}/withdrawal").status_code == 403
        with pytest.raises(ValueError, match="already"):
            done.settle(OfferOutcome.WITHDRAWN)


def test_an_administrator_sees_offers_of_their_municipality_and_withdraws_their_own_kind(
    client: Client, boss: Person, town: Municipality, offer: RoleOffer
) -> None:
    elsewhere, chief = places.municipality(), identity.platform_administrator()
    foreign = identity.offer(chief, elsewhere, email="andetsteds@example.org")
    bigger = identity.offer(chief, town, email="chef@example.org", name=RoleName.ADMINISTRATOR)
    page, trail = client.signed_in_as(boss).get("/desk/roles"), client.get("/desk/roles/trail")
    for seen in (page, trail):
        assert "chef@example.org" in seen.words
        assert "andetsteds@example.org" not in seen.words
    assert not page.all(f"form[action='/desk/roles/offers/{bigger.id}/withdrawal']")
    assert client.send(f"/desk/roles/offers/{bigger.id}/withdrawal").status_code == 403
    assert client.send(f"/desk/roles/offers/{foreign.id}/withdrawal").status_code == 404
    assert "andetsteds@example.org" in client.signed_in_as(chief).get("/desk/roles").words


def test_the_trail_tells_of_each_offer_who_did_what(
    client: Client, boss: Person, town: Municipality, offer: RoleOffer
) -> None:
    client.signed_in_as(identity.person(name="Karen Udvalgt", email=KAREN)).send("/role-offers/karen")
    identity.offer(boss, town, email="sent@example.org", expires_at=clock.now() - timedelta(hours=1))
    identity.offer(boss, town, email=None, outcome=OfferOutcome.WITHDRAWN, settled_by_id=boss.id)
    lines = [
        " ".join(line.get_text(" ").split()) for line in client.signed_in_as(boss).get("/desk/roles/trail").all("tr")
    ]
    what = "Moderator, Prøvekøbing"
    for told in (
        f"Offered {what} Karen Udvalgt Chefen",
        f"Offer accepted {what} Karen Udvalgt Karen Udvalgt",
        f"Given {what} Karen Udvalgt Chefen",
        f"Offered {what} sent@example.org Chefen",
        f"Offer expired {what} sent@example.org by itself",
        f"Offer withdrawn {what} address erased Chefen",
    ):
        assert sum(told in line for line in lines) == 1, told
    assert not any(KAREN in line for line in lines)


def test_what_has_expired_is_written_down_and_old_addresses_are_forgotten(
    session: Session, boss: Person, town: Municipality, offer: RoleOffer
) -> None:
    moment = clock.now()
    late = identity.offer(boss, town, email="en@example.org", expires_at=moment - timedelta(days=1))
    over = {"outcome": OfferOutcome.DECLINED}
    lately = identity.offer(boss, town, email="to@example.org", settled_at=moment - timedelta(days=29), **over)
    long_ago = identity.offer(boss, town, email="tre@example.org", settled_at=moment - timedelta(days=31), **over)
    for _ in range(2):
        actions.close_offers()
    session.expire_all()
    assert (late.outcome, late.settled_at) == (OfferOutcome.EXPIRED, late.expires_at)
    assert [row.email for row in (offer, late, lately, long_ago)] == [KAREN, "en@example.org", "to@example.org", None]
    assert offer.usable


def test_whoever_leaves_takes_their_address_and_their_offers_along(
    client: Client, session: Session, boss: Person, town: Municipality, offer: RoleOffer
) -> None:
    karen = identity.administrator(town, email=KAREN, with_password=True)
    theirs = identity.offer(karen, town, email="ny@example.org")
    earlier = identity.offer(boss, town, email=KAREN, outcome=OfferOutcome.WITHDRAWN, name=RoleName.MODERATOR)
    mail.queue("role_offered", address=KAREN, language="da", token="karen")
    client.signed_in_as(karen)
    assert client.send("/settings/erasure", current_password=PASSWORD).status_code == 303
    assert (offer.outcome, offer.email, offer.settled_by_id) == (OfferOutcome.DECLINED, None, None)
    assert (earlier.outcome, earlier.email) == (OfferOutcome.WITHDRAWN, None)
    assert (theirs.outcome, theirs.email) == (OfferOutcome.WITHDRAWN, "ny@example.org")
    assert session.scalars(select(OutgoingMail)).all() == []


def test_the_export_holds_what_was_offered_to_somebody(
    client: Client, boss: Person, town: Municipality, offer: RoleOffer
) -> None:
    karen = identity.person(email=KAREN)
    identity.offer(boss, town, outcome=OfferOutcome.ACCEPTED, settled_by_id=karen.id)
    identity.offer(boss, town, email="en.anden@example.org")
    offers = client.signed_in_as(karen).get("/settings/export").json["role_offers"]
    assert [(one["role"], one["municipality"], one["outcome"]) for one in offers] == [
        ("moderator", "Prøvekøbing", None),
        ("moderator", "Prøvekøbing", "accepted"),
    ]
