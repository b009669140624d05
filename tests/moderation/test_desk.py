from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.activity.models import Activity, SubjectType
from app.challenges.models import Challenge, ChallengeState
from app.kernel import clock, db
from app.moderation import actions
from app.moderation.models import Case, CaseState, Decision, DecisionKind
from tests.factories import challenges, identity, moderation, organisations, places
from tests.support.client import Client
from tests.support.queries import Recorder


def test_a_moderator_publishes_with_one_key_and_the_challenge_opens(client: Client, session: Session) -> None:
    home = places.municipality()
    waiting = challenges.in_review(municipalities=[home], published_at=None)
    client.signed_in_as(identity.moderator(home))
    page = client.get("/desk/review")
    assert waiting.title in page.words
    assert page.one("[data-key=p]")
    assert client.submit(page, "form[action$=publish]").status_code == 303
    opened = session.get_one(Challenge, waiting.id)
    assert opened.state == ChallengeState.OPEN
    assert opened.published_at
    assert opened.thread_id
    assert {row.kind for row in session.query(Activity)} == {"case.publish", "challenge.opened"}
    assert "Nothing waits" in client.get("/desk/review").words


def test_a_rejection_needs_its_rule_and_its_reasons(client: Client, session: Session) -> None:
    case = moderation.waiting()
    client.signed_in_as(identity.moderator(case.municipality))
    page = client.get(f"/desk/review/{case.id}/reject")
    refused = client.submit(page)
    assert refused.status_code == 422
    assert "Choose the rule it is about." in refused.words
    assert "Write what the author is told." in refused.words
    kept = client.submit(page, reason="Den er dobbelt.")
    assert "Den er dobbelt." in kept.text
    client.submit(kept, reason_code="duplicate")
    assert session.get_one(Case, case.id).state == CaseState.REJECTED


def test_the_author_reads_the_reasons_and_how_to_go_on(client: Client, session: Session) -> None:
    author, home = identity.person(), places.municipality()
    waiting = challenges.in_review(author=author, municipalities=[home], published_at=None)
    client.signed_in_as(identity.moderator(home))
    page = client.get(f"/desk/review/{waiting.case_id}/request_changes")
    client.submit(page, reason="Skriv, hvor træerne skal stå.")
    shown = client.signed_out().signed_in_as(author).get(f"/challenges/{waiting.id}")
    assert "Skriv, hvor træerne skal stå." in shown.words
    assert "No automated means were used" in shown.words
    assert "In the review before it is shown to everybody" in shown.words
    assert shown.one(f"a[href='/challenges/{waiting.id}/edit']:not(.button)")
    edit = client.get(f"/challenges/{waiting.id}/edit")
    client.submit(edit, button="Send to review", body="De skal stå på torvet.")
    assert session.get_one(Case, waiting.case_id).state == CaseState.WAITING


def test_after_a_decision_the_desk_goes_on_with_what_waits_behind_it(client: Client) -> None:
    home = places.municipality()
    first, second, third = (challenges.in_review(municipalities=[home], published_at=None) for _ in range(3))
    other = moderation.report(moderation.case(municipality_id=home.id)).case
    client.signed_in_as(identity.moderator(home))
    page = client.get(f"/desk/review/{second.case_id}?what=review")
    decided = client.submit(page, "form[action*=publish]")
    assert decided.location == f"/desk/review/{third.case_id}?what=review"
    goes_on = client.follow(decided)
    assert (third.title in goes_on.words, other.title in goes_on.words) == (True, False)
    assert client.submit(goes_on, "form[action*=publish]").location == "/desk/review?what=review"
    assert first.title in client.get("/desk/review?what=review").one("#desk-detail").get_text()


def test_a_narrow_window_shows_the_list_or_what_was_opened_with_the_way_back(client: Client) -> None:
    case = moderation.waiting()
    moderation.report(moderation.case(municipality_id=case.municipality_id))
    client.signed_in_as(identity.moderator(case.municipality))
    assert client.get("/desk/review").all(".desk-choosing")
    opened = client.get(f"/desk/review/{case.id}")
    assert opened.all(".desk-opened")
    assert opened.one("#desk-detail a[href='/desk/review']").get_text() == "All that wait (2)"
    narrowed = client.get(f"/desk/review/{case.id}/reject?what=review")
    assert narrowed.one("#desk-detail a[href='/desk/review?what=review']").get_text() == "Back to the list (1)"


def test_two_moderators_never_overwrite_each_other_unseen(
    client: Client, another_client: Callable[[], Client], session: Session
) -> None:
    case = moderation.waiting()
    slow, fast = (identity.moderator(case.municipality) for _ in range(2))
    opened = client.signed_in_as(slow).get(f"/desk/review/{case.id}/reject")
    other = another_client().signed_in_as(fast)
    other.submit(other.get("/desk/review"), "form[action$=publish]")
    overtaken = client.submit(opened, reason_code="spam", reason="Det ligner reklame.")
    assert overtaken.status_code == 409
    assert fast.name in overtaken.words
    assert "Published" in overtaken.words
    assert "Det ligner reklame." in overtaken.words
    assert [row.kind for row in session.query(Decision)] == [DecisionKind.PUBLISH]


def test_a_moderator_is_told_who_else_has_it_open(client: Client) -> None:
    case = moderation.waiting()
    one, other = (identity.moderator(case.municipality) for _ in range(2))
    assert "has this open too" not in client.signed_in_as(one).get(f"/desk/review/{case.id}").words
    shown = client.signed_out().signed_in_as(other).get(f"/desk/review/{case.id}")
    assert f"{one.name} has this open too" in shown.words


def test_moderators_see_their_own_municipality_only(client: Client) -> None:
    here, there = moderation.waiting(), moderation.waiting()
    client.signed_in_as(identity.moderator(here.municipality))
    page = client.get("/desk/review")
    assert here.title in page.words
    assert there.title not in page.words
    assert client.get(f"/desk/review/{there.id}").status_code == 404
    assert client.send(f"/desk/review/{there.id}/publish", version=there.version).status_code == 404
    client.signed_out().signed_in_as(identity.person())
    assert client.get("/desk/review").status_code == 403


def test_nobody_decides_on_what_they_wrote(client: Client) -> None:
    home = places.municipality()
    author = identity.moderator(home)
    waiting = challenges.in_review(author=author, municipalities=[home], published_at=None)
    page = client.signed_in_as(author).get("/desk/review")
    assert "Another moderator decides." in page.words
    assert client.send(f"/desk/review/{waiting.case_id}/publish", version=2).status_code == 403


def test_a_reported_challenge_is_hidden_and_shown_again(client: Client, session: Session) -> None:
    case = moderation.case()
    notice = moderation.report(case)
    client.signed_in_as(identity.moderator(case.municipality))
    assert notice.details in client.get("/desk/review?what=reports").words
    page = client.get(f"/desk/review/{case.id}/hide?text=spam")
    assert "mostly advertising" in page.text or "reklame" in page.text
    client.submit(page)
    assert client.get(f"/challenges/{case.subject_id}").status_code == 200
    assert client.signed_out().get(f"/challenges/{case.subject_id}").status_code == 404
    session.refresh(notice)
    assert notice.decision_id
    client.signed_in_as(identity.moderator(case.municipality))
    client.submit(client.get(f"/desk/review/{case.id}"), "form[action$=restore]")
    assert client.signed_out().get(f"/challenges/{case.subject_id}").status_code == 200


def test_a_report_about_what_was_withdrawn_can_be_settled(client: Client, session: Session) -> None:
    case = moderation.case()
    moderation.report(case)
    case.state = CaseState.WITHDRAWN
    client.signed_in_as(identity.moderator(case.municipality))
    page = client.get(f"/desk/review/{case.id}/dismiss_reports")
    refused = client.submit(page)
    assert refused.status_code == 422
    client.submit(refused, reason="Forfatteren har selv trukket den tilbage.")
    assert session.get_one(Case, case.id).open_reports == 0


def test_another_moderator_answers_a_complaint_and_reverses_the_decision(client: Client, session: Session) -> None:
    author, home = identity.person(), places.municipality()
    waiting = challenges.in_review(author=author, municipalities=[home], published_at=None)
    first, second = (identity.moderator(home) for _ in range(2))
    client.signed_in_as(first)
    client.submit(client.get(f"/desk/review/{waiting.case_id}/reject"), reason_code="spam", reason="Reklame.")
    decision = session.query(Decision).one()
    client.signed_out().signed_in_as(author)
    page = client.get(f"/decisions/{decision.id}/appeal")
    told = client.follow(client.submit(page, grounds="Det er en forening, ikke et firma."))
    assert "Another moderator than the one who decided reads the complaint" in told.words
    assert client.get(f"/decisions/{decision.id}/appeal").status_code == 403
    client.signed_out().signed_in_as(first)
    assert client.get(f"/desk/appeals/{decision.complaint.id}").status_code == 403
    client.signed_out().signed_in_as(second)
    assert "Det er en forening" in client.get("/desk/review").words
    answer = client.get(f"/desk/appeals/{decision.complaint.id}")
    client.submit(answer, outcome="reverse", reason="Du har ret.")
    assert session.get_one(Challenge, waiting.id).state == ChallengeState.OPEN
    shown = client.signed_out().signed_in_as(author).get(f"/challenges/{waiting.id}")
    assert "Your complaint was right" in shown.words
    assert "Du har ret." in client.get(f"/decisions/{decision.id}").words


def test_a_reversal_does_not_publish_what_the_author_withdrew(client: Client, session: Session) -> None:
    author, home = identity.person(), places.municipality()
    waiting = challenges.in_review(author=author, municipalities=[home], published_at=None)
    case = session.get_one(Case, waiting.case_id)
    client.signed_in_as(identity.moderator(home))
    client.submit(client.get(f"/desk/review/{case.id}/reject"), reason_code="spam", reason="Reklame.")
    decision = session.query(Decision).one()
    client.signed_out().signed_in_as(author)
    client.submit(client.get(f"/decisions/{decision.id}/appeal"), grounds="Nej.")
    client.submit(client.get(f"/challenges/{waiting.id}/withdrawal"))
    client.signed_out().signed_in_as(identity.moderator(home))
    client.submit(client.get(f"/desk/appeals/{decision.complaint.id}"), outcome="reverse", reason="Du har ret.")
    assert session.get_one(Challenge, waiting.id).state == ChallengeState.WITHDRAWN
    assert session.get_one(Case, case.id).state == CaseState.WITHDRAWN


def test_the_queue_costs_the_same_however_long_it_is(client: Client, queries: Recorder) -> None:
    home = places.municipality()
    client.signed_in_as(identity.moderator(home))
    for _ in range(2):
        challenges.in_review(municipalities=[home], published_at=None)
    with queries() as few:
        client.get("/desk/review")
    for _ in range(25):
        challenges.in_review(municipalities=[home], published_at=None)
    with queries() as many:
        page = client.get("/desk/review")
    assert len(many) == len(few) <= 18, str(many)
    following = client.get(page.one("a[rel=next]")["href"])
    assert len(following.all("[data-desk-item]")) == 7


def test_the_log_is_filtered_and_downloaded(client: Client) -> None:
    case = moderation.waiting(title="=HYPERLINK(1)")
    moderation.decision(case, DecisionKind.REJECT, reason_code="spam", reason="Reklame for en bank")
    moderation.decision(case, DecisionKind.PUBLISH)
    client.signed_in_as(identity.moderator(case.municipality))
    assert "Reklame for en bank" in client.get("/desk/log").words
    assert "Reklame for en bank" not in client.get("/desk/log?kind=publish").words
    tomorrow = clock.today() + timedelta(days=1)
    assert "No decisions fit." in client.get(f"/desk/log?since={tomorrow}").words
    rows = list(csv.DictReader(client.get("/desk/log.csv?code=spam").text.splitlines()))
    assert [(row["kind"], row["title"]) for row in rows] == [("reject", "'=HYPERLINK(1)")]


@pytest.mark.parametrize(
    "statement", ["update decisions set reason = ''", "delete from decisions", "truncate decisions cascade"]
)
def test_a_decision_is_never_changed_or_deleted(session: Session, statement: str) -> None:
    moderation.decision(moderation.case())
    session.commit()
    with pytest.raises(DBAPIError, match="never changed"):
        session.execute(text(statement))


def test_eight_moderators_at_once_make_one_decision(committed: Flask, client_of, at_once) -> None:
    case = moderation.waiting()
    clients = [client_of(committed).signed_in_as(identity.moderator(case.municipality)) for _ in range(8)]
    pages = [client.get("/desk/review") for client in clients]
    sent = at_once(8, lambda number: clients[number].submit(pages[number], "form[action$=publish]"), app=committed)
    assert sorted(page.status_code for page in sent) == [303] + [409] * 7
    assert all(page.all("section.decision") for page in sent if page.status_code == 409)
    assert db.session().query(Decision).count() == 1


@pytest.mark.parametrize("path", ["/my", "/"])
def test_whoever_reviews_is_told_at_home_how_much_waits(client: Client, path: str) -> None:
    home, elsewhere = places.municipality(), places.municipality()
    for place in (home, home, elsewhere):
        challenges.in_review(municipalities=[place], published_at=None)
    moderation.report(moderation.case(municipality_id=home.id))
    reviews = {identity.moderator(home): 3, identity.administrator(home): 3, identity.platform_administrator(): 4}
    for person, number in reviews.items():
        page = client.signed_out().signed_in_as(person).get(path)
        assert f"{number} things wait for review" in page.one(".tasks a[href='/desk/review']").get_text()
    assert "for review" not in client.signed_out().signed_in_as(identity.person()).get(path).words
    assert not client.signed_out().signed_in_as(identity.moderator(places.municipality())).get(path).all(".tasks")


def test_an_organisation_is_verified_at_the_desk(client: Client) -> None:
    firm = organisations.organisation()
    place = {"municipality_id": firm.municipality_id, "author_id": None}
    case = actions.submit(SubjectType.ORGANISATION, firm.id, title=firm.name, **place)
    page = client.signed_in_as(identity.moderator(firm.municipality)).get(f"/desk/review/{case.id}")
    assert "Verify" in page.one("[data-key=p]").get_text()
    assert "Publish" not in page.one(".desk-verbs").get_text()
    assert [heading.get_text() for heading in page.all(".desk-preview h3")][:2] == ["What is known", "Members"]
