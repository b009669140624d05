"""Writing an idea: from the empty form to the review, without losing a word."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.activity.models import Activity
from app.challenges.models import ChallengeState
from app.moderation.models import Case, CaseState
from app.organisations.models import MemberRole
from app.proposals.models import ProposalState
from tests.factories import challenges, identity, organisations, places, proposals
from tests.support.client import Client
from tests.support.ideas import BODY, ELSEWHERE, SQUARE, TITLE, fill, ideas, picture, the_idea


def test_an_idea_is_sent_for_review_under_its_challenge(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    client.signed_in_as(identity.person())
    sent = fill(client, client.get(f"/proposals/new?challenge={challenge.id}"), button="Send til gennemsyn")
    idea = the_idea(session)
    assert sent.location == f"/proposals/{idea.id}"
    assert (idea.state, idea.challenge_id, idea.municipality_id) == (
        ProposalState.IN_REVIEW,
        challenge.id,
        challenge.municipalities[0].id,
    )
    assert session.get_one(Case, idea.case_id).state == CaseState.WAITING
    assert session.scalar(select(func.count()).where(Activity.kind == "proposal.submitted")) == 1


def test_a_visitors_words_survive_signing_in(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    form = client.get(f"/proposals/new?challenge={challenge.id}")
    sent = fill(client, form, place_name="Havnen")
    assert "/sign-in" in sent.location
    client.signed_in_as(identity.person())
    page = client.get("/proposals/new")
    assert page.one("#title")["value"] == TITLE
    assert page.one("#body").get_text().strip() == BODY
    assert page.one("#place_name")["value"] == "Havnen"
    client.submit(page, "main form.form")
    assert the_idea(session).challenge_id == challenge.id


def test_a_page_open_for_too_long_loses_no_word(client: Client) -> None:
    client.signed_in_as(identity.person())
    places.municipality()
    page = client.get("/proposals/new")
    with client.session_transaction() as cookie:
        cookie.pop("csrf_token")
    sent = fill(client, page)
    assert sent.status_code == 303
    again = client.get("/proposals/new")
    assert again.one("#title")["value"] == TITLE


def test_a_double_click_makes_one_idea(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    client.signed_in_as(identity.person())
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    first, second = fill(client, page), fill(client, page)
    assert first.location == second.location == f"/proposals/{the_idea(session).id}"


def test_what_is_missing_is_told_beside_its_field_and_nothing_is_saved(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    client.signed_in_as(identity.person())
    page = fill(client, client.get(f"/proposals/new?challenge={challenge.id}"), title="Nej", body="For kort")
    assert page.status_code == 422
    assert page.all("#title-error")
    assert page.all("#body-error")
    assert page.one("#title")["value"] == "Nej"
    assert not ideas(session)


def test_the_form_saves_itself_and_makes_one_draft(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    client.signed_in_as(identity.person())
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    form = page.form("main form.form")
    assert form["data-autosave-url"] == "/proposals/drafts"
    once = str(page.one("[name=once]")["value"])
    words = {"title": "En b", "once": once, "challenge_id": challenge.id, "version": 1}
    saved = client.send("/proposals/drafts", **words).get_json()
    client.send("/proposals/drafts", **(words | {"title": "En bænk"}))
    idea = the_idea(session)
    assert (idea.title, idea.state) == ("En bænk", ProposalState.DRAFT)
    assert saved["autosave_url"] == f"/proposals/{idea.id}/draft"
    assert saved["action"] == f"/proposals/{idea.id}/edit"
    assert saved["saved_at"].startswith("20")
    client.send(saved["autosave_url"], **(words | {"title": "En bænk ved å"}))
    assert idea.title == "En bænk ved å"
    fill(client, page)
    assert the_idea(session).title == TITLE


def test_saving_itself_without_being_signed_in_says_so(client: Client) -> None:
    answer = client.post(
        "/proposals/drafts", data={"csrf_token": client.csrf_token()}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 401


def test_a_draft_is_saved_as_it_stands_and_found_again(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    client.signed_in_as(identity.person())
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    saved = fill(client, page, body="", button="Gem som kladde")
    idea = the_idea(session)
    assert saved.location == f"/proposals/{idea.id}/edit"
    assert idea.state == ProposalState.DRAFT
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    assert page.all(f"a[href='/proposals/{idea.id}/edit']")


def test_ideas_alike_are_shown_before_sending(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    other = proposals.proposal(title="En bænk ved havnen", challenge=challenge)
    client.signed_in_as(identity.person())
    sent = fill(client, client.get(f"/proposals/new?challenge={challenge.id}"))
    mine = ideas(session)[-1]
    assert sent.location == f"/proposals/{mine.id}/send"
    assert mine.state == ProposalState.DRAFT
    page = client.follow(sent)
    assert other.title in page.words
    client.submit(page, f"form[action='/proposals/{mine.id}/send']")
    assert mine.state == ProposalState.IN_REVIEW


def test_ideas_alike_that_were_seen_while_typing_do_not_stand_in_the_way(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    other = proposals.proposal(title="En bænk ved havnen", challenge=challenge)
    client.signed_in_as(identity.person())
    query = {"title": TITLE, "challenge_id": challenge.id}
    part = client.get("/proposals/similar", query_string=query, headers={"HX-Request": "true"})
    assert other.title in part.words
    seen = part.one("[name=seen]")["value"]
    fill(client, client.get(f"/proposals/new?challenge={challenge.id}"), seen=seen)
    assert ideas(session)[-1].state == ProposalState.IN_REVIEW


def test_similar_asks_nothing_strange_of_the_database(client: Client) -> None:
    for title in ("", "a", "%%%%%%", "'; drop table proposals; --", "og & | ! ( bænk" * 20):
        assert (
            client.get("/proposals/similar", query_string={"title": title}, headers={"HX-Request": "true"}).status_code
            == 200
        )


@pytest.mark.parametrize("state", [ChallengeState.CLOSED, ChallengeState.DRAFT])
def test_no_idea_where_the_challenge_asks_for_none(client: Client, session: Session, state: ChallengeState) -> None:
    challenge = challenges.challenge(state=state)
    client.signed_in_as(identity.person())
    expected = 200 if state == ChallengeState.CLOSED else 404
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    assert page.status_code == expected
    assert not page.all("main form.form")
    sent = client.send("/proposals/new", challenge_id=challenge.id, title=TITLE, body=BODY, once="x", version=1)
    assert sent.status_code in {403, 404}
    assert not ideas(session)


def test_no_idea_before_the_phase_or_after_it(client: Client) -> None:
    client.signed_in_as(identity.person())
    for starts, ends in ((5, 9), (-9, -5)):
        challenge = challenges.challenge(phases=[challenges.phase(starts_in=starts, ends_in=ends)])
        assert not client.get(f"/proposals/new?challenge={challenge.id}").all("main form.form")
        sent = client.send("/proposals/new", challenge_id=challenge.id, title=TITLE, body=BODY, once="x", version=1)
        assert sent.status_code == 403


def test_a_place_outside_the_challenge_is_a_kind_hint(client: Client, session: Session) -> None:
    from app.kernel import clock

    here = places.municipality(name="Herby", boundary=SQUARE, boundary_at=clock.now())
    places.municipality(name="Dérby", boundary=ELSEWHERE, boundary_at=clock.now())
    challenge = challenges.challenge(municipalities=[here])
    client.signed_in_as(identity.person())
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    wrong = fill(client, page, latitude="56.5", longitude="8.5")
    assert wrong.status_code == 422
    assert "Dérby" in wrong.one("#place_name-error").get_text()
    far = fill(client, page, latitude="40", longitude="-70")
    assert far.status_code == 422
    fill(client, page, latitude="56.5", longitude="10.5")
    assert (the_idea(session).longitude, the_idea(session).latitude) == (10.5, 56.5)


def test_a_mark_can_be_taken_away_without_scripts(client: Client, session: Session) -> None:
    from app.kernel import clock

    here = places.municipality(name="Herby", boundary=SQUARE, boundary_at=clock.now())
    places.municipality(name="Dérby", boundary=ELSEWHERE, boundary_at=clock.now())
    challenge = challenges.challenge(municipalities=[here])
    client.signed_in_as(identity.person())
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    assert page.one("#latitude-map")["data-near"] == here.code
    assert not page.all("#unmark")
    wrong = fill(client, page, latitude="56.5", longitude="8.5")
    assert "eller fjern det" in wrong.one("#place_name-error").get_text()
    assert fill(client, wrong, unmark="y", place_name="Ved havnen").status_code == 303
    assert (the_idea(session).longitude, the_idea(session).place_name) == (None, "Ved havnen")


def test_a_point_that_is_no_point_is_no_point(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    client.signed_in_as(identity.person())
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    fill(client, page, latitude="nan", longitude="inf")
    assert the_idea(session).longitude is None


def test_an_idea_that_stands_alone_needs_a_municipality(client: Client, session: Session) -> None:
    home, _other = places.municipality(), places.municipality()
    client.signed_in_as(identity.person())
    page = client.get("/proposals/new")
    missing = fill(client, page)
    assert missing.status_code == 422
    assert missing.all("#municipality-error")
    fill(client, page, municipality=str(home.id))
    assert the_idea(session).municipality_id == home.id


def test_pictures_are_kept_with_what_they_show(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    author = identity.person()
    client.signed_in_as(author)
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    undescribed = fill(client, page, **{"pictures-0-file": picture()})
    assert undescribed.status_code == 422
    assert undescribed.all("#pictures-0-alt-error")
    fill(client, page, **{"pictures-0-file": picture(), "pictures-0-alt": "Den tomme plads ved havnen"})
    idea = the_idea(session)
    (kept,) = idea.pictures
    assert kept.file.media_type == "image/webp"
    shown = client.get(f"/proposals/{idea.id}").one(".pictures img")
    assert shown["alt"] == "Den tomme plads ved havnen"
    assert client.get(str(shown["src"])).status_code == 200


def test_a_file_that_is_no_picture_is_told_beside_it(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    client.signed_in_as(identity.person())
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    hostile = (io.BytesIO(b"<svg onload=alert(1)>"), "billede.png")
    answer = fill(client, page, **{"pictures-0-file": hostile, "pictures-0-alt": "Noget"})
    assert answer.status_code == 422
    assert answer.all("#pictures-0-file-error")
    assert answer.one("#title")["value"] == TITLE
    assert not ideas(session)


def test_a_picture_of_another_idea_cannot_be_taken(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    client.signed_in_as(identity.person())
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    fill(client, page, **{"pictures-0-file": picture(), "pictures-0-alt": "Min"})
    (mine,) = the_idea(session).pictures
    other = proposals.proposal(state=ProposalState.DRAFT, challenge=challenge)
    client.signed_in_as(other.author)
    stolen = {"pictures-0-id": mine.id, "pictures-0-remove": "y", "pictures-0-alt": "Stjålet"}
    client.send(f"/proposals/{other.id}/edit", title=TITLE, body=BODY, version=1, **stolen)
    assert mine.alt == "Min"
    assert not other.pictures


def test_an_idea_in_an_organisations_name_shows_it(client: Client, session: Session) -> None:
    challenge, member, firm = challenges.challenge(), identity.person(), organisations.organisation()
    organisations.membership(firm, member, MemberRole.MEMBER)
    client.signed_in_as(member)
    fill(client, client.get(f"/proposals/new?challenge={challenge.id}"), acts_as=str(firm.id))
    assert the_idea(session).organisation_id == firm.id
    assert firm.name in client.get(f"/proposals/{the_idea(session).id}").one(".byline").get_text()
