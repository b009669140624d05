"""A merge is a decision: with reasons, on what was seen, open to a complaint that can take the two apart again."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.activity.models import Follow
from app.identity.models import Person
from app.kernel import db
from app.moderation.models import Case, CaseState, Decision, DecisionKind, Origin
from app.notifications.models import Notification
from app.organisations.models import MemberRole
from app.proposals.models import Proposal, ProposalState
from app.proposals.supports import actions as supports
from app.proposals.supports.models import Backing, Support
from tests.factories import challenges, identity, organisations, proposals
from tests.support.client import Client
from tests.support.smtp import Mailbox

WHY = "De to idéer beder om den samme bænk."


def two_ideas() -> tuple[Proposal, Proposal]:
    challenge = challenges.challenge()
    kept = proposals.proposal(title="En bænk ved havnen", challenge=challenge)
    return kept, proposals.proposal(title="En ny bænk ved havnen", challenge=challenge)


def merged(client: Client, duplicate: Proposal, into: Proposal) -> Decision:
    client.signed_in_as(identity.moderator(into.municipality))
    page = client.get(f"/proposals/{duplicate.id}/merge")
    client.submit(page, "main form.form", into=str(into.id), reason=WHY)
    client.signed_out()
    return db.session().scalars(select(Decision).where(Decision.kind == DecisionKind.MERGE)).one()


def complained_rightly(client: Client, decision: Decision, author: Person) -> None:
    client.signed_in_as(author)
    client.submit(client.get(f"/decisions/{decision.id}/appeal"), grounds="Min bænk er en anden.")
    client.signed_out().signed_in_as(identity.moderator(decision.case.municipality))
    answer = client.get(f"/desk/appeals/{decision.complaint.id}")
    assert client.submit(answer, outcome="reverse", reason="Det er to forskellige bænke.").status_code == 303
    client.signed_out()


def current(session: Session, idea: Proposal) -> set[int | None]:
    return set(
        session.scalars(select(Support.person_id).where(Support.proposal_id == idea.id, Support.ended_at.is_(None)))
    )


def test_the_author_of_a_merged_idea_gets_reasons_and_a_way_to_complain(
    client: Client, session: Session, run_jobs: Callable[[], int], mails: Mailbox
) -> None:
    kept, duplicate = two_ideas()
    decision = merged(client, duplicate, kept)
    assert (decision.origin, decision.reason) == (Origin.OWN, WHY)
    run_jobs()
    letter = mails.to(duplicate.author.email)[0].get_body(("plain",)).get_content()
    assert WHY in letter
    assert f"/decisions/{decision.id}" in letter
    page = client.signed_in_as(duplicate.author).get(f"/proposals/{duplicate.id}/before-merge")
    assert WHY in page.words
    assert page.one(f"a[href='/decisions/{decision.id}/appeal']")


def test_the_author_finds_the_merged_idea_and_what_it_became_part_of(client: Client, session: Session) -> None:
    kept, duplicate = two_ideas()
    decision, author = merged(client, duplicate, kept), duplicate.author
    mine = client.signed_in_as(author).get("/my")
    assert mine.one(f"main a[href='/proposals/{duplicate.id}/before-merge']")
    assert kept.title in mine.one(f"main a[href='/proposals/{kept.id}']").get_text()
    assert kept.title in client.get(f"/decisions/{decision.id}").one(f"a[href='/proposals/{kept.id}']").get_text()
    complained_rightly(client, decision, author)
    assert not client.signed_in_as(author).get("/my").all(f"main a[href='/proposals/{duplicate.id}/before-merge']")
    assert not client.get(f"/decisions/{decision.id}").all(f"main a[href='/proposals/{kept.id}']")


def test_who_wrote_both_ideas_is_told_once(client: Client, session: Session, run_jobs: Callable[[], int]) -> None:
    kept, duplicate = two_ideas()
    author = duplicate.author
    kept.author = author
    session.get_one(Case, kept.case_id).author_id = author.id
    session.commit()
    merged(client, duplicate, kept)
    run_jobs()
    assert len(session.scalars(select(Notification).where(Notification.person_id == author.id)).all()) == 1


def test_a_complaint_that_is_right_takes_the_two_apart_and_every_supporter_is_where_they_were(
    client: Client, session: Session
) -> None:
    kept, duplicate = two_ideas()
    both, first, second, gone = (identity.person() for _ in range(4))
    for idea, person in ((kept, both), (duplicate, both), (kept, first), (duplicate, second), (duplicate, gone)):
        proposals.support(idea, person)
    firm, boss = organisations.organisation(), identity.person()
    organisations.membership(firm, boss, MemberRole.OWNER)
    supports.back(duplicate, by=identity.actor(boss), organisation_id=firm.id, statement="Ja")
    decision = merged(client, duplicate, kept)
    supports.end_support(kept, by=identity.actor(gone))
    session.commit()
    complained_rightly(client, decision, duplicate.author)
    session.expire_all()
    assert (current(session, kept), current(session, duplicate)) == ({both.id, first.id}, {both.id, second.id})
    assert (kept.support_count, duplicate.support_count) == (2, 2)
    assert (kept.backing_count, duplicate.backing_count) == (0, 1)
    backing = session.scalars(select(Backing).where(Backing.ended_at.is_(None))).one()
    assert (backing.proposal_id, backing.statement) == (duplicate.id, "Ja")
    assert (duplicate.state, duplicate.merged_into_id) == (ProposalState.PUBLISHED, None)
    assert session.get_one(Case, duplicate.case_id).state == CaseState.PUBLISHED
    assert kept.challenge is not None
    assert kept.challenge.proposal_count == 2
    assert duplicate.thread is not None
    assert not duplicate.thread.closed
    assert client.get(f"/proposals/{duplicate.id}").heading == duplicate.title


def test_a_reversed_merge_leaves_everybody_following_what_they_followed_before(
    client: Client, session: Session
) -> None:
    kept, duplicate = two_ideas()
    one, other, both, gone = people = [identity.person() for _ in range(4)]
    for person, ideas in zip(people, ([duplicate], [kept], [kept, duplicate], [duplicate]), strict=True):
        client.signed_in_as(person)
        for idea in ideas:
            client.send(f"/follows/proposal/{idea.id}")
    decision = merged(client, duplicate, kept)
    client.signed_in_as(gone).send(f"/follows/proposal/{kept.id}/end")
    complained_rightly(client, decision, duplicate.author)
    followed = {(row.person_id, row.subject_id) for row in session.scalars(select(Follow))}
    wanted = {(one.id, duplicate.id), (other.id, kept.id), (both.id, kept.id), (both.id, duplicate.id)}
    assert followed == wanted


def test_what_was_merged_before_it_was_public_is_published_when_the_complaint_is_right(
    client: Client, session: Session
) -> None:
    kept, duplicate = two_ideas()
    duplicate.state, duplicate.published_at = ProposalState.IN_REVIEW, None
    session.get_one(Case, duplicate.case_id).state = CaseState.WAITING
    duplicate.thread_id = None
    assert kept.challenge is not None
    kept.challenge.proposal_count = 1
    session.commit()
    decision = merged(client, duplicate, kept)
    assert decision.origin == Origin.REVIEW
    complained_rightly(client, decision, duplicate.author)
    session.expire_all()
    assert duplicate.published
    assert duplicate.published_at
    assert kept.challenge.proposal_count == 2


def test_a_merge_never_goes_over_what_another_moderator_decided_unseen(
    client: Client, another_client: Callable[[], Client], session: Session
) -> None:
    kept, duplicate = two_ideas()
    slow, fast = identity.moderator(kept.municipality), identity.moderator(kept.municipality)
    opened = client.signed_in_as(slow).get(f"/proposals/{duplicate.id}/merge?desk=1")
    other = another_client().signed_in_as(fast)
    other.submit(other.get(f"/desk/review/{duplicate.case_id}/hide"), reason_code="spam", reason="Reklame.")
    other.submit(other.get(f"/desk/review/{duplicate.case_id}"), "form[action$=restore]")
    overtaken = client.submit(opened, "main form.form", into=str(kept.id), reason=WHY)
    assert overtaken.status_code == 409
    assert fast.name in overtaken.words
    assert WHY in overtaken.text
    session.refresh(duplicate)
    assert duplicate.state == ProposalState.PUBLISHED
    done = client.submit(overtaken, "main form.form")
    assert done.location == "/desk/review"
    session.refresh(duplicate)
    assert duplicate.state == ProposalState.MERGED


def test_a_merge_with_no_words_to_the_author_is_not_made(client: Client) -> None:
    kept, duplicate = two_ideas()
    client.signed_in_as(identity.moderator(kept.municipality))
    page = client.get(f"/proposals/{duplicate.id}/merge")
    refused = client.submit(page, "main form.form", into=str(kept.id), reason=" ")
    assert refused.status_code == 422
    assert duplicate.state == ProposalState.PUBLISHED
