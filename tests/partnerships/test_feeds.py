"""Partnerships, and the news of each, are followed without an account."""

from __future__ import annotations

from datetime import timedelta

from app.kernel import clock
from app.partnerships.models import OutcomeKind, PartnershipState
from tests.factories import challenges, identity, organisations, partnerships, places, proposals
from tests.support.client import Client
from tests.support.feeds import feed_in
from tests.support.queries import Recorder


def test_the_feed_names_the_lead_and_what_came_of_it(client: Client) -> None:
    lead = organisations.organisation(name="Nordlys")
    idea = proposals.proposal(challenge=challenges.challenge(themes=[6]))
    partnerships.partnership(title="Måling i brøndene", proposal=idea, lead=lead)
    partnerships.partnership(
        title="Køligere skolegårde",
        state=PartnershipState.CONCLUDED,
        outcome_kind=OutcomeKind.SCALED,
        outcome="Træer sænkede varmen.",
        outcome_figure="4 grader",
    ).published_at = clock.now() - timedelta(days=1)
    first, second = feed_in(client.get("/partnerships.atom")).entries
    assert (first.text("title"), first.authors) == ("Måling i brøndene", ["Nordlys"])
    assert first.categories == {"partnership": "Partnership", "theme-6": "Clean water and sanitation"}
    assert first.text("summary") == "Vi prøver løsningen af sammen."
    assert second.text("summary") == "4 grader"


def test_what_not_everybody_may_see_is_in_no_feed(client: Client) -> None:
    lead = identity.person()
    company = organisations.owned_by(lead)
    for state in (PartnershipState.DRAFT, PartnershipState.IN_REVIEW, PartnershipState.WITHDRAWN):
        partnerships.partnership(state=state, lead=company)
    partnerships.partnership(hidden_at=clock.now(), lead=company)
    assert feed_in(client.get("/partnerships.atom")).entries == []
    assert feed_in(client.signed_in_as(lead).get("/partnerships.atom")).entries == []


def test_the_feed_is_narrowed_as_the_list_and_the_list_names_it(client: Client) -> None:
    town = places.municipality(slug="hjem")
    partnerships.partnership(title="Sensorer", municipality=town)
    partnerships.partnership(title="Havvind", state=PartnershipState.ACTIVE)
    for query, titles in {
        "municipality=hjem": ["Sensorer"],
        "q=havvind": ["Havvind"],
        "state=active": ["Havvind"],
        "state=draft&municipality=x": ["Havvind", "Sensorer"],
    }.items():
        page = client.get(f"/partnerships?{query}")
        named = str(page.one("head link[type='application/atom+xml']")["href"])
        assert page.one("#partnerships .ways-to-follow a")["href"] == named
        assert feed_in(client.get(named)).titles == titles, query


def test_the_news_of_a_partnership_have_a_feed_that_its_page_names(client: Client) -> None:
    partnership = partnerships.partnership(title="Sensorer")
    firm = organisations.organisation(name="Nordlys")
    partnerships.update(partnership, title="Skjult", hidden_at=clock.now())
    partnerships.update(partnership, title="Første", author=None)
    news = partnerships.update(partnership, title="Anden", author=identity.person(name="Bo"), organisation=firm)
    partnerships.update(partnerships.partnership(), title="Af andre")
    page = client.get(f"/partnerships/{partnership.id}")
    named = str(page.one("head link[type='application/atom+xml']")["href"])
    assert page.one("#news ~ .ways-to-follow a")["href"] == named
    feed = feed_in(client.get(named))
    assert feed.titles == ["Anden", "Første"]
    assert feed.text("title") == "Sensorer – Torvet"
    assert [entry.authors for entry in feed.entries] == [["Bo", "Nordlys"], ["Somebody whose account is gone"]]
    assert feed.entries[0].text("id") == f"http://localhost/partnerships/{partnership.id}#update-{news.id}"
    assert page.one(f"#update-{news.id}")


def test_the_news_of_what_is_not_public_are_not_there(client: Client) -> None:
    draft = partnerships.partnership(state=PartnershipState.DRAFT)
    hidden = partnerships.partnership(hidden_at=clock.now())
    for partnership in (draft, hidden):
        assert client.get(f"/partnerships/{partnership.id}.atom").status_code == 404


def test_the_feeds_cost_the_same_however_much_there_is(client: Client, queries: Recorder) -> None:
    one = partnerships.partnership()
    counts: dict[str, list[int]] = {"/partnerships.atom": [], f"/partnerships/{one.id}.atom": []}
    for _ in range(2):
        for _ in range(4):
            partnerships.partnership(proposal=proposals.proposal())
            partnerships.partner(one, person=identity.person())
            partnerships.update(one, organisation=organisations.organisation())
        for path, numbers in counts.items():
            with queries() as seen:
                client.get(path)
            numbers.append(len(seen))
            assert len(seen) <= 5, str(seen)
    assert all(few == many for few, many in counts.values()), counts
