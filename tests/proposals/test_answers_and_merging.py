"""The owner answers; two ideas become one."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.activity import actions as activity
from app.activity.models import Activity, Follow, SubjectType
from app.activity.ports import card
from app.kernel import clock
from app.moderation.models import Case, CaseState
from app.organisations.models import MemberRole
from app.proposals.models import Answer, AnswerStatus, Proposal, ProposalState
from app.proposals.supports import actions as supports
from app.proposals.supports.models import HelpKind, Support
from tests.factories import challenges, identity, organisations, places, proposals
from tests.factories.deliberation import comment
from tests.support.client import Client

REASONS = "Vi sætter bænken op til foråret, når kajen er lagt om."


def two_ideas() -> tuple[Proposal, Proposal]:
    challenge = challenges.challenge()
    kept = proposals.proposal(title="En bænk ved havnen", challenge=challenge)
    return kept, proposals.proposal(title="En ny bænk ved havnen", challenge=challenge)


def merge(client: Client, duplicate: Proposal, into: Proposal) -> None:
    page = client.get(f"/proposals/{duplicate.id}/merge")
    answer = client.submit(page, "main form.form", into=str(into.id))
    assert answer.location == f"/proposals/{into.id}"


def test_the_owner_answers_and_everybody_reads_it(client: Client, session: Session) -> None:
    idea = proposals.proposal(answer_due=clock.today() + timedelta(days=5))
    assert idea.challenge is not None
    client.signed_in_as(idea.challenge.owner_person)
    page = client.get(f"/proposals/{idea.id}/answer")
    step = (clock.today() + timedelta(days=90)).isoformat()
    for _ in range(2):
        client.submit(page, "main form.form", status="accepted", body=REASONS, next_step_by=step)
    assert session.scalars(select(Answer)).one().status == AnswerStatus.ACCEPTED
    answered = session.scalars(select(Activity).where(Activity.kind == "proposal.answered")).one()
    assert answered.subject_id == idea.id
    page = client.signed_out().get(f"/proposals/{idea.id}")
    assert REASONS in page.one(".answer").get_text()
    assert "Imødekommet" in client.get("/proposals?answer=accepted").words


def test_earlier_answers_stay_readable(client: Client) -> None:
    idea = proposals.proposal()
    assert idea.challenge is not None
    client.signed_in_as(idea.challenge.owner_person)
    for status, body in (("under_way", REASONS), ("done", "Bænken står der nu, og den er rød.")):
        client.submit(client.get(f"/proposals/{idea.id}/answer"), "main form.form", status=status, body=body)
    page = client.get(f"/proposals/{idea.id}")
    assert "den er rød" in page.one(".answer").get_text()
    assert REASONS in page.one(".earlier-answers").get_text()


def test_an_answer_needs_reasons_and_a_date_to_come(client: Client, session: Session) -> None:
    idea = proposals.proposal()
    assert idea.challenge is not None
    client.signed_in_as(idea.challenge.owner_person)
    page = client.get(f"/proposals/{idea.id}/answer")
    wrong = client.submit(page, "main form.form", body="Nej.", next_step_by="1999-02-31")
    assert wrong.status_code == 422
    past = client.submit(page, "main form.form", status="done", body=REASONS, next_step_by="1999-02-01")
    assert past.status_code == 422
    assert past.all("#next_step_by-error")
    assert past.one("#body").get_text().strip() == REASONS
    assert not session.scalars(select(Answer)).all()


def test_only_the_owner_answers(client: Client) -> None:
    home = places.municipality()
    under = proposals.proposal()
    alone = proposals.proposal(challenge=None, municipality=home)
    firm, leader, member = organisations.organisation(), identity.person(), identity.person()
    organisations.membership(firm, leader, MemberRole.OWNER)
    organisations.membership(firm, member, MemberRole.MEMBER)
    owned = proposals.proposal(challenge=challenges.challenge(owner_organisation=firm))
    staff = identity.administrator(home)
    for person, idea, status in (
        (under.author, under, 403),
        (staff, under, 403),
        (staff, alone, 200),
        (alone.author, alone, 403),
        (leader, owned, 200),
        (member, owned, 403),
    ):
        client.signed_in_as(person)
        assert client.get(f"/proposals/{idea.id}/answer").status_code == status


def test_an_owed_answer_waits_on_my_square(client: Client) -> None:
    idea = proposals.proposal(title="En bænk", answer_due=clock.today() - timedelta(days=2))
    assert idea.challenge is not None
    assert "2 dage over fristen" in client.signed_in_as(idea.challenge.owner_person).get("/my").words
    assert "over fristen" not in client.signed_in_as(idea.author).get("/my").words


def test_a_merge_keeps_each_supporter_once(client: Client, session: Session) -> None:
    kept, duplicate = two_ideas()
    both, only_first, only_second = identity.person(), identity.person(), identity.person()
    for idea, person in ((kept, both), (duplicate, both), (kept, only_first), (duplicate, only_second)):
        proposals.support(idea, person)
    client.signed_in_as(identity.moderator(kept.municipality))
    merge(client, duplicate, kept)
    current = session.scalars(
        select(Support.person_id).where(Support.proposal_id == kept.id, Support.ended_at.is_(None))
    ).all()
    assert sorted(current) == sorted([both.id, only_first.id, only_second.id])
    assert (kept.support_count, duplicate.support_count) == (3, 0)
    assert (duplicate.state, duplicate.merged_into_id) == (ProposalState.MERGED, kept.id)
    assert kept.challenge is not None
    assert kept.challenge.proposal_count == 1
    assert session.get_one(Case, duplicate.case_id).state == CaseState.WITHDRAWN


def test_backings_help_and_followers_come_along(client: Client, session: Session) -> None:
    kept, duplicate = two_ideas()
    firm, other, boss, helper = (
        organisations.organisation(),
        organisations.organisation(),
        identity.person(),
        identity.person(),
    )
    for one in (firm, other):
        organisations.membership(one, boss, MemberRole.OWNER)
    actor = identity.actor(boss)
    for idea, one in ((kept, firm), (duplicate, firm), (duplicate, other)):
        supports.back(idea, by=actor, organisation_id=one.id, statement="Ja")
    offer = supports.offer_help(duplicate, by=identity.actor(helper), kind=HelpKind.TIME, words="Jeg kan")
    activity.follow(helper.id, SubjectType.PROPOSAL, duplicate.id)
    client.signed_in_as(identity.moderator(kept.municipality))
    merge(client, duplicate, kept)
    assert (kept.backing_count, duplicate.backing_count) == (2, 0)
    assert offer.proposal_id == kept.id
    followed = session.scalars(select(Follow.subject_id).where(Follow.person_id == helper.id)).all()
    assert followed == [kept.id]


def test_the_old_address_leads_to_the_new_one_and_comments_stay(client: Client) -> None:
    kept, duplicate = two_ideas()
    written = comment(duplicate.thread, body="En god gammel kommentar.")
    client.signed_in_as(identity.moderator(kept.municipality))
    merge(client, duplicate, kept)
    client.signed_out()
    moved = client.get(f"/proposals/{duplicate.id}")
    assert moved.status_code == 302
    page = client.follow(moved)
    assert page.heading == kept.title
    old = client.get(str(page.one(f"a[href='/proposals/{duplicate.id}/before-merge']")["href"]))
    assert written.body in old.words
    assert written.body in client.follow(client.get(f"/comments/{written.id}")).words
    assert duplicate.thread is not None
    assert duplicate.thread.closed
    found = card(SubjectType.PROPOSAL, duplicate.id)
    assert found is not None
    assert found.path == f"/proposals/{duplicate.id}/before-merge"


def test_both_authors_are_told(client: Client, session: Session) -> None:
    kept, duplicate = two_ideas()
    client.signed_in_as(identity.moderator(kept.municipality))
    merge(client, duplicate, kept)
    told = session.scalars(select(Activity).where(Activity.kind == "proposal.merged").order_by(Activity.id)).all()
    assert {act.subject_id for act in told} == {kept.id}
    decided = session.scalars(select(Activity).where(Activity.kind == "case.merge")).one()
    assert decided.subject_id == duplicate.id


def test_a_chain_of_merges_leads_to_the_last(client: Client) -> None:
    challenge = challenges.challenge()
    first, second, third = (proposals.proposal(title=f"Bænken ved havnen {n}", challenge=challenge) for n in range(3))
    client.signed_in_as(identity.moderator(first.municipality))
    merge(client, first, second)
    merge(client, second, third)
    assert first.merged_into_id == third.id


def test_what_waits_for_review_is_merged_from_the_queue(client: Client) -> None:
    kept, duplicate = two_ideas()
    duplicate.state, duplicate.published_at = ProposalState.IN_REVIEW, None
    assert duplicate.challenge is not None
    duplicate.challenge.proposal_count = 1
    client.signed_in_as(identity.moderator(kept.municipality))
    merge(client, duplicate, kept)
    assert duplicate.state == ProposalState.MERGED
    assert duplicate.challenge.proposal_count == 1


def test_what_does_not_belong_together_is_not_merged(client: Client) -> None:
    kept, duplicate = two_ideas()
    elsewhere = proposals.proposal(title="En bænk ved havnen")
    draft = proposals.proposal(challenge=kept.challenge, state=ProposalState.DRAFT)
    client.signed_in_as(identity.moderator(kept.municipality))
    page = client.get(f"/proposals/{duplicate.id}/merge")
    for number in (elsewhere.id, draft.id, duplicate.id, 10**18, -1, "x"):
        wrong = client.submit(page, "form.form", into=str(number))
        assert wrong.status_code == 422, number
        assert "svarer på den samme udfordring" in wrong.one("#into-error").get_text()
    assert duplicate.state == ProposalState.PUBLISHED


def test_only_moderators_of_the_place_and_the_owner_merge(client: Client) -> None:
    kept, duplicate = two_ideas()
    assert duplicate.challenge is not None
    for person, status in (
        (duplicate.author, 403),
        (identity.moderator(places.municipality()), 403),
        (duplicate.challenge.owner_person, 200),
        (identity.moderator(kept.municipality), 200),
    ):
        client.signed_in_as(person)
        assert client.get(f"/proposals/{duplicate.id}/merge").status_code == status


def test_a_merged_idea_gathers_no_support(client: Client, session: Session) -> None:
    kept, duplicate = two_ideas()
    client.signed_in_as(identity.moderator(kept.municipality))
    merge(client, duplicate, kept)
    client.signed_in_as(identity.person())
    assert client.send(f"/proposals/{duplicate.id}/support").status_code == 403
    assert session.scalars(select(func.count()).select_from(Support)).one() == 0
