"""Supporting, backing and helping, one at a time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.activity.models import Activity
from app.challenges.models import ChallengeState
from app.kernel import clock, jobs
from app.moderation.models import DecisionKind
from app.organisations.models import MemberRole
from app.proposals import actions
from app.proposals.models import Proposal, ProposalState
from app.proposals.supports.models import Backing, HelpOffer, Support
from tests.factories import challenges, identity, organisations, places, proposals
from tests.support.client import Client


def current(session: Session, proposal: Proposal) -> int:
    rows = (
        select(func.count()).select_from(Support).where(Support.proposal_id == proposal.id, Support.ended_at.is_(None))
    )
    return session.scalars(rows).one()


def happened(session: Session, kind: str) -> int:
    return session.scalars(select(func.count()).select_from(Activity).where(Activity.kind == kind)).one()


def test_a_second_support_by_the_same_person_counts_once(client: Client, session: Session) -> None:
    idea = proposals.proposal()
    page = client.signed_in_as(identity.person()).get(f"/proposals/{idea.id}")
    for _ in range(3):
        client.submit(page, f"#support-{idea.id} form")
    assert idea.support_count == current(session, idea) == 1
    assert happened(session, "proposal.supported") == 1
    assert "Du støtter idéen" in client.get(f"/proposals/{idea.id}").one(".support").get_text()


def test_support_is_taken_back_and_given_again(client: Client, session: Session) -> None:
    idea = proposals.proposal()
    client.signed_in_as(identity.person())
    for verb, count in (("support", 1), ("support/end", 0), ("support/end", 0), ("support", 1)):
        assert client.send(f"/proposals/{idea.id}/{verb}").status_code == 303
        assert idea.support_count == current(session, idea) == count
    assert session.scalars(select(func.count()).select_from(Support)).one() == 2


def test_the_same_part_serves_the_page_and_the_swap(client: Client) -> None:
    idea = proposals.proposal(threshold=1500, challenge=None, municipality=places.municipality())
    client.signed_in_as(identity.person())
    data = {"csrf_token": client.csrf_token()}
    part = client.post(f"/proposals/{idea.id}/support", data=data, headers={"HX-Request": "true"})
    assert part.one(f"#support-{idea.id} strong").get_text() == "1"
    assert part.one("progress")["max"] == "1500"
    assert not part.all("h1")


def test_a_visitor_is_led_to_sign_in_and_back(client: Client) -> None:
    idea = proposals.proposal()
    link = client.get(f"/proposals/{idea.id}").one(f"#support-{idea.id} a.button-support")
    assert link["href"] == f"/sign-in?next=/proposals/{idea.id}"
    assert "/sign-in" in client.send(f"/proposals/{idea.id}/support").location
    assert idea.support_count == 0


def test_the_page_of_a_visitor_holds_no_token_so_that_it_can_be_shared(client: Client) -> None:
    idea = proposals.proposal()
    assert not client.get(f"/proposals/{idea.id}").all("main input[name=csrf_token], .action-bar input")
    assert not client.get("/proposals").all("main input[name=csrf_token], .action-bar input")


def test_what_is_closed_withdrawn_or_over_gathers_no_support(client: Client) -> None:
    closed = challenges.challenge(state=ChallengeState.CLOSED, closed_at=clock.now())
    client.signed_in_as(identity.person())
    for idea, status in (
        (proposals.proposal(challenge=closed), 403),
        (proposals.proposal(state=ProposalState.WITHDRAWN, published_at=clock.now()), 403),
        (proposals.proposal(threshold=10, threshold_ends_on=clock.today() - timedelta(days=1)), 403),
        (proposals.proposal(hidden_at=clock.now()), 404),
        (proposals.proposal(state=ProposalState.DRAFT), 404),
    ):
        assert client.send(f"/proposals/{idea.id}/support").status_code == status
        assert idea.support_count == 0
    assert client.send("/proposals/999999/support").status_code == 404


def test_who_supports_is_never_shown(client: Client) -> None:
    idea = proposals.proposal()
    proposals.support(idea, identity.person(name="Hemmelig Støtte"))
    client.signed_in_as(identity.platform_administrator())
    assert "Hemmelig Støtte" not in client.get(f"/proposals/{idea.id}").text
    assert "Hemmelig Støtte" not in client.get("/proposals").text


def test_an_idea_that_stands_alone_gets_its_municipalitys_threshold(client: Client, session: Session) -> None:
    home = places.municipality()
    client.signed_in_as(identity.administrator(home))
    page = client.get(f"/desk/thresholds/{home.id}")
    assert page.one("#supports")["value"] == "1500"
    assert page.one("#days")["value"] == "180"
    client.submit(page, supports="2", days="30", answer_days="14")
    idea = proposals.proposal(challenge=None, municipality=home, state=ProposalState.DRAFT)
    actions.carry_out(idea.id, DecisionKind.PUBLISH, identity.actor(identity.moderator(home)))
    assert (idea.threshold, idea.threshold_ends_on) == (2, clock.today() + timedelta(days=30))
    for _ in range(3):
        client.signed_in_as(identity.person()).send(f"/proposals/{idea.id}/support")
    assert idea.threshold_reached_at is not None
    assert idea.answer_due == clock.today() + timedelta(days=14)
    assert happened(session, "proposal.threshold_reached") == 1


def test_only_administrators_set_the_threshold_and_only_sensibly(client: Client) -> None:
    home = places.municipality()
    client.signed_in_as(identity.moderator(home))
    assert client.get(f"/desk/thresholds/{home.id}").status_code == 403
    client.signed_in_as(identity.administrator(home))
    page = client.submit(client.get(f"/desk/thresholds/{home.id}"), supports="0", days="x", answer_days="99999")
    assert page.status_code == 422
    assert len(page.all(".form-error-message")) == 3


def test_backing_is_declared_once_by_those_who_lead_and_taken_back(client: Client, session: Session) -> None:
    idea, firm = proposals.proposal(), organisations.organisation()
    boss, member = identity.person(), identity.person()
    organisations.membership(firm, boss, MemberRole.ADMIN)
    organisations.membership(firm, member, MemberRole.MEMBER)
    client.signed_in_as(member)
    assert client.get(f"/proposals/{idea.id}/backing").status_code == 403
    client.signed_in_as(boss)
    page = client.get(f"/proposals/{idea.id}/backing")
    for _ in range(2):
        client.submit(page, statement="Vi står bag.")
    client.submit(client.get(f"/proposals/{idea.id}/backing"), statement="Vi står bag igen.")
    assert idea.backing_count == 1
    assert idea.support_count == 0
    assert len(session.scalars(select(Backing)).all()) == 1
    client.submit(client.get(f"/proposals/{idea.id}"), ".backings form")
    assert idea.backing_count == 0


def test_nobody_backs_for_an_organisation_that_is_not_theirs(client: Client, session: Session) -> None:
    idea, mine, other = proposals.proposal(), organisations.organisation(), organisations.organisation()
    boss = identity.person()
    organisations.membership(mine, boss, MemberRole.OWNER)
    client.signed_in_as(boss)
    assert client.send(f"/proposals/{idea.id}/backing", organisation=other.id, once="x").status_code == 422
    assert client.send(f"/proposals/{idea.id}/backing/end", organisation=other.id).status_code == 403
    assert not session.scalars(select(Backing)).all()


def test_an_offer_of_help_is_read_by_author_and_owner_only(client: Client, session: Session) -> None:
    idea, helper = proposals.proposal(), identity.person(name="Hjælpsom Hansen")
    client.signed_in_as(helper)
    page = client.get(f"/proposals/{idea.id}/help")
    for _ in range(2):
        client.submit(page, text="Jeg har en boremaskine.", kind="equipment")
    offer = session.scalars(select(HelpOffer)).one()
    assert happened(session, "help.offered") == 1
    assert client.get(f"/proposals/{idea.id}/offers").status_code == 403
    assert idea.challenge is not None
    for reader in (idea.author, idea.challenge.owner_person):
        page = client.signed_in_as(reader).get(f"/proposals/{idea.id}/offers")
        assert "Hjælpsom Hansen" in page.words
        assert "Jeg har en boremaskine." in page.words
        assert client.send(f"/help-offers/{offer.id}/end").status_code == 404
    client.signed_in_as(helper).send(f"/help-offers/{offer.id}/end")
    assert "boremaskine" not in client.signed_in_as(idea.author).get(f"/proposals/{idea.id}/offers").words


def test_a_visitors_offer_of_help_is_kept_until_they_have_signed_in(client: Client) -> None:
    idea = proposals.proposal()
    sent = client.submit(client.get(f"/proposals/{idea.id}/help"), text="Jeg kan male den.")
    assert "/sign-in" in sent.location
    client.signed_in_as(identity.person())
    assert client.get(f"/proposals/{idea.id}/help").one("textarea").get_text().strip() == "Jeg kan male den."


def test_the_nightly_count_finds_what_is_off_and_sets_it_right(session: Session, capsys: object) -> None:
    right, wrong = proposals.proposal(), proposals.proposal()
    proposals.support(right)
    proposals.support(wrong)
    wrong.support_count = 7
    session.flush()
    jobs.perform("proposals.recount")
    session.expire_all()
    assert (right.support_count, wrong.support_count) == (1, 1)
