from __future__ import annotations

from sqlalchemy.orm import Session

from app.moderation.models import Case, DecisionKind, Report
from tests.factories import identity, moderation
from tests.support.client import Client

GOOD = {"reason_code": "spam", "details": "Teksten er en reklame for et firma.", "good_faith": "y"}


def test_a_report_is_confirmed_and_waits_in_the_queue(client: Client, session: Session) -> None:
    case, reporter = moderation.case(), identity.person()
    client.signed_in_as(reporter)
    page = client.get(f"/reports/new?case={case.id}")
    confirmation = client.follow(client.submit(page, **GOOD))
    assert "Teksten er en reklame" in confirmation.words
    assert session.get_one(Case, case.id).open_reports == 1


def test_a_report_says_what_why_and_that_it_is_meant_well(client: Client, session: Session) -> None:
    case = moderation.case()
    page = client.signed_in_as(identity.person()).get(f"/reports/new?case={case.id}")
    refused = client.submit(page, details="  ")
    assert refused.status_code == 422
    for words in ("Choose what comes closest.", "Write in your own words", "Tick the box"):
        assert words in refused.words
    assert session.query(Report).count() == 0


def test_a_visitor_who_signs_in_finds_the_report_as_it_was(client: Client, session: Session) -> None:
    case = moderation.case()
    page = client.get(f"/reports/new?case={case.id}")
    sent = client.submit(page, **GOOD, button="Sign in first")
    assert f"case%3D{case.id}" in sent.location
    page = client.signed_in_as(identity.person()).get(f"/reports/new?case={case.id}")
    assert GOOD["details"] in page.text
    client.submit(page)
    assert session.query(Report).one().details == GOOD["details"]


def test_the_same_person_has_one_open_report(client: Client, session: Session) -> None:
    case = moderation.case()
    client.signed_in_as(identity.person())
    pages = [client.get(f"/reports/new?case={case.id}") for _ in range(2)]
    first, second = (client.submit(page, **GOOD) for page in pages)
    assert first.location == second.location
    assert session.get_one(Case, case.id).open_reports == 1


def test_what_is_not_shown_or_is_ones_own_cannot_be_reported(client: Client) -> None:
    hidden, own = moderation.waiting(), moderation.case()
    client.signed_in_as(own.author)
    assert client.get(f"/reports/new?case={hidden.id}").status_code == 404
    assert "You wrote this yourself" in client.get(f"/reports/new?case={own.id}").words
    assert client.send(f"/reports/new?case={own.id}", **GOOD).status_code == 403


def test_a_report_is_read_by_the_reporter_and_the_staff_only(client: Client) -> None:
    reporter = identity.person()
    case = moderation.case()
    notice = moderation.report(case, reporter_id=reporter.id)
    decision = moderation.decision(case, DecisionKind.DISMISS_REPORTS, reason="Det er i orden.")
    notice.decision = decision
    assert "Det er i orden." in client.signed_in_as(reporter).get(f"/reports/{notice.id}").words
    assert client.signed_out().signed_in_as(case.author).get(f"/reports/{notice.id}").status_code == 404
    assert client.signed_out().get(f"/reports/{notice.id}").status_code == 303
    assert client.signed_in_as(identity.moderator(case.municipality)).get(f"/reports/{notice.id}").status_code == 200


def test_only_the_author_complains_and_only_about_what_went_against_them(client: Client) -> None:
    case = moderation.case()
    harmless = moderation.decision(case)
    adverse = moderation.decision(case, DecisionKind.HIDE, reason_code="spam", reason="Reklame.")
    client.signed_in_as(case.author)
    assert client.get(f"/decisions/{harmless.id}/appeal").status_code == 403
    assert client.submit(client.get(f"/decisions/{adverse.id}/appeal"), grounds=" ").status_code == 422
    client.signed_out().signed_in_as(identity.person())
    assert client.get(f"/decisions/{adverse.id}/appeal").status_code == 404


def test_script_in_reports_and_reasons_is_harmless(client: Client) -> None:
    case = moderation.case(title="<script>alert(1)</script>")
    moderation.report(case, details="<img src=x onerror=alert(1)> [x](javascript:alert(1))")
    client.signed_in_as(identity.moderator(case.municipality))
    page = client.get("/desk/review")
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
