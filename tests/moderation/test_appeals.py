"""Complaints: who may, once, who answers, and what a reversal puts right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnprocessableEntity

from app.challenges.models import Challenge
from app.moderation.appeals import actions
from app.moderation.models import Appeal, Case, CaseState, Decision, DecisionKind, Origin, Report
from app.notifications.models import Notification
from tests.factories import challenges, identity, moderation, places
from tests.support.client import Client, Page
from tests.support.smtp import Mailbox

STAYS = "Teksten nævner et firma, men den sælger ingenting."
GROUNDS = "Der står en pris og et telefonnummer nederst."
AGREED = {
    "outcome": "reverse",
    "reason": "Du har ret, det overså vi.",
    "reason_code": "spam",
    "told": "Der er en pris.",
}


def left_standing(client: Client, session: Session) -> Report:
    """A report on which the first moderator decided, in a browser, that the thing stays."""
    report = moderation.report(moderation.case())
    client.signed_in_as(identity.moderator(report.case.municipality))
    client.submit(client.get(f"/desk/review/{report.case_id}/dismiss_reports"), reason=STAYS)
    client.signed_out()
    session.refresh(report)
    return report


def complained(client: Client, report: Report) -> Page:
    client.signed_in_as(report.reporter)
    answer = client.submit(client.get(f"/reports/{report.id}/appeal"), grounds=GROUNDS)
    client.signed_out()
    return answer


def answered(client: Client, report: Report, **fields: str) -> Page:
    """Another moderator answers the complaint."""
    client.signed_in_as(identity.moderator(report.case.municipality))
    page = client.submit(client.get(f"/desk/appeals/{report.complaint.id}"), **fields)
    client.signed_out()
    return page


def test_a_reporter_reads_the_reasons_and_how_to_complain(
    client: Client, session: Session, run_jobs: Callable[[], int], mails: Mailbox
) -> None:
    report = left_standing(client, session)
    run_jobs()
    told = session.scalars(select(Notification).where(Notification.person_id == report.reporter_id)).one()
    page = client.signed_in_as(report.reporter).get(f"/notifications/{told.id}/open")
    assert page.location == f"/reports/{report.id}"
    page = client.follow(page)
    assert STAYS in page.words
    assert "no automated means were used" in page.words
    assert page.one(f"a[href='/reports/{report.id}/appeal']")
    letter = mails.to(report.reporter.email)[0]
    assert STAYS in letter.get_body(("plain",)).get_content()
    assert f"/reports/{report.id}" in letter.get_body(("html",)).get_content()


def test_a_complaint_of_a_reporter_that_is_right_hides_the_thing_and_its_author_gets_reasons(
    client: Client, session: Session, run_jobs: Callable[[], int]
) -> None:
    report = left_standing(client, session)
    case = report.case
    assert complained(client, report).location == f"/reports/{report.id}"
    first = session.query(Decision).one().decided_by
    assert client.signed_in_as(first).get(f"/desk/appeals/{report.complaint.id}").status_code == 403
    client.signed_out()
    run_jobs()
    told = session.scalars(select(Notification).where(Notification.person_id == first.id)).all()
    assert [client.signed_in_as(first).get(f"/notifications/{one.id}/open").location for one in told] == [
        f"/desk/review/{case.id}"
    ]
    assert GROUNDS in client.get(f"/desk/review/{case.id}").words
    client.signed_out()
    assert answered(client, report, **AGREED).status_code == 303
    session.expire_all()
    assert session.get_one(Challenge, case.subject_id).hidden_at
    assert (case.state, case.open_appeals) == (CaseState.HIDDEN, 0)
    *_, reversal, hidden = session.query(Decision).order_by(Decision.id)
    assert (reversal.kind, hidden.kind, hidden.origin) == (DecisionKind.REVERSE, DecisionKind.HIDE, Origin.COMPLAINT)
    assert "Du har ret, det overså vi." in client.signed_in_as(report.reporter).get(f"/reports/{report.id}").words
    shown = client.signed_out().signed_in_as(case.author).get(f"/decisions/{hidden.id}")
    assert "Der er en pris." in shown.words
    assert "Somebody complained about an earlier decision" in shown.words
    assert shown.one(f"a[href='/decisions/{hidden.id}/appeal']")


def test_nothing_is_taken_away_without_reasons_for_its_author(client: Client, session: Session) -> None:
    report = left_standing(client, session)
    complained(client, report)
    other = identity.actor(identity.moderator(report.case.municipality))
    with pytest.raises(UnprocessableEntity):
        actions.answer(report.complaint, by=other, version=report.case.version, uphold=False, reason="Du har ret.")
    assert report.case.state == CaseState.PUBLISHED


def test_a_complaint_of_a_reporter_that_is_wrong_changes_nothing(
    client: Client, session: Session, run_jobs: Callable[[], int]
) -> None:
    report = left_standing(client, session)
    complained(client, report)
    answered(client, report, outcome="uphold", reason="Prisen er på billetter til foreningens fest.")
    run_jobs()
    session.expire_all()
    assert (report.case.state, report.case.open_appeals) == (CaseState.PUBLISHED, 0)
    assert "foreningens fest" in client.signed_in_as(report.reporter).get(f"/reports/{report.id}").words
    told = session.scalars(
        select(Notification).where(Notification.person_id == report.reporter_id).order_by(Notification.id.desc())
    ).first()
    assert client.get(f"/notifications/{told.id}/open").location == f"/reports/{report.id}"


@pytest.mark.parametrize(
    ("left_out", "asked_for"),
    [("reason_code", "Choose the rule"), ("told", "what the author is told"), ("reason", "Write why.")],
)
def test_a_reversal_against_the_author_needs_its_reasons(
    client: Client, session: Session, left_out: str, asked_for: str
) -> None:
    report = left_standing(client, session)
    complained(client, report)
    refused = answered(client, report, **(AGREED | {left_out: ""}))
    assert refused.status_code == 422
    assert asked_for in refused.words
    assert session.query(Decision).count() == 1


def test_only_the_reporter_complains_once_about_what_was_left_standing(client: Client, session: Session) -> None:
    report = left_standing(client, session)
    path = f"/reports/{report.id}/appeal"
    assert "sign-in" in client.get(path).location
    assert client.signed_in_as(identity.person()).get(path).status_code == 404
    assert client.signed_out().signed_in_as(identity.moderator(report.case.municipality)).get(path).status_code == 403
    client.signed_out().signed_in_as(report.reporter)
    page = client.get(path)
    assert client.submit(page, grounds=" ").status_code == 422
    first, again = (client.submit(page, grounds=GROUNDS) for _ in range(2))
    assert first.location == again.location
    assert client.get(path).status_code == 403
    assert session.query(Appeal).count() == 1
    assert GROUNDS in client.get(f"/reports/{report.id}").words


def test_there_is_nothing_to_complain_about_before_a_decision_or_when_it_was_taken_away(client: Client) -> None:
    case = moderation.case()
    waiting, agreed = moderation.report(case), moderation.report(case)
    agreed.decision = moderation.decision(case, DecisionKind.HIDE, reason_code="spam", reason="Reklame.")
    for report in (waiting, agreed):
        client.signed_in_as(report.reporter)
        assert client.get(f"/reports/{report.id}/appeal").status_code == 403
        assert not client.get(f"/reports/{report.id}").all("a[href$=appeal]")
        client.signed_out()


def test_two_who_reported_the_same_complain_each_for_themselves(client: Client, session: Session) -> None:
    case = moderation.case()
    reports = [moderation.report(case) for _ in range(2)]
    client.signed_in_as(identity.moderator(case.municipality))
    client.submit(client.get(f"/desk/review/{case.id}/dismiss_reports"), reason=STAYS)
    client.signed_out()
    for report in reports:
        session.refresh(report)
        complained(client, report)
    session.refresh(case)
    assert case.open_appeals == 2
    answered(client, reports[0], **AGREED)
    second = identity.moderator(case.municipality)
    page = client.signed_in_as(second).get(f"/desk/appeals/{reports[1].complaint.id}")
    assert not page.all("[name=told]"), "it is hidden already, so its author needs no second statement"
    client.submit(page, outcome="reverse", reason="Den er skjult nu.")
    session.refresh(case)
    assert (case.open_appeals, case.state) == (0, CaseState.HIDDEN)
    assert session.query(Decision).filter_by(kind=DecisionKind.HIDE).count() == 1


def test_nobody_answers_their_own_complaint(client: Client, session: Session) -> None:
    case = moderation.case()
    moderator = identity.moderator(case.municipality)
    report = moderation.report(case, reporter_id=moderator.id)
    client.signed_in_as(identity.moderator(case.municipality))
    client.submit(client.get(f"/desk/review/{case.id}/dismiss_reports"), reason=STAYS)
    client.signed_out()
    session.refresh(report)
    complained(client, report)
    page = client.signed_in_as(moderator).get(f"/desk/appeals/{report.complaint.id}")
    assert page.status_code == 403
    assert "Another moderator answers it." in page.words


def test_a_complaint_that_somebody_answered_meanwhile_is_not_answered_twice(client: Client, session: Session) -> None:
    report = left_standing(client, session)
    complained(client, report)
    opened = client.signed_in_as(identity.moderator(report.case.municipality)).get(f"/desk/review/{report.case_id}")
    late = client.get(str(opened.one("[data-key=a]")["href"]))
    moderation.report(report.case)
    session.commit()
    overtaken = client.submit(late, **AGREED)
    assert overtaken.status_code == 409
    assert AGREED["reason"] in overtaken.words
    client.submit(client.get(f"/desk/appeals/{report.complaint.id}"), **AGREED)
    assert client.get(f"/desk/appeals/{report.complaint.id}").status_code == 403


def test_the_reversal_of_an_old_decision_leaves_a_newer_one_standing(client: Client, session: Session) -> None:
    home, author = places.municipality(), identity.person()
    waiting = challenges.in_review(author=author, municipalities=[home], published_at=None)
    case = session.get_one(Case, waiting.case_id)
    client.signed_in_as(identity.moderator(home))
    client.submit(client.get(f"/desk/review/{case.id}"), "form[action$=publish]")
    for verb in ("hide", "restore", "hide"):
        page = client.get(f"/desk/review/{case.id}")
        if verb == "restore":
            client.submit(page, "form[action$=restore]")
        else:
            client.submit(client.get(f"/desk/review/{case.id}/hide"), reason_code="spam", reason="Reklame.")
    first = session.query(Decision).filter_by(kind=DecisionKind.HIDE).order_by(Decision.id).first()
    client.signed_out().signed_in_as(author)
    client.submit(client.get(f"/decisions/{first.id}/appeal"), grounds="Nej.")
    client.signed_out().signed_in_as(identity.moderator(home))
    client.submit(client.get(f"/desk/appeals/{first.complaint.id}"), outcome="reverse", reason="Du har ret.")
    session.refresh(case)
    assert case.state == CaseState.HIDDEN


def test_a_decision_by_law_names_the_law(client: Client, session: Session) -> None:
    case = moderation.case()
    client.signed_in_as(identity.moderator(case.municipality))
    page = client.get(f"/desk/review/{case.id}/hide")
    refused = client.submit(page, reason_code="illegal", reason="Teksten truer en navngiven person.")
    assert refused.status_code == 422
    assert "Write which law it is against." in refused.words
    client.submit(refused, law="Straffeloven, § 266")
    decision = session.query(Decision).one()
    assert (decision.law, decision.origin) == ("Straffeloven, § 266", Origin.OWN)
    shown = client.signed_out().signed_in_as(case.author).get(f"/decisions/{decision.id}").words
    assert "The law: Straffeloven, § 266" in shown
    assert "A moderator came across it" in shown
    assert "until further notice" in shown


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("delete from reports", "never changed or deleted"),
        ("truncate reports cascade", "never changed or deleted"),
        ("update reports set decision_id = null", "never rewritten"),
        ("update reports set details = 'Noget andet'", "never rewritten"),
        ("delete from appeals", "never changed or deleted"),
        ("truncate appeals", "never changed or deleted"),
        ("update appeals set grounds = 'Noget andet'", "never rewritten"),
        ("update appeals set created_at = now()", "never rewritten"),
    ],
)
def test_reports_and_complaints_are_never_rewritten(
    client: Client, session: Session, statement: str, message: str
) -> None:
    report = left_standing(client, session)
    complained(client, report)
    session.commit()
    with pytest.raises(DBAPIError, match=message):
        session.execute(text(statement))


def test_the_words_of_a_report_can_be_emptied_at_an_erasure(session: Session) -> None:
    moderation.report(moderation.case())
    session.execute(text("update reports set details = '', reporter_id = null"))
    assert session.scalars(select(Report.details)).all() == [""]
