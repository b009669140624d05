"""The list, the map and the page of an idea."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session, with_expression

from app.kernel import clock, paging
from app.moderation.models import DecisionKind
from app.organisations.models import MemberRole
from app.proposals import actions, queries
from app.proposals.models import AnswerStatus, Proposal, ProposalState
from tests.factories import challenges, identity, organisations, places, proposals
from tests.support.client import Client
from tests.support.queries import Recorder


def test_the_list_shows_what_is_published_and_nothing_else(client: Client) -> None:
    proposals.proposal(title="En bænk ved åen")
    proposals.proposal(title="Et hemmeligt udkast", state=ProposalState.DRAFT)
    proposals.proposal(title="Noget skjult", hidden_at=clock.now())
    words = client.get("/proposals").words
    assert "En bænk ved åen" in words
    assert "hemmeligt" not in words
    assert "skjult" not in words


def test_the_list_is_narrowed_by_words_place_theme_and_answer(client: Client) -> None:
    climate = challenges.challenge(themes=[13])
    one = proposals.proposal(title="Vilde planter langs åen", challenge=climate, answer_status=AnswerStatus.DONE)
    other = proposals.proposal(title="Cykelsti til Hadsten", longitude=10.1, latitude=56.2)
    for query, found, not_found in [
        ("q=vild", one, other),
        ("theme=13", one, other),
        ("answer=done", one, other),
        ("answer=waiting", other, one),
        ("placed=1", other, one),
        (f"challenge={climate.id}", one, other),
        (f"municipality={other.municipality_id}", other, one),
    ]:
        page = client.get(f"/proposals?{query}")
        assert found.title in page.words, query
        assert not_found.title not in page.words, query


def test_what_makes_no_sense_in_the_address_is_left_out(client: Client) -> None:
    proposals.proposal(title="En bænk ved åen")
    page = client.get(
        "/proposals?theme=99&municipality=x&answer=perhaps&sort=sideways&after=nonsense&challenge=" + "9" * 40
    )
    assert page.status_code == 200
    assert "En bænk ved åen" in page.words


def test_every_order_pages_through_every_idea_once(client: Client) -> None:
    challenge = challenges.challenge()
    made = [proposals.proposal(challenge=challenge, support_count=number % 3) for number in range(45)]
    for sort in ("newest", "supported", "random"):
        page, seen = client.get(f"/proposals?sort={sort}"), []
        while True:
            assert page.status_code == 200, page.words
            seen += [link["href"] for link in page.all("#ideas .row-title a")]
            following = page.all("a[rel=next]")
            if not following:
                break
            page = client.get(str(following[0]["href"]))
        assert len(seen) == len(set(seen)) == len(made), sort


def test_the_order_by_chance_is_whole_for_every_reader(session: Session) -> None:
    """Paged by the query itself, as a request does, for more readers than pages could be fetched for."""
    challenge = challenges.challenge()
    made = {proposals.proposal(challenge=challenge).id for _ in range(45)}
    orders = set()
    for seed in (0, 1, 2**31 - 1, *range(7, 10**9, 10**7)):
        filters, seen, after = queries.Filters(sort="random"), [], ""
        while after is not None:
            session.expunge_all()
            found = filters.select().options(with_expression(Proposal.chance, queries.chance(seed)))
            page = paging.page(found, *filters.keys(seed), after=after)
            seen += [idea.id for idea in page.items]
            after = page.next
        assert len(seen) == len(made), seed
        assert set(seen) == made, seed
        orders.add(tuple(seen))
    assert len(orders) == 103


def test_the_list_takes_the_same_few_queries_however_long_it_is(client: Client, queries: Recorder) -> None:
    person = identity.person()
    client.signed_in_as(person)
    challenge = challenges.challenge()
    counted = []
    for number in (2, 30):
        for _ in range(number):
            proposals.proposal(challenge=challenge)
        with queries() as seen:
            client.get("/proposals")
        counted.append(len(seen))
        assert len(seen) <= 8, str(seen)
    assert counted[0] == counted[1]


def test_the_page_of_an_idea_takes_few_queries_however_much_there_is(client: Client, queries: Recorder) -> None:
    idea = proposals.proposal()
    client.signed_in_as(identity.person())
    counted = []
    for number in (1, 30):
        for _ in range(number):
            proposals.support(idea)
        with queries() as seen:
            client.get(f"/proposals/{idea.id}")
        counted.append(len(seen))
        assert len(seen) <= 8, str(seen)
    assert counted[0] == counted[1]


def test_a_draft_is_seen_by_its_author_only(client: Client) -> None:
    idea = proposals.proposal(state=ProposalState.DRAFT)
    assert client.get(f"/proposals/{idea.id}").status_code == 404
    client.signed_in_as(identity.moderator(idea.municipality))
    assert client.get(f"/proposals/{idea.id}").status_code == 404
    client.signed_in_as(idea.author)
    assert client.get(f"/proposals/{idea.id}").status_code == 200


def test_text_of_an_idea_is_harmless(client: Client) -> None:
    idea = proposals.proposal(
        title="<script>alert(1)</script>",
        body="<img src=x onerror=alert(1)> [x](javascript:alert(1)) " * 3,
        place_name="<b>her</b>",
    )
    page = client.get(f"/proposals/{idea.id}")
    assert not page.all("main script")
    assert not page.all("main img")
    assert "<script>alert(1)</script>" in page.heading


def test_points_are_those_of_public_ideas(client: Client) -> None:
    shown = proposals.proposal(longitude=10.2, latitude=56.1)
    proposals.proposal(longitude=10.3, latitude=56.2, state=ProposalState.DRAFT)
    data = client.get("/proposals/points.geojson").get_json()
    assert [feature["properties"]["title"] for feature in data["features"]] == [shown.title]
    assert data["features"][0]["geometry"]["coordinates"] == [10.2, 56.1]


def test_the_map_stands_beside_a_list(client: Client) -> None:
    idea = proposals.proposal(longitude=10.2, latitude=56.1)
    page = client.get("/proposals?view=map")
    assert page.one("[data-map]")["data-url"].startswith("/proposals/points.geojson")
    assert idea.title in page.words


def test_the_author_sees_the_place_in_the_queue(client: Client) -> None:
    home = places.municipality()
    challenge = challenges.challenge(municipalities=[home])
    for _ in range(2):
        first = proposals.proposal(state=ProposalState.DRAFT, challenge=challenge)
        actions.submit(first, by=identity.actor(first.author))
    mine = proposals.proposal(state=ProposalState.DRAFT, challenge=challenge)
    actions.submit(mine, by=identity.actor(mine.author))
    page = client.signed_in_as(mine.author).get(f"/proposals/{mine.id}")
    assert "Nummer 3 af 3 i køen" in page.words


def test_a_hidden_idea_is_gone_and_comes_back(client: Client, session: Session) -> None:
    idea = proposals.proposal()
    by = identity.actor(identity.moderator(idea.municipality))
    actions.carry_out(idea.id, DecisionKind.HIDE, by)
    assert client.get(f"/proposals/{idea.id}").status_code == 404
    actions.carry_out(idea.id, DecisionKind.RESTORE, by)
    assert client.get(f"/proposals/{idea.id}").status_code == 200


def test_withdrawing_leaves_a_page_that_says_so(client: Client) -> None:
    idea = proposals.proposal(title="En bænk")
    client.signed_in_as(idea.author)
    page = client.get(f"/proposals/{idea.id}/withdrawal")
    client.submit(page, reason="Bænken er kommet.")
    page = client.signed_out().get(f"/proposals/{idea.id}")
    assert "Bænken er kommet." in page.words
    assert idea.title not in client.get("/proposals").words
    assert idea.thread.closed


def test_an_overdue_answer_is_marked(client: Client) -> None:
    idea = proposals.proposal(answer_due=clock.today() - timedelta(days=3))
    assert client.get(f"/proposals/{idea.id}").all(".deadline-overdue")


def test_organisations_that_back_are_shown_apart(client: Client) -> None:
    idea, firm, boss = proposals.proposal(), organisations.organisation(), identity.person()
    organisations.membership(firm, boss, MemberRole.OWNER)
    client.signed_in_as(boss)
    page = client.get(f"/proposals/{idea.id}/backing")
    client.submit(page, statement="Vi kan bygge den.")
    page = client.get(f"/proposals/{idea.id}")
    assert firm.name in page.one(".backings").get_text()
    assert "Vi kan bygge den." in page.words
    assert page.one(".support-count strong").get_text() == "0"
