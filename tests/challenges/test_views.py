from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from app.activity import actions as activity
from app.activity.models import SubjectType
from app.activity.ports import cards
from app.challenges.models import Challenge, ChallengeState, PhaseKind
from app.kernel import clock
from app.kernel.access import VISITOR
from tests.factories import challenges, identity, organisations, places
from tests.support.client import Client
from tests.support.queries import Recorder


def titles(client: Client, address: str) -> list[str]:
    return [link.get_text() for link in client.get(address).all("#challenges .row-title a")]


@pytest.fixture
def some(session: Session) -> dict[str, Challenge]:
    """Four public challenges that differ in all that the list filters by."""
    home, firm = places.municipality(slug="hjem"), organisations.organisation()
    ends = {"Skygge på torvet": 20, "Cykler til øen": 5, "Havnen lugter": -2}
    made = {
        "Skygge på torvet": {"municipalities": [home], "themes": [13], "need": "Det er for varmt om sommeren."},
        "Cykler til øen": {"owner_organisation": firm, "need": "Bicycles are missing on the ferries."},
        "Havnen lugter": {"owner_municipality": home},
    }
    rows = {
        title: challenges.challenge(title=title, phases=[challenges.phase(ends_in=ends[title], starts_in=-9)], **values)
        for title, values in made.items()
    }
    rows["Færdig sag"] = challenges.challenge(title="Færdig sag", state=ChallengeState.CLOSED)
    rows["Færdig sag"].published_at = clock.now() - timedelta(days=9)
    return rows


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Havnen lugter", "Cykler til øen", "Skygge på torvet", "Færdig sag"]),
        ("?q=sommer", ["Skygge på torvet"]),
        ("?q=bicycle", ["Cykler til øen"]),
        ("?municipality=hjem", ["Skygge på torvet"]),
        ("?theme=13", ["Skygge på torvet"]),
        ("?phase=ideas", ["Cykler til øen", "Skygge på torvet"]),
        ("?phase=budget", []),
        (
            "?phase=nonsense&state=odd&owner=x&theme=y",
            ["Havnen lugter", "Cykler til øen", "Skygge på torvet", "Færdig sag"],
        ),
        ("?state=closed", ["Færdig sag"]),
        ("?owner=organisation", ["Cykler til øen"]),
        ("?owner=municipality", ["Havnen lugter"]),
        ("?sort=ending", ["Cykler til øen", "Skygge på torvet"]),
        ("?after=rubbish", ["Havnen lugter", "Cykler til øen", "Skygge på torvet", "Færdig sag"]),
    ],
)
def test_the_list_is_narrowed_and_sorted(
    client: Client, some: dict[str, Challenge], query: str, found: list[str]
) -> None:
    assert titles(client, f"/challenges{query}") == found


@pytest.mark.parametrize(
    ("query", "number"), [("", 0), ("?q=sommer", 0), ("?theme=13", 1), ("?theme=13&sort=ending", 2), ("?state=odd", 0)]
)
def test_the_filters_are_counted_and_stand_open_when_one_is_chosen(client: Client, query: str, number: int) -> None:
    more = client.get(f"/challenges{query}").one(".filter-bar details")
    assert more.has_attr("open") == (number > 0)
    assert more.select_one(".count-badge").has_attr("hidden") == (number == 0)
    assert f"More filters: {number} chosen" in " ".join(more.summary.get_text().split())
    assert len(more.select("select")) == 6


def test_drafts_and_hidden_challenges_are_in_no_list(client: Client) -> None:
    challenges.draft(title="Kladde")
    challenges.challenge(title="Skjult", hidden_at=clock.now())
    challenges.in_review(title="Venter")
    assert titles(client, "/challenges") == []
    assert "No challenges yet" in client.get("/challenges").words


@pytest.mark.parametrize("sort", ["", "ending"])
def test_the_list_goes_on_page_by_page_at_a_constant_price(client: Client, queries: Recorder, sort: str) -> None:
    for number in range(23):
        challenges.challenge(title=f"Nummer {number}", phases=[challenges.phase(ends_in=number // 2)])
    with queries() as few:
        client.get(f"/challenges?state=closed&sort={sort}")
    with queries() as seen:
        first = client.get(f"/challenges?sort={sort}")
    assert len(seen) <= 6, str(seen)
    assert len(seen) - len(few) <= 2
    second = titles(client, first.one("a[rel=next]")["href"])
    both = [link.get_text() for link in first.all("#challenges .row-title a")] + second
    assert len(both) == len(set(both)) == 23


def test_a_part_of_the_list_is_swapped_in(client: Client, some: dict[str, Challenge]) -> None:
    part = client.get("/challenges?state=closed", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "Færdig sag" in part.text


def test_the_page_shows_promise_phases_and_one_primary_action(client: Client, session: Session) -> None:
    challenge = challenges.challenge(promise_decider="Teknikudvalget", themes=[11])
    page = client.get(f"/challenges/{challenge.id}")
    assert "Teknikudvalget" in page.one(".promise").get_text()
    assert page.one(".phase[aria-current=step]")
    action = page.one(".action-bar a")
    assert action["href"] == f"/proposals/new?challenge={challenge.id}"
    assert page.one(f"a[href='/reports/new?case={challenge.case_id}']")


def test_the_page_of_a_signed_in_reader_costs_the_same_however_much_there_is(client: Client, queries: Recorder) -> None:
    small = challenges.challenge()
    phases = [challenges.phase(kind, ends_in=9) for kind in PhaseKind]
    large = challenges.challenge(municipalities=[places.municipality() for _ in range(9)], phases=phases)
    client.signed_in_as(identity.person())
    with queries() as few:
        client.get(f"/challenges/{small.id}")
    with queries() as many:
        client.get(f"/challenges/{large.id}")
    assert len(few) == len(many), str(many)


def test_only_those_concerned_see_what_is_not_published(client: Client) -> None:
    home = places.municipality()
    draft, waiting = challenges.draft(municipalities=[home]), challenges.in_review(municipalities=[home])
    seen = {
        "visitor": None,
        "stranger": identity.person(),
        "moderator": identity.moderator(home),
        "author": draft.author,
        "platform": identity.platform_administrator(),
    }
    answers = {}
    for name, person in seen.items():
        client.signed_out()
        if person is not None:
            client.signed_in_as(person)
        answers[name] = [client.get(f"/challenges/{one.id}").status_code for one in (draft, waiting)]
    assert answers == {
        "visitor": [404, 404],
        "stranger": [404, 404],
        "moderator": [404, 200],
        "author": [200, 404],
        "platform": [404, 200],
    }


def test_script_in_any_text_is_harmless(client: Client) -> None:
    evil = "<script>alert(1)</script> [her](javascript:alert(1))"
    author = identity.person()
    challenge = challenges.challenge(
        author=author, title=evil, need=evil, body=evil, promise_fixed=evil, promise_decider=evil, themes=[11]
    )
    client.signed_in_as(author)
    client.submit(client.get(f"/challenges/{challenge.id}/edit"), body=evil + " mere")
    for path in ("", "/edit", "/versions", "/timeline"):
        page = client.get(f"/challenges/{challenge.id}{path}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert 'href="javascript' not in page.text


def picture() -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (80, 60), "teal").save(content, "JPEG")
    content.seek(0)
    return content


def test_a_cover_needs_words_for_those_who_cannot_see_it(client: Client, session: Session) -> None:
    author = identity.person()
    draft = challenges.draft(author=author)
    client.signed_in_as(author)
    page = client.get(f"/challenges/{draft.id}/edit")
    refused = client.submit(page, button="Save and look at it", cover=(picture(), "torv.jpg"))
    assert refused.status_code == 422
    assert "Say what the picture shows." in refused.words
    saved = client.submit(page, button="Save and look at it", cover=(picture(), "torv.jpg"), cover_alt="Et torv")
    assert client.follow(saved).one("img.cover")["alt"] == "Et torv"
    gone = client.submit(client.get(f"/challenges/{draft.id}/edit"), button="Save and look at it", remove_cover="y")
    assert not client.follow(gone).all("img.cover")


def test_hostile_uploads_are_refused_with_the_text_kept(client: Client, session: Session) -> None:
    author = identity.person()
    draft = challenges.draft(author=author)
    client.signed_in_as(author)
    page = client.get(f"/challenges/{draft.id}/edit")
    fake = (io.BytesIO(b"<svg onload=alert(1)>"), "billede.jpg")
    refused = client.submit(page, button="Save and look at it", need="Min lange tekst", cover=fake, cover_alt="Falsk")
    assert refused.status_code == 422
    assert "not a picture we can read" in refused.words
    assert "Min lange tekst" in refused.text
    assert session.get_one(Challenge, draft.id).need != "Min lange tekst"
    documents = client.get(f"/challenges/{draft.id}/documents")
    wrong = client.submit(documents, "form[enctype]", file=(io.BytesIO(b"MZ\x90"), "plan.pdf"))
    assert wrong.status_code == 422
    assert "Use a PDF" in wrong.words


def test_documents_stand_beside_the_challenge_until_removed(client: Client) -> None:
    author = identity.person()
    challenge = challenges.challenge(author=author)
    client.signed_in_as(author)
    page = client.get(f"/challenges/{challenge.id}/documents")
    first, second = (
        client.submit(page, "form[enctype]", file=(io.BytesIO(b"%PDF-1.7"), "plan.pdf"), title="Planen") for _ in "ab"
    )
    assert first.location == second.location
    listed = client.get(f"/challenges/{challenge.id}")
    assert "Planen" in listed.one("#documents").get_text()
    client.submit(client.get(f"/challenges/{challenge.id}/documents"), "form[action$=removal]")
    assert not client.get(f"/challenges/{challenge.id}").all("#documents")
    assert client.send(f"/challenges/{challenge.id}/documents/{10**9}/removal").status_code == 404


def test_the_timeline_tells_what_happened(client: Client) -> None:
    author = identity.person()
    challenge = challenges.challenge(author=author)
    client.signed_in_as(author)
    client.submit(client.get(f"/challenges/{challenge.id}/closing"), text="Det lykkedes.")
    activity.record("case.reported", by=VISITOR, subject_type=SubjectType.CHALLENGE, subject_id=challenge.id)
    timeline = client.signed_out().get(f"/challenges/{challenge.id}/timeline")
    assert [entry.get_text(" ", strip=True).split(" ")[-3:] for entry in timeline.all(".timeline li")] == [
        ["challenge", "was", "closed"]
    ]


def test_challenges_stand_on_the_pages_of_their_place_owner_and_author(client: Client) -> None:
    firm, author, home = organisations.organisation(), identity.person(), places.municipality(slug="byen")
    challenges.challenge(title="Fra firmaet", owner_organisation=firm, municipalities=[home])
    challenges.challenge(title="Fra personen", author=author)
    assert "Fra firmaet" in client.get("/municipalities/byen").words
    assert "Fra firmaet" in client.get(f"/organisations/{firm.id}").words
    assert "Fra personen" in client.get(f"/people/{author.id}").words


def test_my_square_shows_what_i_own_and_what_waits_for_me(client: Client) -> None:
    author = identity.person()
    challenges.draft(author=author, title="Min kladde")
    challenges.challenge(author=author, title="Uden svar", promise_answer_by=clock.today() - timedelta(days=1))
    challenges.challenge(author=author, title="Skal rettes", state=ChallengeState.CHANGES_REQUESTED)
    page = client.signed_in_as(author).get("/my")
    for words in ("Min kladde", "Answer those who took part in “Uden svar”", "Correct “Skal rettes”"):
        assert words in page.words


def test_cards_name_challenges_and_tell_who_may_see_them(app: object) -> None:
    draft, public = challenges.draft(), challenges.challenge()
    kind = SubjectType.CHALLENGE
    found = cards([(kind, draft.id), (kind, public.id), (kind, 10**9)])
    assert {card.path: card.public for card in found.values()} == {
        f"/challenges/{draft.id}": False,
        f"/challenges/{public.id}": True,
    }
