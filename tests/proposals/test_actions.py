"""The verbs of an idea as jobs, commands and moderation call them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.exceptions import Conflict, HTTPException

from app.activity.models import Activity
from app.kernel import clock
from app.kernel.access import SYSTEM, VISITOR, Actor, Refusal
from app.kernel.files import StoredFile
from app.moderation.models import DecisionKind
from app.organisations.models import MemberRole
from app.proposals import actions, rules
from app.proposals.drafts.actions import PictureChange, change_pictures
from app.proposals.merging.actions import merge
from app.proposals.models import AnswerStatus, Picture, Proposal, ProposalState
from app.proposals.supports import actions as supports
from tests.factories import challenges, identity, organisations, proposals


def author_of(idea: Proposal) -> Actor:
    assert idea.author is not None
    return identity.actor(idea.author)


def told(session: Session, kind: str) -> int:
    return session.scalar(select(func.count()).where(Activity.kind == kind)) or 0


def test_a_draft_that_was_in_review_keeps_its_case_when_it_is_discarded(session: Session) -> None:
    idea = proposals.proposal(state=ProposalState.DRAFT)
    actions.discard(idea, by=author_of(idea))
    assert idea.state == ProposalState.WITHDRAWN


def test_withdrawing_what_was_to_be_changed_tells_nobody(session: Session) -> None:
    idea = proposals.proposal(state=ProposalState.CHANGES_REQUESTED)
    actions.withdraw(idea, by=author_of(idea), reason="")
    assert idea.state == ProposalState.WITHDRAWN
    assert told(session, "proposal.withdrawn") == 0


def test_an_idea_without_a_thread_is_withdrawn_like_any_other(session: Session) -> None:
    idea = proposals.proposal()
    idea.thread_id = None
    actions.withdraw(idea, by=author_of(idea), reason="Den er gjort.")
    session.flush()
    assert idea.state == ProposalState.WITHDRAWN
    assert told(session, "proposal.withdrawn") == 1


def test_every_decision_of_a_moderator_is_carried_out_once(session: Session) -> None:
    idea = proposals.proposal(state=ProposalState.IN_REVIEW, author=None)
    idea.thread_id = None
    actions.carry_out(idea.id, DecisionKind.REJECT, SYSTEM)
    assert idea.state == ProposalState.REJECTED
    actions.carry_out(idea.id, DecisionKind.PUBLISH, SYSTEM)
    session.flush()
    assert idea.published
    assert idea.thread_id is not None
    assert idea.challenge is not None
    for kind, ideas in ((DecisionKind.HIDE, 0), (DecisionKind.RESTORE, 1)):
        for _ in range(2):
            actions.carry_out(idea.id, kind, SYSTEM)
        session.refresh(idea.challenge)
        assert idea.challenge.proposal_count == ideas


def test_a_picture_is_described_anew_and_removed(session: Session) -> None:
    facts = {"name": "picture.webp", "media_type": "image/webp", "size": 1, "width": 1, "height": 1}
    pictures = [Picture(file=StoredFile(**facts), alt=alt) for alt in ("Åen", "Havnen")]
    idea = proposals.proposal(state=ProposalState.DRAFT, pictures=pictures)
    river, harbour = (picture.id for picture in idea.pictures)
    changes = [PictureChange("Åen om vinteren", river), PictureChange("", harbour, remove=True), PictureChange()]
    change_pictures(idea, changes, by=author_of(idea))
    session.flush()
    assert [picture.alt for picture in idea.pictures] == ["Åen om vinteren"]
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 1


def test_only_different_ideas_under_one_challenge_become_one(session: Session) -> None:
    idea, other = proposals.proposal(), proposals.proposal()
    for wrong in (idea, other):
        with pytest.raises(HTTPException):
            merge(idea, wrong, by=identity.actor(identity.platform_administrator()), version=1, reason="Det samme.")
    assert idea.state == ProposalState.PUBLISHED


def test_an_author_of_both_ideas_is_told_once_and_what_was_never_public_needs_no_thread(session: Session) -> None:
    challenge, author = challenges.challenge(), identity.person()
    into = proposals.proposal(challenge=challenge, author=author)
    waiting = proposals.proposal(challenge=challenge, author=author, state=ProposalState.IN_REVIEW)
    waiting.thread_id = None
    merge(waiting, into, by=identity.actor(identity.platform_administrator()), version=1, reason="Det samme.")
    assert waiting.state == ProposalState.MERGED
    assert told(session, "proposal.merged") == 1


def test_what_is_hidden_while_somebody_supports_gathers_nothing(session: Session) -> None:
    idea, person, firm = proposals.proposal(), identity.person(), organisations.organisation()
    organisations.membership(firm, person, MemberRole.OWNER)
    by = identity.actor(person)
    gone = update(Proposal).where(Proposal.id == idea.id)
    session.execute(
        gone.values(state=ProposalState.WITHDRAWN).execution_options(synchronize_session=False),
    )
    with pytest.raises(Conflict):
        supports.support(idea, by=by)
    with pytest.raises(Conflict):
        supports.back(idea, by=by, organisation_id=firm.id, statement="")


def test_taking_back_a_backing_that_is_not_there_changes_nothing(session: Session) -> None:
    idea, person, firm = proposals.proposal(), identity.person(), organisations.organisation()
    organisations.membership(firm, person, MemberRole.OWNER)
    supports.end_backing(idea, by=identity.actor(person), organisation_id=firm.id)
    assert idea.backing_count == 0
    assert told(session, "proposal.backing_ended") == 0


def test_what_is_answered_hidden_or_a_draft_is_beyond_change_help_and_merging() -> None:
    author, other = Actor(1), Actor(2)
    answered = Proposal(author_id=1, state=ProposalState.PUBLISHED, answer_status=AnswerStatus.DONE)
    hidden = Proposal(author_id=1, state=ProposalState.PUBLISHED, hidden_at=clock.now())
    draft = Proposal(author_id=1, state=ProposalState.DRAFT)
    for verdict in (
        rules.may_edit(author, answered),
        rules.may_edit(author, hidden),
        rules.may_offer_help(other, draft),
        rules.may_offer_help(author, answered),
        rules.may_offer_help(VISITOR, answered),
        rules.may_merge(other, hidden),
        rules.may_merge(other, draft),
    ):
        assert isinstance(verdict, Refusal)
        assert verdict.reason
    assert rules.may_offer_help(other, answered)
