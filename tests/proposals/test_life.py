"""The life of an idea: changed on request, taken back, edited in public, deleted."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.activity.models import Activity
from app.moderation import actions as moderation
from app.moderation.models import Case, CaseState, DecisionKind, ReasonCode
from app.proposals.models import ProposalState
from tests.factories import challenges, identity, proposals
from tests.support.client import Client
from tests.support.ideas import BODY, TITLE, fill, ideas, the_idea


def test_changes_requested_are_made_and_sent_again(client: Client, session: Session) -> None:
    idea = proposals.proposal(state=ProposalState.DRAFT)
    client.signed_in_as(idea.author)
    client.submit(client.get(f"/proposals/{idea.id}/send"), f"form[action='/proposals/{idea.id}/send']")
    case = session.get_one(Case, idea.case_id)
    by = identity.actor(identity.moderator(idea.municipality))
    moderation.decide(
        case,
        DecisionKind.REQUEST_CHANGES,
        by=by,
        version=case.version,
        reason_code=ReasonCode.UNCLEAR,
        reason="Skriv hvor.",
    )
    page = client.get(f"/proposals/{idea.id}")
    assert idea.state == ProposalState.CHANGES_REQUESTED
    assert "Skriv hvor." in page.words
    fill(client, client.get(f"/proposals/{idea.id}/edit"), body=BODY + " Det er ved kajen.")
    assert idea.state == ProposalState.IN_REVIEW
    session.refresh(case)
    moderation.decide(case, DecisionKind.PUBLISH, by=by, version=case.version)
    assert idea.state == ProposalState.PUBLISHED
    assert idea.challenge is not None
    assert idea.challenge.proposal_count == 1
    assert idea.answer_due == idea.challenge.promise_answer_by
    assert session.scalar(select(func.count()).where(Activity.kind == "proposal.published")) == 1


def test_what_is_in_review_is_taken_back_to_be_edited(client: Client, session: Session) -> None:
    idea = proposals.proposal(state=ProposalState.DRAFT)
    client.signed_in_as(idea.author)
    client.submit(client.get(f"/proposals/{idea.id}/send"), f"form[action='/proposals/{idea.id}/send']")
    assert client.get(f"/proposals/{idea.id}/edit").status_code == 403
    client.submit(client.get(f"/proposals/{idea.id}"), f"form[action='/proposals/{idea.id}/recall']")
    assert idea.state == ProposalState.DRAFT
    assert session.get_one(Case, idea.case_id).state == CaseState.WITHDRAWN
    assert client.get(f"/proposals/{idea.id}/edit").status_code == 200


def test_a_change_after_publication_is_shown_with_its_difference(client: Client, session: Session) -> None:
    idea = proposals.proposal(state=ProposalState.DRAFT, title=TITLE, body=BODY)
    from app.proposals import actions

    actions.carry_out(idea.id, DecisionKind.PUBLISH, identity.actor(identity.moderator(idea.municipality)))
    client.signed_in_as(idea.author)
    fill(client, client.get(f"/proposals/{idea.id}/edit"), body=BODY.replace("færgen", "bussen"))
    page = client.signed_out().get(f"/proposals/{idea.id}/versions")
    assert page.one("ins").get_text().strip().startswith("[")
    assert "bussen." in page.one("ins").get_text()
    assert "færgen." in page.one("del").get_text()


def test_two_windows_do_not_overwrite_each_other(client: Client) -> None:
    idea = proposals.proposal(title=TITLE)
    page = client.signed_in_as(idea.author).get(f"/proposals/{idea.id}/edit")
    assert fill(client, page, body=BODY + " Første.").status_code == 303
    assert fill(client, page, body=BODY + " Andet.").status_code == 409
    assert idea.body.endswith("Første.")


def test_others_can_neither_edit_send_nor_delete(client: Client) -> None:
    idea = proposals.proposal()
    draft = proposals.proposal(state=ProposalState.DRAFT)
    client.signed_in_as(identity.person())
    for verb in ("edit", "withdrawal", "send"):
        assert client.get(f"/proposals/{idea.id}/{verb}").status_code == 403, verb
    for verb in ("edit", "deletion", "send"):
        assert client.get(f"/proposals/{draft.id}/{verb}").status_code == 404, verb


def test_a_draft_is_deleted(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    client.signed_in_as(identity.person())
    fill(client, client.get(f"/proposals/new?challenge={challenge.id}"), button="Gem som kladde")
    page = client.get(f"/proposals/{the_idea(session).id}/deletion")
    client.submit(page, "main form")
    assert not ideas(session)
