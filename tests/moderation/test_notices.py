"""Reports by people without an account: what they send, the letters they get, and who sees who they are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, UnprocessableEntity

from app.identity.models import RoleName
from app.kernel import db, limits
from app.kernel.access import VISITOR
from app.kernel.mail import OutgoingMail
from app.moderation import actions
from app.moderation.models import Appeal, Case, ReasonCode, Report
from app.moderation.notices.actions import Notifier
from app.moderation.transparency import queries as transparency
from tests.factories import identity, moderation
from tests.support.client import Client, Page
from tests.support.smtp import Mailbox

Run = Callable[[], int]
ME = "nina@example.org"
GOOD = {
    "reason_code": "spam",
    "details": "Teksten er en reklame for et firma.",
    "good_faith": "y",
    "name": "Nina Nabo",
    "email": ME,
}
STAYS = "Den nævner et firma, men sælger ingenting."


def sent(client: Client, case: Case, **fields: str | None) -> Page:
    return client.submit(client.get(f"/reports/new?case={case.id}"), **(GOOD | fields))


def words_of(letter: EmailMessage) -> str:
    """What a letter says, in both of its shapes."""
    bodies = (letter.get_body((kind,)) for kind in ("plain", "html"))
    return "\n".join(body.get_content() for body in bodies if body)


def link_in(letter: EmailMessage) -> str:
    found = set(re.findall(r"http://localhost(/notices/[\w-]+)", words_of(letter)))
    assert len(found) == 1, found
    return str(found.pop())


def decided(client: Client, case: Case, verb: str, **fields: str) -> None:
    client.signed_in_as(identity.moderator(case.municipality))
    client.submit(client.get(f"/desk/review/{case.id}/{verb}"), **fields)
    client.signed_out()


def test_a_visitor_reports_something_and_is_told_by_mail_that_it_came(
    client: Client, session: Session, run_jobs: Run, mails: Mailbox, another_client: Callable[[], Client]
) -> None:
    case = moderation.case()
    page = client.get(f"/reports/new?case={case.id}")
    assert "without an account" in page.words
    received = client.follow(sent(client, case))
    assert ME in received.words
    report = session.query(Report).one()
    assert (report.reporter_id, report.notifier_name, report.notifier_email) == (None, "Nina Nabo", ME)
    assert session.get_one(Case, case.id).open_reports == 1
    run_jobs()
    (letter,) = mails.to(ME)
    assert "received" in str(letter["Subject"])
    shown = another_client().get(link_in(letter))
    assert GOOD["details"] in shown.words
    assert shown.heading == "Your report"
    assert "no-store" in shown.headers["Cache-Control"]
    assert not shown.all("a[href$=appeal]")


def test_the_receipt_says_nothing_that_the_sender_wrote(
    client: Client, session: Session, run_jobs: Run, mails: Mailbox
) -> None:
    """The address may be that of somebody else, to whom nobody is to send words of their own."""
    case = moderation.case(title="Køb lån på https://example.net")
    sent(client, case, name="Vind en bil", details="Klik på https://example.com")
    run_jobs()
    (letter,) = mails.to(ME)
    for words in ("Vind en bil", "example.com", "example.net", "Køb lån"):
        assert words not in words_of(letter)
    assert "Vind en bil" not in str(letter.items())


def test_what_is_missing_stands_beside_its_field_and_what_was_typed_is_kept(client: Client, session: Session) -> None:
    case = moderation.case()
    refused = sent(client, case, name=" ", email="nina@", good_faith=None)
    assert refused.status_code == 422
    assert "Write your name." in refused.one("#name-error").get_text()
    assert "This is not an e-mail address." in refused.one("#email-error").get_text()
    assert refused.one("[name=email]")["value"] == "nina@"
    assert GOOD["details"] in refused.one("[name=details]").get_text()
    assert "Write your e-mail address" in sent(client, case, email="").words
    assert session.query(Report).count() == session.query(OutgoingMail).count() == 0
    client.submit(refused, **GOOD)
    assert session.query(Report).count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "x" * 101),
        ("email", "nina@example.org\r\nBcc: alle@example.org"),
        ("email", "nina@example.org,alle@example.org"),
        ("email", "<script>alert(1)</script>@example.org"),
        ("email", f"{'x' * 250}@example.org"),
        ("reason_code", "drop table"),
        ("details", "x" * 4001),
    ],
)
def test_what_is_no_name_or_address_is_refused(client: Client, session: Session, field: str, typed: str) -> None:
    refused = sent(client, moderation.case(), **{field: typed})
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text
    assert session.query(Report).count() == session.query(OutgoingMail).count() == 0


def test_a_name_that_is_a_script_is_shown_as_text(client: Client, session: Session) -> None:
    case = moderation.case()
    sent(client, case, name="<script>alert(1)</script>")
    page = client.signed_in_as(identity.moderator(case.municipality)).get(f"/desk/review/{case.id}")
    assert "<script>alert" not in page.text
    assert "<script>alert(1)</script>, nina@example.org, without an account" in page.words


def test_abuse_of_children_is_reported_without_a_name(
    client: Client, session: Session, run_jobs: Run, mails: Mailbox
) -> None:
    case = moderation.case()
    page = client.follow(sent(client, case, reason_code="child_abuse", name="", email=""))
    assert "we cannot write to you" in page.words
    report = session.query(Report).one()
    assert (report.notifier_name, report.notifier_email, report.token_hash) == ("", "", None)
    decided(client, case, "hide", reason_code="child_abuse", reason="Det er det.")
    run_jobs()
    assert not [letter for letter in mails.messages if "/notices/" in words_of(letter)]


def test_whoever_gives_an_address_with_abuse_of_children_is_written_to(
    client: Client, run_jobs: Run, mails: Mailbox, session: Session
) -> None:
    case = moderation.case()
    assert sent(client, case, reason_code="child_abuse", name="", email="nina@").status_code == 422
    sent(client, case, reason_code="child_abuse", name="")
    run_jobs()
    assert len(mails.to(ME)) == 1
    page = client.signed_in_as(identity.moderator(case.municipality)).get(f"/desk/review/{case.id}")
    assert f"Reported by {ME}, without an account" in page.words


def test_no_other_door_takes_a_report_without_a_name(session: Session) -> None:
    case = moderation.case()
    with pytest.raises(UnprocessableEntity):
        actions.report(case, by=VISITOR, reason_code=ReasonCode.SPAM, details="Reklame.")
    nobody = Notifier("", "", "da")
    with pytest.raises(UnprocessableEntity):
        actions.report(case, by=VISITOR, reason_code=ReasonCode.SPAM, details="Reklame.", notifier=nobody)


def test_a_form_sent_twice_makes_one_report_and_one_letter(
    client: Client, session: Session, run_jobs: Run, mails: Mailbox
) -> None:
    page = client.get(f"/reports/new?case={moderation.case().id}")
    first, second = (client.submit(page, **GOOD) for _ in range(2))
    assert first.location == second.location == "/reports/received"
    run_jobs()
    run_jobs()
    assert session.query(Report).count() == len(mails.to(ME)) == 1


def test_eight_who_send_the_same_form_at_once_make_one_report(committed: Flask, client_of: Any, at_once: Any) -> None:
    case = moderation.case()
    client = client_of(committed)
    page = client.get(f"/reports/new?case={case.id}")
    values = {field["name"]: field.get("value", "") for field in page.form().select("input[type=hidden]")}
    cookie = client.get_cookie("torvet").value

    def send(number: int) -> int:
        other = client_of(committed)
        other.set_cookie("torvet", cookie)
        other.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        return int(other.post(f"/reports/new?case={case.id}", data=values | GOOD).status_code)

    assert set(at_once(8, send, app=committed)) <= {303, 409}
    assert db.session().query(Report).count() == db.session().query(OutgoingMail).count() == 1


def test_letters_are_few_from_one_place_and_few_to_one_address(client: Client, session: Session) -> None:
    case, allowed = moderation.case(), int(limits.MAIL.split()[0])
    assert [sent(client, case, email=f"en{n}@example.org").status_code for n in range(allowed)] == [303] * allowed
    assert sent(client, case, email="en@example.org").status_code == 429
    for number in range(allowed + 1):
        client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        last = sent(client, case, email=ME.upper()).status_code
    assert last == 429
    assert sent(client, case, email="en@example.org").status_code == 303
    assert session.query(OutgoingMail).filter_by(address=ME).count() == allowed


def test_whoever_has_an_account_is_not_held_back_by_their_neighbours(client: Client, session: Session) -> None:
    case = moderation.case()
    for _ in range(6):
        sent(client, case)
    client.signed_in_as(identity.person())
    own = {name: value for name, value in GOOD.items() if name not in {"name", "email"}}
    answers = [client.submit(client.get(f"/reports/new?case={moderation.case().id}"), **own) for _ in range(7)]
    assert {page.status_code for page in answers} == {303}
    assert session.query(Report).filter(Report.reporter_id.is_not(None)).count() == 7


def test_nobody_learns_whether_an_address_has_an_account(
    client: Client, session: Session, run_jobs: Run, mails: Mailbox
) -> None:
    person, case = identity.person(), moderation.case()
    told = []
    for address in (person.email, "ukendt@example.org"):
        page = client.follow(sent(client, case, email=address))
        told.append(page.words.replace(address, "…"))
        run_jobs()
        assert len(mails.to(address)) == 1
    assert told[0] == told[1]
    assert session.query(Report).filter(Report.reporter_id.is_not(None)).count() == 0
    assert client.signed_in_as(person).get(f"/reports/{session.query(Report).first().id}").status_code == 404


def test_what_is_not_shown_cannot_be_reported_by_a_visitor_either(client: Client) -> None:
    assert client.get(f"/reports/new?case={moderation.waiting().id}").status_code == 404


def test_what_was_hidden_meanwhile_does_not_lead_to_the_sign_in(session: Session, app: Flask) -> None:
    notifier = Notifier("Nina Nabo", ME, "da")
    with app.test_request_context(), pytest.raises(Forbidden):
        actions.report(moderation.waiting(), by=VISITOR, reason_code=ReasonCode.SPAM, details="Nej.", notifier=notifier)


def test_moderators_see_who_reported_it_and_the_author_does_not(client: Client, session: Session) -> None:
    case = moderation.case()
    report = moderation.notice(case)
    moderator = identity.moderator(case.municipality)
    for address in (f"/desk/review/{case.id}", f"/reports/{report.id}"):
        assert f"Nina Nabo, {ME}, without an account" in client.signed_in_as(moderator).get(address).words
        client.signed_out()
    identity.role(case.author, RoleName.MODERATOR, case.municipality)
    decision = moderation.decision(case, "hide", reason_code="spam", reason="Reklame.", origin="report")
    seen = [f"/challenges/{case.subject_id}", f"/desk/review/{case.id}", f"/reports/{report.id}", "/desk/log"]
    client.signed_in_as(case.author)
    for address in (*seen, f"/decisions/{decision.id}", "/transparency", "/notifications", "/desk/log.csv"):
        page = client.get(address)
        assert page.status_code == 200
        assert "Nina" not in page.text
        assert ME not in page.text
    assert "Nina" not in client.signed_out().get(f"/challenges/{case.subject_id}").text


def test_a_report_without_an_account_counts_like_any_other(session: Session) -> None:
    moderation.notice(moderation.case())
    moderation.report(moderation.case())
    year = session.query(Report).first().created_at.year
    assert transparency.figures(*transparency.year(year)).total("notices", category="spam") == 2


def test_what_one_takes_along_holds_no_reports_of_people_without_an_account(client: Client, session: Session) -> None:
    person = identity.person(email=ME)
    moderation.notice(moderation.case())
    session.add(Appeal(decision=moderation.decision(moderation.case()), grounds="Nej."))
    taken = json.loads(client.signed_in_as(person).get("/settings/export").text)
    assert taken["reports"] == taken["appeals"] == []
