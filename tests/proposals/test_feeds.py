"""Ideas are followed without an account."""

from __future__ import annotations

import pytest

from app.kernel import clock
from app.proposals.models import ProposalState
from tests.factories import challenges, identity, organisations, proposals
from tests.support.client import Client
from tests.support.feeds import feed_in
from tests.support.queries import Recorder


def test_the_feed_names_author_organisation_and_themes(client: Client) -> None:
    idea = proposals.proposal(
        title="En bænk <script>alert(1)</script>",
        body="Med **udsigt** over åen.",
        author=identity.person(name="Signe Ravn"),
        organisation=organisations.organisation(name="Bænkefabrikken"),
        challenge=challenges.challenge(themes=[15]),
    )
    page = client.get("/proposals.atom")
    (entry,) = feed_in(page).entries
    assert entry.text("id") == f"http://localhost/proposals/{idea.id}"
    assert entry.text("title") == "En bænk <script>alert(1)</script>"
    assert entry.text("summary") == "Med udsigt over åen."
    assert entry.authors == ["Signe Ravn", "Bænkefabrikken"]
    assert entry.categories == {"proposal": "Idé", "theme-15": "Livet på land"}
    assert "<script" not in page.text


def test_control_characters_that_people_pasted_break_nothing(client: Client) -> None:
    proposals.proposal(title="En\x01 bænk\x1b ved\x0c åen", body="Tekst\x02 med\ufffe noget usynligt i sig.")
    assert feed_in(client.get("/proposals.atom")).titles == ["En bænk ved åen"]


@pytest.mark.parametrize("state", [state for state in ProposalState if state not in {"published", "merged"}])
def test_only_what_is_published_is_in_it(client: Client, state: ProposalState) -> None:
    author = identity.person()
    proposals.proposal(state=state, author=author)
    proposals.proposal(hidden_at=clock.now(), author=author)
    assert feed_in(client.get("/proposals.atom")).entries == []
    assert feed_in(client.signed_in_as(author).get("/proposals.atom")).entries == []


def test_somebody_whose_account_is_erased_is_not_named(client: Client) -> None:
    gone = identity.person(name="Slettet bruger", email=None, email_verified_at=None, erased_at=clock.now())
    proposals.proposal(author=gone)
    proposals.proposal(author=None)
    names = {tuple(entry.authors) for entry in feed_in(client.get("/proposals.atom")).entries}
    assert names == {("En, der har forladt Torvet",)}


def test_the_feed_is_narrowed_as_the_list_and_the_list_names_it(client: Client) -> None:
    one = proposals.proposal(title="Vilde planter", challenge=challenges.challenge(themes=[13]))
    other = proposals.proposal(title="Cykelsti", longitude=10.1, latitude=56.2)
    for query, titles in {
        "q=vild": [one.title],
        "theme=13": [one.title],
        "placed=1": [other.title],
        f"challenge={one.challenge_id}": [one.title],
        f"municipality={other.municipality_id}": [other.title],
        "sort=supported&answer=perhaps&theme=99": [other.title, one.title],
    }.items():
        page = client.get(f"/proposals?{query}")
        named = str(page.one("head link[type='application/atom+xml']")["href"])
        assert page.one("#ideas .ways-to-follow a")["href"] == named
        assert feed_in(client.get(named)).titles == titles, query
    assert feed_in(client.get("/proposals.atom?q=vild")).text("title") == "Idéer: vild – Torvet"


def test_the_feed_is_one_query_however_much_there_is(client: Client, queries: Recorder) -> None:
    for _ in range(9):
        proposals.proposal(organisation=organisations.organisation())
    with queries() as seen:
        assert len(feed_in(client.get("/proposals.atom")).entries) == 9
    assert len(seen) == 1, str(seen)
