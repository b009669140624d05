from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from app.activity.models import Activity
from app.challenges.models import Challenge, ChallengeState, ChallengeVersion
from app.kernel import clock, db
from tests.factories import challenges, identity, organisations, places
from tests.support.client import Client
from tests.support.concurrency import AtOnce


def test_a_challenge_goes_from_a_title_to_a_complete_one_in_review(client: Client, session: Session) -> None:
    home, author = places.municipality(), identity.person()
    client.signed_in_as(author)
    page = client.get("/challenges/new")
    edit = client.follow(client.submit(page, title="Mere skygge i byen", need="Det er for varmt om sommeren."))
    today = clock.today()
    filled = {
        "municipalities": str(home.id),
        "themes": ["11", "13"],
        "promise_level": "involve",
        "promise_fixed": "Der er 200.000 kr.",
        "promise_open": "Hvor træerne skal stå.",
        "promise_decider": "Byrådet",
        "promise_answer_by": (today + timedelta(days=90)).isoformat(),
        "phases-0-kind": "ideas",
        "phases-0-starts_on": today.isoformat(),
        "phases-0-ends_on": (today + timedelta(days=30)).isoformat(),
    }
    shown = client.follow(client.submit(edit, button="Send to review", **filled))
    challenge = session.query(Challenge).one()
    assert challenge.state == ChallengeState.IN_REVIEW
    assert challenge.themes == [11, 13]
    assert challenge.owner_person_id == author.id
    assert [phase.kind for phase in challenge.phases] == ["ideas"]
    assert "It is the next in line" in shown.words
    assert {row.kind for row in session.query(Activity)} == {"challenge.submitted"}


def test_sending_an_incomplete_challenge_names_every_missing_field(client: Client, session: Session) -> None:
    author = identity.person()
    draft = challenges.draft(author=author, promise_level=None, themes=[], promise_fixed="", phases=[])
    page = client.signed_in_as(author).get(f"/challenges/{draft.id}/edit")
    refused = client.submit(page, button="Send to review", body="Det bliver varmere.")
    assert refused.status_code == 422
    for message in ("at least one theme", "how much participants decide", "what is fixed", "at least one phase"):
        assert message in refused.words
    assert "Det bliver varmere." in refused.text
    checked = client.get(f"/challenges/{draft.id}/edit?check=1")
    assert "at least one theme" in checked.words


def test_a_visitor_keeps_the_text_through_the_sign_in(client: Client, session: Session) -> None:
    sent = client.submit(client.get("/challenges/new"), title="Færre biler ved skolen", need="Der er farligt.")
    assert "/sign-in" in sent.location
    client.signed_in_as(identity.person())
    page = client.get("/challenges/new")
    assert page.one("#title")["value"] == "Færre biler ved skolen"
    client.follow(client.submit(page))
    assert session.query(Challenge).one().need == "Der er farligt."


def test_a_double_click_creates_one_draft(client: Client, session: Session) -> None:
    client.signed_in_as(identity.person())
    page = client.get("/challenges/new")
    first, second = (client.submit(page, title="Kun én gang") for _ in range(2))
    assert first.location == second.location
    assert session.query(Challenge).count() == 1


def test_nobody_posts_in_the_name_of_others(client: Client, session: Session) -> None:
    stranger, firm = identity.person(), organisations.organisation()
    client.signed_in_as(stranger)
    page = client.send("/challenges/new", title="Falsk", owner=f"organisation-{firm.id}", once="x")
    assert page.status_code == 422
    assert session.query(Challenge).count() == 0


def test_a_member_posts_for_the_organisation_and_staff_for_the_municipality(client: Client, session: Session) -> None:
    home = places.municipality()
    person, firm = identity.administrator(home), organisations.organisation()
    organisations.membership(firm, person)
    client.signed_in_as(person)
    page = client.get("/challenges/new")
    client.submit(page, title="Fra firmaet", owner=f"organisation-{firm.id}")
    client.submit(client.get("/challenges/new"), title="Fra kommunen", owner=f"municipality-{home.id}")
    owners = {row.title: (row.owner_organisation_id, row.owner_municipality_id) for row in session.query(Challenge)}
    assert owners == {"Fra firmaet": (firm.id, None), "Fra kommunen": (None, home.id)}


def test_a_draft_is_saved_as_it_is_typed_without_what_cannot_be_kept(client: Client, session: Session) -> None:
    author = identity.person()
    draft = challenges.draft(author=author)
    client.signed_in_as(author)
    fields = {
        "version": draft.version,
        "title": "",
        "need": "Et nyt behov",
        "promise_answer_by": "31-02-2027",
        "phases-0-kind": "ideas",
    }
    saved = client.post(
        f"/challenges/{draft.id}/draft",
        data={"csrf_token": client.csrf_token(), **fields},
        headers={"Accept": "application/json"},
    )
    assert saved.get_json()["saved_at"]
    session.refresh(draft)
    assert saved.get_json()["version"] == draft.version
    assert draft.need == "Et nyt behov"
    assert draft.title.startswith("Prøveudfordring")
    assert draft.promise_answer_by is not None
    assert len(draft.phases) == 1


def test_impossible_dates_are_named_beside_their_fields(client: Client) -> None:
    author, today = identity.moderator(places.municipality()), clock.today()
    draft = challenges.draft(author=author)
    page = client.signed_in_as(author).get(f"/challenges/{draft.id}/edit")
    wrong = [
        ({"phases-0-starts_on": "2027-02-31"}, "not a date in the calendar"),
        ({"phases-0-ends_on": (today - timedelta(days=9)).isoformat()}, "The last day is before the first."),
        ({"phases-0-ends_on": (today + timedelta(days=2000)).isoformat()}, "A phase lasts five years at most."),
        ({"phases-0-starts_on": "0026-01-01"}, "Is the year right?"),
        ({"kle_code": "abc"}, "A KLE code looks like"),
    ]
    for fields, message in wrong:
        refused = client.submit(page, **fields)
        assert refused.status_code == 422
        assert message in refused.words


def test_one_more_phase_comes_by_a_button(client: Client, session: Session) -> None:
    author = identity.person()
    draft = challenges.draft(author=author)
    page = client.signed_in_as(author).get(f"/challenges/{draft.id}/edit")
    more = client.submit(page, button="Add a phase", need="Skrevet undervejs")
    assert "Skrevet undervejs" in more.text
    day = clock.today() + timedelta(days=3)
    row = {"phases-1-kind": "pilot", "phases-1-starts_on": day.isoformat(), "phases-1-ends_on": day.isoformat()}
    client.submit(more, button="Save and look at it", **row)
    assert [phase.kind for phase in session.get_one(Challenge, draft.id).phases] == ["ideas", "pilot"]


def test_a_published_challenge_changes_in_the_open(client: Client, session: Session) -> None:
    author = identity.person()
    challenge = challenges.challenge(author=author, themes=[11], title="Skygge")
    page = client.signed_in_as(author).get(f"/challenges/{challenge.id}/edit")
    client.submit(page, need="Vi mangler et godt og stille sted at mødes.")
    versions = session.query(ChallengeVersion).order_by(ChallengeVersion.number).all()
    assert [version.number for version in versions] == [1, 2]
    shown = client.signed_out().get(f"/challenges/{challenge.id}/versions")
    assert "og stille" in shown.one("#version-2 ins").get_text()
    assert not shown.all("#version-2 del")


def test_a_promise_changes_only_with_a_note_that_stays(client: Client, session: Session) -> None:
    author = identity.person()
    challenge = challenges.challenge(author=author, themes=[11])
    page = client.signed_in_as(author).get(f"/challenges/{challenge.id}/edit")
    refused = client.submit(page, promise_decider="Direktøren")
    assert refused.status_code == 422
    assert "Say why the promise is changed" in refused.words
    client.submit(refused, note="Byrådet har givet opgaven videre.")
    assert session.get_one(Challenge, challenge.id).promise_decider == "Direktøren"
    assert "Byrådet har givet opgaven videre." in client.signed_out().get(f"/challenges/{challenge.id}").words
    kinds = {row.kind for row in session.query(Activity)}
    assert {"challenge.edited", "challenge.promise_changed"} <= kinds


def test_two_editors_see_both_texts_and_lose_nothing(client: Client, session: Session) -> None:
    author = identity.person()
    challenge = challenges.challenge(author=author, themes=[11], need="Fælles tekst.")
    client.signed_in_as(author)
    first, second = (client.get(f"/challenges/{challenge.id}/edit") for _ in range(2))
    client.submit(first, need="Den førstes tekst.")
    conflict = client.submit(second, need="Den andens tekst.")
    assert conflict.status_code == 409
    assert "førstes" in conflict.one("del").get_text()
    assert "Den andens tekst." in conflict.one("#need").get_text()
    assert session.get_one(Challenge, challenge.id).need == "Den førstes tekst."
    client.submit(conflict)
    assert session.get_one(Challenge, challenge.id).need == "Den andens tekst."
    assert session.query(ChallengeVersion).count() == 3


def test_an_open_challenge_is_closed_with_a_word_and_opened_again(client: Client, session: Session) -> None:
    author = identity.person()
    challenge = challenges.challenge(author=author)
    client.signed_in_as(author)
    page = client.get(f"/challenges/{challenge.id}/closing")
    assert client.submit(page, text=" ").status_code == 422
    shown = client.follow(client.submit(page, text="Vi plantede 40 træer."))
    assert "Vi plantede 40 træer." in shown.words
    client.follow(client.submit(shown, "main form[action$=reopening]"))
    assert session.get_one(Challenge, challenge.id).state == ChallengeState.OPEN
    kinds = [row.kind for row in session.query(Activity).order_by(Activity.id)]
    assert kinds == ["challenge.closed", "challenge.reopened"]


def test_a_challenge_with_ideas_is_closed_rather_than_withdrawn(client: Client, session: Session) -> None:
    author = identity.person()
    waiting = challenges.in_review(author=author)
    client.signed_in_as(author)
    client.submit(client.get(f"/challenges/{waiting.id}/withdrawal"))
    assert session.get_one(Challenge, waiting.id).state == ChallengeState.WITHDRAWN
    answered = challenges.challenge(author=author, proposal_count=2)
    assert client.get(f"/challenges/{answered.id}/withdrawal").status_code == 403


def test_others_reach_no_page_of_the_owner(client: Client) -> None:
    draft, public = challenges.draft(), challenges.challenge()
    client.signed_in_as(identity.person())
    assert client.get(f"/challenges/{draft.id}/edit").status_code == 404
    assert client.get(f"/challenges/{public.id}/edit").status_code == 403
    assert client.send(f"/challenges/{public.id}/reopening").status_code == 403
    assert client.send(f"/challenges/{public.id}/draft").status_code == 403


def test_of_two_edits_at_the_same_moment_one_is_kept_and_the_other_shown(
    committed: Flask, client_of: Callable[[Flask], Client], at_once: AtOnce
) -> None:
    author = identity.person()
    challenge = challenges.challenge(author=author, themes=[11])
    clients = [client_of(committed).signed_in_as(author) for _ in range(4)]
    pages = [client.get(f"/challenges/{challenge.id}/edit") for client in clients]
    needs = [f"Den {number}. tekst" for number in range(4)]
    sent = at_once(4, lambda number: clients[number].submit(pages[number], need=needs[number]), app=committed)
    assert sorted(page.status_code for page in sent) == [303, 409, 409, 409]
    assert all(needs[number] in page.text for number, page in enumerate(sent) if page.status_code == 409)
    assert db.session().query(ChallengeVersion).count() == 2
