"""Challenges are followed without an account: as a feed, and by their dates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.challenges.models import ChallengeState, PhaseKind
from app.kernel import clock
from tests.factories import challenges, identity, organisations, places
from tests.support.client import Client, Page
from tests.support.feeds import events_in, feed_in
from tests.support.queries import Recorder


def test_the_feed_tells_what_is_new_as_its_page_does(client: Client) -> None:
    firm = organisations.organisation(name="Bænkefabrikken")
    published = clock.now() - timedelta(days=3)
    challenge = challenges.challenge(
        title="Skygge på <torvet>", need="Det er **for varmt**.", owner_organisation=firm, themes=[13, 11]
    )
    challenge.published_at = published
    feed = feed_in(client.get("/challenges.atom"))
    (entry,) = feed.entries
    assert entry.text("id") == entry.link("alternate") == f"http://localhost/challenges/{challenge.id}"
    assert (entry.text("title"), entry.text("summary")) == ("Skygge på <torvet>", "Det er for varmt.")
    assert entry.moment("updated") == published.replace(microsecond=0)
    assert entry.authors == ["Bænkefabrikken"]
    assert entry.categories == {
        "challenge": "Challenge",
        "theme-13": "Climate action",
        "theme-11": "Sustainable cities and communities",
    }
    assert feed.moment("updated") == entry.moment("updated")
    assert feed.link("alternate") == "http://localhost/challenges"


def test_the_newest_thirty_come_first(client: Client) -> None:
    for number in range(33):
        challenges.challenge(title=f"Nummer {number}").published_at = clock.now() - timedelta(hours=number)
    assert feed_in(client.get("/challenges.atom")).titles == [f"Nummer {number}" for number in range(30)]


def test_what_not_everybody_may_see_is_in_no_feed(client: Client) -> None:
    owner = identity.person()
    challenges.draft(author=owner)
    challenges.in_review(author=owner)
    challenges.challenge(hidden_at=clock.now(), author=owner)
    challenges.challenge(state=ChallengeState.WITHDRAWN, published_at=clock.now(), author=owner)
    assert feed_in(client.get("/challenges.atom")).entries == []
    assert feed_in(client.signed_in_as(owner).get("/challenges.atom")).entries == []


def test_somebody_who_has_left_is_not_named(client: Client) -> None:
    challenges.challenge(owner_person=None, author=None)
    (entry,) = feed_in(client.get("/challenges.atom")).entries
    assert entry.authors == ["Somebody who has left Torvet"]


def test_the_feed_is_narrowed_as_the_list_and_the_list_names_it(client: Client) -> None:
    home = places.municipality(slug="hjem")
    challenges.challenge(title="Skygge på torvet", municipalities=[home], themes=[13])
    challenges.challenge(title="Cykler til øen", owner_organisation=organisations.organisation())
    for query, titles in {
        "municipality=hjem": ["Skygge på torvet"],
        "q=cykler": ["Cykler til øen"],
        "theme=13": ["Skygge på torvet"],
        "owner=organisation": ["Cykler til øen"],
        "phase=budget": [],
        "theme=99999&state=odd&owner=x&phase=y&after=z": ["Cykler til øen", "Skygge på torvet"],
    }.items():
        page = client.get(f"/challenges?{query}")
        named = str(page.one("head link[type='application/atom+xml']")["href"])
        assert page.one("#challenges .ways-to-follow a")["href"] == named
        feed = feed_in(client.get(named))
        assert feed.titles == titles, query
        assert feed.link("self") == f"http://localhost{named}"


def test_a_swapped_list_leads_to_its_own_feed(client: Client) -> None:
    part = client.get("/challenges?state=closed", headers={"HX-Request": "true"})
    assert part.one(".ways-to-follow a")["href"] == "/challenges.atom?state=closed&lang=en"


@pytest.mark.parametrize(("wished", "query", "spoken"), [("da", "", "da"), ("en", "", "en"), ("da", "?lang=en", "en")])
def test_the_feed_speaks_the_language_of_its_address_or_its_reader(
    app: Flask, wished: str, query: str, spoken: str
) -> None:
    challenges.challenge(owner_municipality=places.municipality(name="Viby"))
    reader = Client(app, Page, use_cookies=False)
    feed = feed_in(reader.get(f"/challenges.atom{query}", headers={"Accept-Language": wished}))
    assert feed.language == spoken
    assert feed.entries[0].authors == [{"da": "Viby Kommune", "en": "Viby Municipality"}[spoken]]
    assert ("lang=en" in feed.link("self")) == (spoken == "en")


def test_the_feed_costs_the_same_however_much_there_is(client: Client, queries: Recorder) -> None:
    counts = []
    for _ in range(2):
        for _ in range(5):
            challenges.challenge(themes=[1, 2], owner_organisation=organisations.organisation())
        with queries() as seen:
            client.get("/challenges.atom")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 2, str(seen)


def test_a_reader_that_has_the_feed_gets_nothing_and_head_gets_no_body(client: Client) -> None:
    challenges.challenge()
    first = client.get("/challenges.atom")
    again = client.get("/challenges.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    for path in ("/challenges.atom", f"/challenges/{challenges.challenge().id}.ics"):
        head = client.open(path, method="HEAD")
        assert (head.status_code, head.get_data()) == (200, b"")
    challenges.challenge(title="Noget nyt")
    changed = client.get("/challenges.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_phases_and_the_promised_answer_are_days_of_a_calendar(client: Client) -> None:
    today = clock.today()
    named = challenges.phase(PhaseKind.PILOT, starts_in=10, ends_in=10)
    named.title = "Vi prøver, og måler"
    challenge = challenges.challenge(
        title="Skygge", phases=[challenges.phase(ends_in=5), named], promise_answer_by=today + timedelta(days=60)
    )
    address = f"/challenges/{challenge.id}.ics"
    ideas, pilot, answer = events_in(client.get(address))
    assert [one["SUMMARY"] for one in (ideas, pilot, answer)] == [
        "Ideas: Skygge",
        "Vi prøver\\, og måler: Skygge",
        "Answer promised: Skygge",
    ]
    assert ideas["DTSTART"] == f"{today - timedelta(days=1):%Y%m%d}"
    assert ideas["DTEND"] == f"{today + timedelta(days=6):%Y%m%d}"
    assert pilot["DTEND"] == f"{today + timedelta(days=11):%Y%m%d}"
    assert answer["DTSTART"] == f"{today + timedelta(days=60):%Y%m%d}"
    assert answer["URL"] == f"http://localhost/challenges/{challenge.id}"
    keys = {one["UID"] for one in (ideas, pilot, answer)}
    assert len(keys) == 3
    assert keys == {one["UID"] for one in events_in(client.get(address))}


def test_the_page_leads_to_its_dates_beside_the_steps(client: Client) -> None:
    challenge = challenges.challenge()
    link = client.get(f"/challenges/{challenge.id}").one(".phases + .ways-to-follow a")
    assert link.get_text(strip=True) == "Add the dates to your calendar"
    assert events_in(client.get(str(link["href"])))[0]["SUMMARY"].startswith("Ideas: ")


def test_the_dates_of_what_is_not_public_are_not_there(client: Client) -> None:
    hidden, draft = challenges.challenge(hidden_at=clock.now()), challenges.draft()
    for challenge in (hidden, draft, challenges.in_review()):
        assert client.get(f"/challenges/{challenge.id}.ics").status_code == 404


def test_a_calendar_costs_one_query(client: Client, queries: Recorder) -> None:
    phases = [challenges.phase(kind) for kind in PhaseKind]
    challenge = challenges.challenge(phases=phases, municipalities=[places.municipality() for _ in range(3)])
    with queries() as seen:
        client.get(f"/challenges/{challenge.id}.ics")
    assert len(seen) <= 2, str(seen)
