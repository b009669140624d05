"""A challenge in review is taken back, corrected and sent again; it never opens when all its phases are over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.challenges.forms import PhaseForm
from app.challenges.models import Challenge, ChallengeState
from app.kernel import clock
from app.kernel.i18n import speaking
from app.moderation.models import Case, CaseState
from tests.factories import challenges, identity, places
from tests.support.client import Client


def test_the_owner_takes_it_back_corrects_it_and_sends_it_again(client: Client, session: Session) -> None:
    author = identity.person()
    sent = challenges.in_review(author=author, published_at=None)
    client.signed_in_as(author)
    edit = client.follow(client.submit(client.get(f"/challenges/{sent.id}"), "form[action$=recall]"))
    assert "It is a draft again." in edit.words
    assert session.get_one(Challenge, sent.id).state == ChallengeState.DRAFT
    assert session.get_one(Case, sent.case_id).state == CaseState.WITHDRAWN
    shown = client.follow(client.submit(edit, button="Send to review", body="Der mangler skygge."))
    assert "It is the next in line" in shown.words
    again = session.get_one(Challenge, sent.id)
    assert (again.state, again.body) == (ChallengeState.IN_REVIEW, "Der mangler skygge.")
    assert session.get_one(Case, sent.case_id).state == CaseState.WAITING


def test_a_moderator_who_had_it_open_is_told_that_it_changed(client: Client, session: Session) -> None:
    home, author = places.municipality(), identity.person()
    sent = challenges.in_review(author=author, municipalities=[home], published_at=None)
    client.signed_in_as(identity.moderator(home))
    seen = client.get(f"/desk/review/{sent.case_id}").one("form[action*=publish] [name=version]")["value"]
    client.signed_out().signed_in_as(author).send(f"/challenges/{sent.id}/recall")
    client.signed_out().signed_in_as(identity.moderator(home))
    late = client.send(f"/desk/review/{sent.case_id}/publish", version=seen)
    assert late.status_code == 409
    assert session.get_one(Challenge, sent.id).state == ChallengeState.DRAFT


def test_only_the_owner_takes_it_back_and_only_from_review(client: Client) -> None:
    author, home = identity.person(), places.municipality()
    sent = challenges.in_review(author=author, municipalities=[home], published_at=None)
    assert client.signed_in_as(identity.moderator(home)).send(f"/challenges/{sent.id}/recall").status_code == 403
    client.signed_out().signed_in_as(author)
    assert client.send(f"/challenges/{challenges.draft(author=author).id}/recall").status_code == 403


def test_a_challenge_whose_phases_are_over_is_not_sent(client: Client, session: Session) -> None:
    author = identity.person()
    phases = [challenges.phase(starts_in=-30, ends_in=-20), challenges.phase(starts_in=-20, ends_in=-1)]
    draft = challenges.draft(author=author, phases=phases)
    client.signed_in_as(author)
    assert "1 thing is missing" in client.get(f"/challenges/{draft.id}").words
    refused = client.submit(client.get(f"/challenges/{draft.id}/edit"), button="Send to review")
    assert refused.status_code == 422
    assert "At least one must be open" in refused.one("#phases-1-ends_on-error").get_text()
    assert client.send(f"/challenges/{draft.id}/submission").location == f"/challenges/{draft.id}/edit?check=1"
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    client.submit(refused, button="Send to review", **{"phases-1-ends_on": tomorrow})
    assert session.get_one(Challenge, draft.id).state == ChallengeState.IN_REVIEW


def test_a_challenge_whose_phases_ended_while_it_waited_is_not_published(client: Client, session: Session) -> None:
    home = places.municipality()
    over = [challenges.phase(starts_in=-20, ends_in=-1)]
    sent = challenges.in_review(municipalities=[home], published_at=None, phases=over)
    client.signed_in_as(identity.moderator(home))
    page = client.get(f"/desk/review/{sent.case_id}")
    assert "It cannot be published as it is" in page.words
    assert not page.all("form[action*=publish]")
    assert page.one("a[data-key=c]")
    version = session.get_one(Case, sent.case_id).version
    assert client.send(f"/desk/review/{sent.case_id}/publish", version=version).status_code == 403
    assert session.get_one(Challenge, sent.id).state == ChallengeState.IN_REVIEW


@pytest.mark.parametrize(("language", "word"), [("da", "Vælg"), ("en", "Choose")])
def test_the_first_choice_of_a_phase_is_in_the_language_of_the_page(app: Flask, language: str, word: str) -> None:
    with app.test_request_context(), speaking(language):
        _value, said, *_rest = next(iter(PhaseForm().kind.iter_choices()))
        assert said == word


def test_the_form_marks_what_review_needs_and_asks_citizens_for_no_records(client: Client) -> None:
    author = identity.person()
    page = client.signed_in_as(author).get(f"/challenges/{challenges.draft(author=author).id}/edit")
    for field in ("title", "need", "municipalities", "themes", "promise_level", "promise_fixed", "promise_open"):
        named = page.one(f"label[for={field}], #{field} legend")
        assert "*" in named.get_text(), field
    assert not page.all("#case_number")


def test_only_authorities_are_asked_for_their_records(client: Client, session: Session) -> None:
    home = places.municipality()
    staff = identity.moderator(home)
    filed = challenges.draft(author=staff, owner_municipality=home, case_number="26/8147")
    page = client.signed_in_as(staff).get(f"/challenges/{filed.id}/edit")
    client.submit(page, button="Save and look at it", kle_code="05.01.02")
    assert session.get_one(Challenge, filed.id).kle_code == "05.01.02"
    author = identity.person()
    own = challenges.draft(author=author, case_number="26/1")
    client.signed_out().signed_in_as(author)
    client.submit(client.get(f"/challenges/{own.id}/edit"), button="Save and look at it", title="Mere skygge")
    kept = session.get_one(Challenge, own.id)
    assert (kept.title, kept.case_number) == ("Mere skygge", "26/1")
