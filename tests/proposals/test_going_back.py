"""Coming back to a form: by the back button after sending, with something to correct, or to one of several drafts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.organisations.models import MemberRole
from app.proposals import actions
from app.proposals.models import ProposalState
from tests.factories import challenges, identity, organisations, places, proposals
from tests.support.client import Client
from tests.support.ideas import TITLE, fill, the_idea


def test_whoever_goes_back_after_sending_is_told_that_it_was_sent(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    client.signed_in_as(identity.person())
    fill(client, client.get(f"/proposals/new?challenge={challenge.id}"))
    idea = the_idea(session)
    for ask in (client.get, client.send):
        again = ask(f"/proposals/{idea.id}/send")
        assert again.location == f"/proposals/{idea.id}"
        assert "Din idé er allerede sendt." in client.follow(again).words
    assert idea.state == ProposalState.IN_REVIEW


def test_nobody_else_opens_the_step_before_sending(client: Client) -> None:
    published = proposals.proposal()
    assert "/sign-in" in client.get(f"/proposals/{published.id}/send").location
    client.signed_in_as(identity.person())
    assert client.get(f"/proposals/{published.id}/send").status_code == 403


def test_a_refusal_advises_to_sign_in_only_whoever_has_not(client: Client) -> None:
    idea = proposals.proposal(state=ProposalState.IN_REVIEW)
    client.signed_in_as(idea.author)
    refused = client.get(f"/proposals/{idea.id}/edit", headers={"Referer": f"http://localhost/proposals/{idea.id}"})
    assert refused.status_code == 403
    assert "og ind" not in refused.one("main").get_text()
    ways = [str(link["href"]) for link in refused.all("main .ways a")]
    assert ways == ["/my", "/", f"/proposals/{idea.id}"]
    elsewhere = client.get(f"/proposals/{idea.id}/edit", headers={"Referer": "https://example.org/proposals"})
    assert [str(link["href"]) for link in elsewhere.all("main .ways a")] == ["/my", "/"]


def test_a_form_that_comes_back_says_what_one_is_doing_and_shows_ideas_alike(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    other = proposals.proposal(title="En bænk ved havnen", challenge=challenge)
    client.signed_in_as(identity.person())
    refused = fill(client, client.get(f"/proposals/new?challenge={challenge.id}"), body="For kort")
    assert (refused.status_code, refused.heading) == (422, "Skriv en idé")
    assert other.title in refused.one("#alike").get_text()
    draft = client.follow(fill(client, refused, button="Gem som kladde"))
    refused = fill(client, draft, body="For kort")
    assert (refused.status_code, refused.heading) == (422, "Skriv en idé")
    assert other.title in refused.one("#alike").get_text()
    assert fill(client, refused).location.endswith(refused.request.path.replace("/edit", ""))


def test_what_was_sent_before_is_corrected(client: Client) -> None:
    idea = proposals.proposal()
    client.signed_in_as(idea.author)
    assert client.get(f"/proposals/{idea.id}/edit").heading == "Ret idéen"


def test_several_drafts_are_one_line_that_leads_to_them(client: Client) -> None:
    challenge, author = challenges.challenge(), identity.person()
    drafts = [
        proposals.proposal(state=ProposalState.DRAFT, challenge=challenge, author=author, title=f"Kladde {number}")
        for number in range(3)
    ]
    client.signed_in_as(author)
    page = client.get(f"/proposals/new?challenge={challenge.id}")
    (box,) = page.all("main .notice")
    named = [str(link["href"]) for link in box.select("a")]
    assert len(named) == 2
    assert named[0] in {f"/proposals/{draft.id}/edit" for draft in drafts}
    assert client.get(named[1].partition("#")[0]).all("#my-ideas")


def test_the_form_marks_what_is_required_and_repeats_the_whole_promise(client: Client) -> None:
    places.municipality(), places.municipality()
    client.signed_in_as(identity.person())
    assert "*" in client.get("/proposals/new").one("label[for=municipality]").get_text()
    challenge = challenges.challenge(promise_open="Hvor træerne skal stå")
    assert "Hvor træerne skal stå" in client.get(f"/proposals/new?challenge={challenge.id}").one(".promise").get_text()


def test_changes_are_offered_to_read_only_where_there_are_some(client: Client, session: Session) -> None:
    idea, link = proposals.proposal(), "a[href$='/versions']"
    actions.keep_version(idea, edited_by_id=idea.author_id)
    session.commit()
    client.signed_in_as(idea.author)
    fill(client, client.get(f"/proposals/{idea.id}/edit"), title=idea.title, body=idea.body)
    assert idea.version > 1
    assert not client.get(f"/proposals/{idea.id}").all(link)
    fill(client, client.get(f"/proposals/{idea.id}/edit"), title=TITLE, body=idea.body)
    assert client.get(f"/proposals/{idea.id}").all(link)


def test_whoever_has_offered_help_reads_so_and_can_take_it_back(client: Client, session: Session) -> None:
    idea = proposals.proposal()
    client.signed_in_as(identity.person())
    page = client.get(f"/proposals/{idea.id}/help")
    client.submit(page, "main form.form", text="Jeg har en spade.")
    shown = client.get(f"/proposals/{idea.id}").one(".idea-verbs")
    assert "Du har tilbudt din hjælp" in shown.get_text()
    assert "Jeg vil hjælpe" not in shown.get_text()
    mine = client.get(f"/proposals/{idea.id}/help")
    assert "Jeg har en spade." in mine.words
    assert not mine.all("main form.form")
    client.submit(mine, "main form[action^='/help-offers/']")
    assert "Jeg vil hjælpe" in client.get(f"/proposals/{idea.id}").one(".idea-verbs").get_text()


def test_whoever_leads_an_organisation_that_backs_an_idea_reads_so(client: Client) -> None:
    idea, leader = proposals.proposal(), identity.person()
    firms = [organisations.organisation() for _ in range(2)]
    for firm in firms:
        organisations.membership(firm, leader, MemberRole.OWNER)
    client.signed_in_as(leader)
    for firm in firms:
        assert "Bak op som organisation" in client.get(f"/proposals/{idea.id}").one(".idea-verbs").get_text()
        client.submit(client.get(f"/proposals/{idea.id}/backing"), "main form.form", organisation=str(firm.id))
    shown = client.get(f"/proposals/{idea.id}").one(".idea-verbs").get_text()
    assert "Din organisation bakker op om idéen" in shown
    assert "Bak op som organisation" not in shown
