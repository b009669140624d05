"""A municipality is followed without an account: all that is new there, and all that has days."""

from __future__ import annotations

from datetime import timedelta

from app.challenges.models import ChallengeState
from app.kernel import clock, db
from app.partnerships.models import PartnershipState
from app.places.models import Municipality
from tests.factories import challenges, partnerships, places, proposals
from tests.support.client import Client
from tests.support.feeds import events_in, feed_in
from tests.support.queries import Recorder


def fill(town: Municipality) -> None:
    """One of each, an hour apart."""
    challenge = challenges.challenge(title="Udfordringen", municipalities=[places.municipality(), town])
    idea = proposals.proposal(title="Idéen", challenge=challenge, municipality=town)
    partnership = partnerships.partnership(title="Partnerskabet", challenge=challenge, municipality=town)
    for hours, thing in enumerate((partnership, challenge, idea)):
        thing.published_at = clock.now() - timedelta(hours=hours)
    db.session().flush()


def test_all_that_is_new_in_a_municipality_is_one_feed(client: Client) -> None:
    town = places.municipality(name="Viby", slug="viby")
    fill(town)
    fill(places.municipality())
    page = client.get("/municipalities/viby")
    named = str(page.one("head link[type='application/atom+xml']")["href"])
    assert page.one(".ways-to-follow a[type='application/atom+xml']")["href"] == named
    feed = feed_in(client.get(named))
    assert feed.titles == ["Partnerskabet", "Udfordringen", "Idéen"]
    assert [next(iter(entry.categories)) for entry in feed.entries] == ["partnership", "challenge", "proposal"]
    assert feed.text("title") == "Nyt i Viby Kommune – Torvet"
    assert feed.link("alternate") == "http://localhost/municipalities/viby"


def test_the_newest_thirty_of_all_kinds_together(client: Client) -> None:
    town = places.municipality()
    for number in range(35):
        proposals.proposal(municipality=town).published_at = clock.now() - timedelta(days=number)
    for number in range(5):
        challenges.challenge(municipalities=[town]).published_at = clock.now() - timedelta(days=number, hours=1)
    kinds = [next(iter(one.categories)) for one in feed_in(client.get(f"/municipalities/{town.slug}.atom")).entries]
    assert (len(kinds), kinds.count("challenge")) == (30, 5)


def test_what_not_everybody_may_see_is_in_neither(client: Client) -> None:
    town = places.municipality()
    challenges.draft(municipalities=[town])
    challenges.in_review(municipalities=[town])
    shown = challenges.challenge(municipalities=[town], state=ChallengeState.CLOSED)
    shown.hidden_at = clock.now()
    proposals.proposal(municipality=town, hidden_at=clock.now())
    partnerships.partnership(municipality=town, state=PartnershipState.DRAFT)
    assert feed_in(client.get(f"/municipalities/{town.slug}.atom")).entries == []
    assert events_in(client.get(f"/municipalities/{town.slug}.ics")) == []


def test_the_days_of_what_is_open_are_one_calendar(client: Client) -> None:
    town = places.municipality(slug="viby")
    promised = {"promise_answer_by": None}
    late = challenges.phase(starts_in=20, ends_in=25)
    challenges.challenge(title="Sent", municipalities=[town], phases=[late], **promised)
    challenges.challenge(title="Tidligt", municipalities=[places.municipality(), town], **promised)
    challenges.challenge(title="Lukket", municipalities=[town], state=ChallengeState.CLOSED)
    challenges.challenge(title="Andetsteds")
    link = client.get("/municipalities/viby").one(".ways-to-follow a[type='text/calendar']")
    events = events_in(client.get(str(link["href"])))
    assert [event["SUMMARY"] for event in events] == ["Idéer: Tidligt", "Idéer: Sent"]


def test_english_readers_take_an_english_feed_with_them(client: Client) -> None:
    town = places.municipality(name="Viby", slug="viby")
    challenges.challenge(municipalities=[town])
    page = client.get("/municipalities/viby", headers={"Accept-Language": "en"})
    for link in page.all(".ways-to-follow a"):
        assert str(link["href"]).endswith("?lang=en")
    feed = feed_in(client.get("/municipalities/viby.atom?lang=en"))
    assert (feed.language, feed.text("title")) == ("en", "New in Viby – Torvet")
    assert "SUMMARY:Ideas: " in client.get("/municipalities/viby.ics?lang=en").text
    assert feed_in(client.get("/municipalities/viby.atom?lang=xx")).language == "da"


def test_an_unknown_municipality_has_neither(client: Client) -> None:
    for ending in ("atom", "ics"):
        assert client.get(f"/municipalities/ingenting.{ending}").status_code == 404


def test_both_cost_the_same_however_much_there_is(client: Client, queries: Recorder) -> None:
    town = places.municipality()
    counts: dict[str, list[int]] = {"atom": [], "ics": []}
    for _ in range(2):
        for _ in range(4):
            fill(town)
        for ending, numbers in counts.items():
            with queries() as seen:
                client.get(f"/municipalities/{town.slug}.{ending}")
            numbers.append(len(seen))
            assert len(seen) <= 5, str(seen)
    assert all(few == many for few, many in counts.values()), counts
