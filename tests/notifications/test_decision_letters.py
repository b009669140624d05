"""What the mail about a decision says that its reader can do now."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.identity.models import Person
from app.proposals.models import Proposal, ProposalState
from tests.factories import challenges, identity, proposals
from tests.support.client import Client
from tests.support.smtp import Mailbox

Run = Callable[[], int]
WHY = "Skriv, hvor bænken skal stå."
CORRECT = {"da": "rette det og sende det igen", "en": "correct it and send it again"}
COMPLAIN = {"da": "klage over afgørelsen", "en": "complain about the decision"}
FREE = {"da": "Det er gratis at klage", "en": "Complaining is free"}
NOTHING = {"da": "Du behøver ikke gøre noget.", "en": "You do not need to do anything."}
SHOWN = {"da": "bliver det vist, som det er", "en": "it is shown as it is"}
SHOWN_AGAIN = {"da": "bliver det vist igen", "en": "it is shown again"}
APART = {"da": "skilles de to idéer ad igen", "en": "the two ideas are taken apart again"}
WAYS = (CORRECT, COMPLAIN, FREE, NOTHING, SHOWN, SHOWN_AGAIN, APART)


@pytest.fixture(params=["da", "en"])
def author(request: pytest.FixtureRequest) -> Person:
    return identity.person(language=request.param)


@pytest.fixture
def letter(client: Client, run_jobs: Run, mails: Mailbox, author: Person) -> Callable[..., list[str]]:
    """The text and the HTML of the letter about a decision on a case."""

    def decided(path: str, form: str = "main form[method=post]", **fields: str) -> list[str]:
        client.submit(client.get(path), form, **fields)
        run_jobs()
        (sent,) = mails.to(author.email or "")
        parts = [sent.get_body((kind,)) for kind in ("plain", "html")]
        return [" ".join(part.get_content().split()) for part in parts if part is not None]

    return decided


def idea_of(client: Client, author: Person, state: ProposalState = ProposalState.IN_REVIEW) -> Proposal:
    idea = proposals.proposal(title="Et bord og en bænk", author=author, state=state)
    client.signed_in_as(identity.moderator(idea.municipality))
    return idea


def said(parts: list[str], language: str) -> list[list[dict[str, str]]]:
    return [[way for way in WAYS if way[language] in part] for part in parts]


@pytest.mark.parametrize(
    ("kind", "state", "ways"),
    [
        ("request_changes", ProposalState.IN_REVIEW, [CORRECT, COMPLAIN, FREE, SHOWN]),
        ("reject", ProposalState.IN_REVIEW, [COMPLAIN, FREE, SHOWN]),
        ("hide", ProposalState.PUBLISHED, [COMPLAIN, FREE, SHOWN_AGAIN]),
    ],
)
def test_a_letter_says_what_can_be_done_about_this_decision(
    client: Client,
    letter: Callable[..., list[str]],
    author: Person,
    kind: str,
    state: ProposalState,
    ways: list[dict[str, str]],
) -> None:
    idea = idea_of(client, author, state)
    code = {"reason_code": "spam"} if kind != "request_changes" else {}
    parts = letter(f"/desk/review/{idea.case_id}/{kind}", "#desk-detail form", reason=WHY, **code)
    assert said(parts, author.language) == [ways, ways]
    assert all(WHY in part and "/decisions/" in part for part in parts)


def test_who_wrote_a_merged_idea_reads_that_the_two_can_be_taken_apart(
    client: Client, letter: Callable[..., list[str]], author: Person
) -> None:
    idea = idea_of(client, author, ProposalState.PUBLISHED)
    into = proposals.proposal(title="Et bord og to bænke", challenge=idea.challenge)
    parts = letter(f"/proposals/{idea.id}/merge", "form.form", into=str(into.id), reason=WHY)
    assert said(parts, author.language) == [[COMPLAIN, FREE, APART]] * 2


def test_where_nothing_has_to_be_done_the_letter_says_so_and_no_more(
    client: Client, letter: Callable[..., list[str]], author: Person
) -> None:
    idea = idea_of(client, author)
    parts = letter(f"/desk/review/{idea.case_id}", "form[action$=publish]")
    assert said(parts, author.language) == [[NOTHING]] * 2
    assert all(f"/proposals/{idea.id}" in part for part in parts)


def test_a_challenge_that_was_rejected_can_be_corrected_and_its_page_says_so(
    client: Client, letter: Callable[..., list[str]], author: Person
) -> None:
    challenge = challenges.in_review(author=author, published_at=None)
    client.signed_in_as(identity.moderator(challenge.municipalities[0]))
    path = f"/desk/review/{challenge.case_id}/reject"
    parts = letter(path, "#desk-detail form", reason_code="spam", reason=WHY)
    assert said(parts, author.language) == [[CORRECT, COMPLAIN, FREE, SHOWN]] * 2
    page = client.signed_out().signed_in_as(author).get(f"/challenges/{challenge.id}")
    assert page.one(f".notice-text a[href='/challenges/{challenge.id}/edit']")
