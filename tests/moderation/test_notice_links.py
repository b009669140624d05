"""The link in the letters to people without an account: what it opens, how they complain, and when it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.challenges.models import Challenge
from app.kernel import clock, jobs, letters, mail
from app.kernel.access import VISITOR
from app.kernel.tokens import lasting_token, token_hash
from app.moderation import rules
from app.moderation.models import Appeal, CaseState, Report
from app.moderation.notices.actions import KEPT_FOR
from tests.factories import identity, moderation
from tests.moderation.test_notices import ME, STAYS, Run, decided, link_in, sent, words_of
from tests.support.client import Client
from tests.support.smtp import Mailbox

GROUNDS = "Der står en pris og et telefonnummer."
LONG_AGO = clock.now() - KEPT_FOR - timedelta(days=1)


def test_the_decision_comes_by_mail_with_its_reasons_and_the_way_to_complain(
    client: Client, session: Session, run_jobs: Run, mails: Mailbox
) -> None:
    case = moderation.case(title="Gynger på <torvet>")
    sent(client, case)
    decided(client, case, "dismiss_reports", reason=f"{STAYS} <b>Nej.</b>")
    run_jobs()
    jobs.perform("mail.sweep")
    run_jobs()
    receipt, letter = mails.to(ME)
    assert "decided" in str(letter["Subject"])
    for words in (STAYS, "let it stand", "free", "out-of-court", "no automated means"):
        assert words in words_of(letter)
    html = letter.get_body(("html",)).get_content()
    assert "<b>Nej" not in html
    assert "&lt;torvet&gt;" in html
    assert link_in(letter) == link_in(receipt)
    page = client.get(link_in(letter))
    assert STAYS in page.words
    assert page.one(f"a[href='{link_in(letter)}/appeal']")


def test_what_was_taken_away_is_told_without_a_way_to_complain(client: Client, run_jobs: Run, mails: Mailbox) -> None:
    case = moderation.case()
    sent(client, case)
    decided(client, case, "hide", reason_code="spam", reason="Reklame.")
    run_jobs()
    letter = mails.to(ME)[1]
    assert "agreed and took it away" in words_of(letter)
    assert "You can complain on the page below" not in words_of(letter)
    page = client.get(link_in(letter))
    assert not page.all("a[href$=appeal]")
    assert client.get(f"{link_in(letter)}/appeal").status_code == 403


def test_whoever_reported_it_in_danish_is_answered_in_danish(client: Client, run_jobs: Run, mails: Mailbox) -> None:
    case = moderation.case()
    moderation.notice(case, notifier_language="da", notifier_email="dansk@example.org")
    decided(client, case, "dismiss_reports", reason=STAYS)
    run_jobs()
    (letter,) = mails.to("dansk@example.org")
    assert str(letter["Subject"]) == "Din anmeldelse er afgjort"
    assert "Det er reklame eller spam" in words_of(letter)


def test_a_complaint_by_the_link_is_answered_by_mail(
    client: Client, session: Session, run_jobs: Run, mails: Mailbox
) -> None:
    case = moderation.case()
    report = moderation.notice(case)
    link = moderation.link_of(report)
    assert client.get(f"{link}/appeal").status_code == 403, "nobody has decided yet"
    decided(client, case, "dismiss_reports", reason=STAYS)
    form = client.get(f"{link}/appeal")
    refused = client.submit(form, grounds="  ")
    assert refused.status_code == 422
    assert "no-store" in refused.headers["Cache-Control"]
    first, again = (client.submit(form, grounds=GROUNDS) for _ in range(2))
    assert first.location == again.location == link
    assert client.get(f"{link}/appeal").status_code == 403
    complaint = session.query(Appeal).one()
    assert (complaint.report_id, complaint.person_id, complaint.grounds) == (report.id, None, GROUNDS)
    assert GROUNDS in client.get(link).words
    client.signed_in_as(identity.moderator(case.municipality))
    fields = {"outcome": "reverse", "reason": "Du har ret.", "reason_code": "spam", "told": "Der er en pris."}
    client.submit(client.get(f"/desk/appeals/{complaint.id}"), **fields)
    client.signed_out()
    run_jobs()
    *_, letter = mails.to(ME)
    assert "answered" in str(letter["Subject"])
    assert "Du har ret." in words_of(letter)
    assert "Du har ret." in client.get(link_in(letter)).words
    session.expire_all()
    assert case.state == CaseState.HIDDEN
    assert session.get_one(Challenge, case.subject_id).hidden_at


def test_a_link_opens_its_own_report_and_nothing_else(client: Client, session: Session) -> None:
    case = moderation.case()
    mine, other = moderation.notice(case, details="Min."), moderation.notice(case, details="En andens.")
    account = moderation.report(case, details="Med konto.")
    decided(client, case, "dismiss_reports", reason=STAYS)
    page = client.get(moderation.link_of(mine))
    assert "Min." in page.words
    assert "En andens." not in page.words
    assert moderation.link_of(mine) != moderation.link_of(other)
    token = moderation.link_of(mine).rpartition("/")[2]
    wrong = [token[:-1], token.upper(), token + "0", mine.token_hash, str(mine.id), "' or 1=1 --", "x" * 3000]
    wrong.append(moderation.link_of(account).rpartition("/")[2])
    for one in wrong:
        for way in (f"/notices/{one}", f"/notices/{one}/appeal"):
            assert client.get(way).status_code in {400, 404}, way
        assert client.send(f"/notices/{one}/appeal", grounds=GROUNDS).status_code in {400, 404}
    for way in (f"/reports/{mine.id}", f"/reports/{mine.id}?token={token}", f"/reports/{mine.id}/appeal?token={token}"):
        assert "/sign-in" in client.get(way).location
    assert client.signed_in_as(identity.person()).get(f"/reports/{mine.id}").status_code == 404
    assert session.query(Appeal).count() == 0


def test_the_tables_hold_no_token(client: Client, session: Session, run_jobs: Run, mails: Mailbox) -> None:
    case = moderation.case()
    sent(client, case)
    decided(client, case, "dismiss_reports", reason=STAYS)
    run_jobs()
    link = link_in(mails.to(ME)[0])
    client.submit(client.get(f"{link}/appeal"), grounds=GROUNDS)
    session.expire_all()
    token = link.rpartition("/")[2]
    for table in ("reports", "outgoing_mails", "form_uses", "activities", "appeals"):
        rows = session.execute(text(f"select t::text from {table} t")).scalars()
        assert not [row for row in rows if token in row], table


def test_after_a_change_of_the_key_the_next_letter_brings_a_link_that_works(
    client: Client, run_jobs: Run, mails: Mailbox
) -> None:
    case = moderation.case()
    old = moderation.notice(case)
    old.token_hash = token_hash("from an earlier key")
    assert client.get("/notices/from an earlier key").status_code == 200
    decided(client, case, "dismiss_reports", reason=STAYS)
    run_jobs()
    assert client.get(link_in(mails.to(ME)[0])).status_code == 200


def test_a_token_lasts_and_belongs_to_one_thing(app: Flask) -> None:
    assert lasting_token("notice", 1) == lasting_token("notice", 1)
    assert len({lasting_token(what, number) for what in ("notice", "other") for number in (1, 11)}) == 4


def test_who_sent_it_is_forgotten_half_a_year_after_it_was_settled(client: Client, session: Session) -> None:
    case = moderation.case()
    old, lately, waiting = moderation.notice(case), moderation.notice(case), moderation.notice(case)
    unnamed = moderation.notice(case, notifier_email="")
    account = moderation.report(case)
    long_ago = moderation.decision(case, "dismiss_reports", reason=STAYS, decided_at=LONG_AGO)
    old.decision = unnamed.decision = account.decision = long_ago
    lately.decision = moderation.decision(case, "dismiss_reports", reason=STAYS)
    for _ in range(2):
        jobs.perform("moderation.forget_notifiers")
    session.expire_all()
    assert [report.notifier_email for report in (old, lately, waiting)] == ["", ME, ME]
    assert (old.notifier_name, old.token_hash, unnamed.notifier_name) == ("", None, "")
    assert (old.details, old.without_account, account.without_account) == (
        "Det er en reklame for en bank.",
        True,
        False,
    )
    assert client.get(moderation.link_of(old)).status_code == 404
    assert client.get(moderation.link_of(lately)).status_code == 200
    page = client.signed_in_as(identity.moderator(case.municipality)).get(f"/reports/{old.id}")
    assert "somebody without an account" in page.words


@pytest.mark.parametrize(("answered_at", "kept"), [(None, ME), (clock.now(), ME), (LONG_AGO, "")])
def test_who_sent_it_is_kept_until_the_complaint_is_answered_as_long_ago(
    session: Session, app: Flask, answered_at: object, kept: str
) -> None:
    case = moderation.case()
    report = moderation.notice(case)
    report.decision = moderation.decision(case, "dismiss_reports", reason=STAYS, decided_at=LONG_AGO)
    answer = moderation.decision(case, "uphold", reason="Nej.") if answered_at else None
    complaint = Appeal(decision=report.decision, report=report, grounds="Jo.", answer=answer, answered_at=answered_at)
    session.add(complaint)
    session.commit()
    jobs.perform("moderation.forget_notifiers")
    session.expire_all()
    assert report.notifier_email == kept


def test_a_letter_whose_link_has_ended_is_not_sent(session: Session, run_jobs: Run, mails: Mailbox) -> None:
    report = moderation.notice(moderation.case())
    good, bad = (
        mail.queue("notice_answered", address=ME, language="da", token=token, title="A", kind="uphold", reason="B")
        for token in (lasting_token("notice", report.id), "ended")
    )
    assert letters.still_good([good, bad]) == {good.id}
    run_jobs()
    assert len(mails.to(ME)) == 1


@pytest.mark.parametrize(
    "change",
    [
        "notifier_name = 'En anden'",
        "notifier_email = 'en@example.org'",
        "notifier_language = 'da'",
        "details = 'Andet'",
    ],
)
def test_who_sent_it_is_never_rewritten(session: Session, change: str) -> None:
    moderation.notice(moderation.case())
    with pytest.raises(DBAPIError, match="never rewritten"):
        session.execute(text(f"update reports set {change}"))


@pytest.mark.parametrize(
    "values",
    [
        "reporter_id = (select min(id) from people)",
        "notifier_email = ''",
        "notifier_email = '', token_hash = 'x'",
    ],
)
def test_a_report_has_one_sender_and_a_link_only_with_an_address(session: Session, values: str) -> None:
    moderation.notice(moderation.case())
    with pytest.raises(IntegrityError):
        session.execute(text(f"update reports set {values}"))


def test_who_sent_it_can_be_emptied(session: Session) -> None:
    moderation.notice(moderation.case())
    session.execute(text("update reports set notifier_name = '', notifier_email = '', token_hash = null"))
    assert session.query(Report.notifier_email).scalar() == ""


def test_without_the_link_a_visitor_is_nobody(session: Session) -> None:
    report = moderation.report(moderation.case())
    report.decision = moderation.decision(report.case, "dismiss_reports", reason=STAYS)
    unnamed = moderation.notice(report.case)
    unnamed.decision = report.decision
    assert not rules.may_appeal_report(VISITOR, report)
    assert not rules.may_appeal_report(VISITOR, unnamed)
    assert rules.may_appeal_report(VISITOR, unnamed, holds_link=True)
