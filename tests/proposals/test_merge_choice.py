"""Which idea remains: those most like it are offered, others are found by their title or their address."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.kernel import clock
from app.proposals.models import Proposal, ProposalState
from tests.factories import challenges, identity, moderation, places, proposals
from tests.support.client import Client, Page
from tests.support.queries import Recorder

TITLES = ("En bænk ved havnen", "En ny bænk ved havnen", "Drikkevand i parken", "Lys på stien")


@pytest.fixture
def ideas(client: Client) -> list[Proposal]:
    """Ideas under one challenge, the first two alike, for a moderator of the place."""
    challenge = challenges.challenge()
    made = [proposals.proposal(title=title, challenge=challenge, place_name="Kajen") for title in TITLES]
    client.signed_in_as(identity.moderator(made[0].municipality))
    return made


def choices(page: Page) -> list[str]:
    return [label.get_text() for label in page.all("#fitting .form-group-radio label")]


def merge_page(client: Client, idea: Proposal, words: str = "", **more: str) -> Page:
    return client.get(f"/proposals/{idea.id}/merge", query_string={"q": words, **more})


def test_the_ideas_most_like_it_are_offered_with_place_date_and_supports(client: Client, ideas: list[Proposal]) -> None:
    bench, twin, *_ = ideas
    proposals.support(bench, identity.person())
    page = merge_page(client, twin)
    assert choices(page) == [bench.title]
    facts = page.one("#into-0-facts").get_text(" ")
    for told in ("Kajen", str(clock.today().year), "1 støtte"):
        assert told in facts
    assert page.one(f"#into-0-facts a[href='/proposals/{bench.id}']")
    assert not page.all("input[name=into][checked]")


def test_where_nothing_is_alike_the_newest_that_can_be_chosen_are_offered(
    client: Client, ideas: list[Proposal]
) -> None:
    page = merge_page(client, ideas[3])
    assert "Her er de nyeste, du kan vælge." in page.words
    assert choices(page) == [ideas[2].title, ideas[1].title, ideas[0].title]
    alone = proposals.proposal(challenge=None, municipality=ideas[0].municipality)
    assert "Her er ingen andre idéer." in merge_page(client, alone).words


def test_nothing_chosen_is_said_beside_the_field_and_what_was_looked_for_stays(
    client: Client, ideas: list[Proposal]
) -> None:
    page = merge_page(client, ideas[0], "drikkevand")
    refused = client.submit(page, "form.form", reason="De vil det samme.")
    assert refused.status_code == 422
    assert "Vælg den idé, der skal blive stående." in refused.one("#fitting #into-error").get_text()
    assert refused.one(".error-summary a[href='#into-0']")
    assert refused.one("#filter-q")["value"] == "drikkevand"
    assert "De vil det samme." in refused.text
    assert choices(refused) == ["Drikkevand i parken"]


@pytest.mark.parametrize("words", ["drikkevand", "PARK", "drikkevan", "vand i parken"])
def test_an_idea_is_found_by_words_of_its_title_and_merged(
    client: Client, session: Session, ideas: list[Proposal], words: str
) -> None:
    bench, _, water, _ = ideas
    start = merge_page(client, bench)
    page = client.submit(start, ".filter-bar", q=words)
    assert choices(page) == [water.title]
    assert page.one("#filter-q")["value"] == words
    assert client.submit(page, "form.form", into=str(water.id)).location == f"/proposals/{water.id}"
    session.refresh(bench)
    assert bench.merged_into_id == water.id


def test_what_answers_another_challenge_is_found_but_cannot_be_chosen(client: Client, ideas: list[Proposal]) -> None:
    elsewhere = proposals.proposal(title="Drikkevand på torvet")
    page = merge_page(client, ideas[0], "drikkevand")
    assert choices(page) == ["Drikkevand i parken"]
    assert page.one(f"#fitting li a[href='/proposals/{elsewhere.id}']").get_text() == elsewhere.title
    assert "De her kan ikke vælges" in page.words


def test_an_idea_that_stands_alone_is_merged_with_one_of_another_municipality(client: Client) -> None:
    home = places.municipality()
    alone = proposals.proposal(title="Flere sheltere", challenge=None, municipality=home)
    away = proposals.proposal(title="Sheltere langs kysten", challenge=None, municipality=places.municipality())
    near = proposals.proposal(title="Et shelter i skoven", challenge=None, municipality=home)
    client.signed_in_as(identity.moderator(home))
    page = merge_page(client, alone, "shelter")
    assert choices(page) == [near.title, away.title]
    assert client.submit(page, "form.form", into=str(away.id)).location == f"/proposals/{away.id}"


@pytest.mark.parametrize(
    "address",
    ["https://torvet.dk/proposals/{}", "/proposals/{}?from=3#comments", " http://x/proposals/{}/before-merge "],
)
def test_the_address_of_an_idea_finds_it(client: Client, ideas: list[Proposal], address: str) -> None:
    assert choices(merge_page(client, ideas[0], address.format(ideas[3].id))) == [ideas[3].title]
    assert choices(merge_page(client, ideas[3], address.format(ideas[3].id))) == []
    assert choices(merge_page(client, ideas[0], address.format("9" * 15))) == []


def test_the_address_of_a_merged_idea_finds_the_one_that_remains(client: Client, ideas: list[Proposal]) -> None:
    bench, twin, water, _ = ideas
    client.submit(merge_page(client, twin), "form.form", into=str(bench.id))
    assert choices(merge_page(client, water, f"/proposals/{twin.id}")) == [bench.title]


def test_what_is_not_public_is_never_found(client: Client, session: Session, ideas: list[Proposal]) -> None:
    bench, _, water, light = ideas
    water.hidden_at, light.state = clock.now(), ProposalState.IN_REVIEW
    session.commit()
    for words in (water.title, light.title, f"/proposals/{water.id}", f"/proposals/{light.id}"):
        page = merge_page(client, bench, words)
        assert not {water.title, light.title} & set(choices(page)), words
        assert client.submit(merge_page(client, bench), "form.form", into=str(water.id)).status_code == 422


def test_what_was_chosen_stays_while_one_looks_on(client: Client, ideas: list[Proposal]) -> None:
    bench, twin, water, _ = ideas
    headers = {"HX-Request": "true"}
    address = {"q": "drikkevand", "into": str(twin.id)}
    part = client.get(f"/proposals/{bench.id}/merge", query_string=address, headers=headers)
    assert choices_of_part(part) == [twin.title, water.title]
    assert "<html" not in part.text
    page = merge_page(client, bench, "drikkevand", into=str(twin.id))
    assert page.one("input[name=into][checked]")["value"] == str(twin.id)
    refused = client.submit(page, "form.form", reason=" ")
    assert refused.one("input[name=into][checked]")["value"] == str(twin.id)


def choices_of_part(part: Page) -> list[str]:
    return [label.get_text() for label in part.all(".form-group-radio label")]


def test_the_page_costs_the_same_however_much_is_found(
    client: Client, ideas: list[Proposal], queries: Recorder
) -> None:
    bench, challenge = ideas[0], ideas[0].challenge
    merge_page(client, bench)
    costs = []
    for _ in range(2):
        for words in ("", "bænk"):
            with queries() as asked:
                merge_page(client, bench, words)
            costs.append(len(asked))
        for number in range(8):
            proposals.proposal(title=f"En bænk ved havnen {number}", challenge=challenge)
            proposals.proposal(title=f"En bænk andetsteds {number}")
    assert len(set(costs)) == 1, costs
    assert costs[0] <= 12


def test_from_the_desk_one_comes_back_to_the_list_as_it_was_narrowed(client: Client, ideas: list[Proposal]) -> None:
    bench, twin, *_ = ideas
    following = moderation.waiting(municipalities=[bench.municipality])
    desk = client.get(f"/desk/review/{twin.case_id}?what=review")
    page = client.get(str(desk.one("[data-key=m]")["href"]))
    assert page.one(f"a.quiet-link[href='/desk/review/{twin.case_id}?what=review']")
    looked = client.submit(page, ".filter-bar", q="bænk")
    done = client.submit(looked, "form.form", into=str(bench.id))
    assert done.location == f"/desk/review/{following.id}?what=review"
