from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.activity.models import Activity, Follow
from app.identity.models import Person
from app.kernel import db
from app.moderation import actions as moderation
from app.moderation.models import Case, CaseState, DecisionKind
from app.organisations.models import MemberRole
from app.partnerships.forms import amount_of
from app.partnerships.models import (
    JoinRequest,
    Partner,
    Partnership,
    PartnershipState,
    Pledge,
    PledgeState,
    RequestState,
)
from tests.factories import challenges, identity, organisations, partnerships, proposals
from tests.support.client import Client
from tests.support.queries import Recorder

TEXTS = {"title": "Måling i brøndene", "summary": "Vi måler vandet sammen.", "body": "Tyve **sensorer** i to år."}
OFFER = {"role": "Måler vandet", "kind": "money", "amount": "12.500,50"}


def only(session: Session, model: type) -> object:
    return session.scalars(select(model)).one()


def test_an_organisation_opens_a_partnership_and_a_moderator_publishes_it(client: Client, session: Session) -> None:
    owner, challenge = identity.person(), challenges.challenge()
    company = organisations.owned_by(owner, name="Nordlys")
    page = client.signed_in_as(owner).get(f"/partnerships/new?challenge={challenge.id}")
    assert challenge.title in page.words
    answer = client.submit(page, **TEXTS, acts_as=str(company.id), money_needed="400.000", hours_needed="300")
    partnership = session.scalars(select(Partnership)).one()
    assert partnership.state == PartnershipState.IN_REVIEW
    assert partnership.lead.organisation_id == company.id
    assert "It waits for a moderator" in client.follow(answer).words
    assert client.signed_out().get(answer.location).status_code == 404
    case = session.get_one(Case, partnership.case_id)
    by = identity.actor(identity.moderator(challenge.municipalities[0]))
    moderation.decide(case, DecisionKind.PUBLISH, by=by, version=case.version)
    shown = client.get(answer.location)
    assert "led by Nordlys" in shown.words
    assert "0 of 400,000" in shown.words
    assert challenge.title in shown.one(".lineage").get_text()
    kinds = set(session.scalars(select(Activity.kind)))
    assert {"partnership.submitted", "partnership.opened"} <= kinds


def test_a_person_opens_one_from_an_idea_as_a_draft_first(client: Client, session: Session) -> None:
    idea, person = proposals.proposal(), identity.person()
    page = client.signed_in_as(person).get(f"/partnerships/new?proposal={idea.id}")
    answer = client.submit(page, button="Save as draft", **TEXTS)
    partnership = session.scalars(select(Partnership)).one()
    assert (partnership.state, partnership.proposal_id, partnership.challenge_id) == (
        PartnershipState.DRAFT,
        idea.id,
        idea.challenge_id,
    )
    draft = client.follow(answer)
    client.submit(draft, f"form[action='/partnerships/{partnership.id}/submission']")
    assert session.get_one(Partnership, partnership.id).state == PartnershipState.IN_REVIEW
    assert client.get(f"/partnerships/{partnership.id}/edit").status_code == 403


def test_sending_the_form_twice_opens_one(client: Client, session: Session) -> None:
    challenge = challenges.challenge()
    page = client.signed_in_as(identity.person()).get(f"/partnerships/new?challenge={challenge.id}")
    first, second = client.submit(page, **TEXTS), client.submit(page, **TEXTS)
    assert first.location == second.location
    assert session.scalar(select(func.count(Partnership.id))) == 1


def test_a_visitor_keeps_the_text_and_where_it_grows_from(client: Client) -> None:
    challenge = challenges.challenge()
    answer = client.submit(client.get(f"/partnerships/new?challenge={challenge.id}"), **TEXTS)
    assert "/sign-in" in answer.location
    page = client.signed_in_as(identity.person()).get("/partnerships/new")
    assert page.one("#title")["value"] == TEXTS["title"]
    assert page.one("#challenge")["value"] == str(challenge.id)


@pytest.mark.parametrize("source", ["", "?challenge=999999", "?proposal=x", "?challenge=-1", "?proposal=٣"])
def test_without_a_challenge_or_idea_it_says_where_to_begin(client: Client, source: str) -> None:
    page = client.get(f"/partnerships/new{source}")
    assert "Start from a challenge or an idea" in page.words


def test_a_draft_challenge_of_somebody_else_is_no_source(client: Client) -> None:
    draft = challenges.challenge(state="draft")
    assert "Start from a challenge" in client.get(f"/partnerships/new?challenge={draft.id}").words


def test_faults_are_named_beside_the_fields_and_the_text_is_kept(client: Client) -> None:
    challenge = challenges.challenge()
    page = client.signed_in_as(identity.person()).get(f"/partnerships/new?challenge={challenge.id}")
    answer = client.submit(page, body="Det her er skrevet.", money_needed="mange", title="x" * 201)
    assert answer.status_code == 422
    assert {"title-error", "summary-error", "money_needed-error"} <= {one["id"] for one in answer.all("[id$=-error]")}
    assert answer.one("#body").get_text().strip() == "Det her er skrevet."


def test_changes_asked_for_are_made_and_sent_again(client: Client, session: Session) -> None:
    owner, challenge = identity.person(), challenges.challenge()
    client.signed_in_as(owner)
    client.submit(client.get(f"/partnerships/new?challenge={challenge.id}"), **TEXTS)
    partnership = session.scalars(select(Partnership)).one()
    case = session.get_one(Case, partnership.case_id)
    by = identity.actor(identity.moderator(challenge.municipalities[0]))
    moderation.decide(case, DecisionKind.REQUEST_CHANGES, by=by, version=case.version, reason="Hvor mange sensorer?")
    assert "Hvor mange sensorer?" in client.get(f"/partnerships/{partnership.id}").words
    page = client.get(f"/partnerships/{partnership.id}/edit")
    client.submit(page, button="Save and send to review", body="Tyve sensorer.")
    assert session.get_one(Partnership, partnership.id).state == PartnershipState.IN_REVIEW
    assert session.get_one(Case, case.id).state == CaseState.WAITING


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12.500", "12500"),
        ("12.500,50", "12500.50"),
        ("12,500.50", "12500.50"),
        ("12 500 kr.", "12500"),
        ("40", "40"),
        ("7,5", "7.5"),
        ("7.25", "7.25"),
        ("0", None),
        ("-3", None),
        ("mange", None),
        ("1e9", None),
        ("9" * 30, None),
        ("٣", None),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, amount: str | None) -> None:
    assert amount_of(typed) == (Decimal(amount) if amount else None)


def forming() -> tuple[Partnership, Person]:
    """A forming partnership and the person who leads it."""
    owner = identity.person()
    return partnerships.partnership(lead=organisations.owned_by(owner), opened_by=owner), owner


def asked(client: Client, partnership: Partnership, person: Person, **fields: str) -> JoinRequest:
    page = client.signed_in_as(person).get(f"/partnerships/{partnership.id}/join")
    answer = client.submit(page, **{**OFFER, **fields})
    assert answer.status_code == 303, answer.words
    return db.session().scalars(select(JoinRequest).order_by(JoinRequest.id.desc())).first()


def test_an_organisation_asks_and_is_taken_in_with_its_contribution(client: Client, session: Session) -> None:
    partnership, lead = forming()
    admin = identity.person()
    company = organisations.organisation(name="Gudenå Vand")
    organisations.membership(company, admin, MemberRole.ADMIN)
    request = asked(client, partnership, admin, acts_as=str(company.id))
    page = client.signed_in_as(lead).get(f"/join-requests/{request.id}")
    assert "12,500.5 kr." in page.words
    shown = client.follow(client.submit(page, button="accept"))
    assert "Gudenå Vand" in shown.one("section[aria-labelledby=partners]").get_text()
    pledge = session.scalars(select(Pledge)).one()
    assert (pledge.amount, pledge.state) == (Decimal("12500.50"), PledgeState.ACCEPTED)
    assert session.get_one(Partnership, partnership.id).covered("money") == Decimal("12500.50")
    kinds = list(session.scalars(select(Activity.kind).order_by(Activity.id)))
    assert kinds == ["join_request.asked", "join_request.accepted"]


def test_a_person_who_is_taken_in_follows_the_partnership(client: Client, session: Session) -> None:
    partnership, lead = forming()
    person = identity.person()
    request = asked(client, partnership, person)
    client.submit(client.signed_in_as(lead).get(f"/join-requests/{request.id}"), button="accept")
    followed = select(Follow.subject_id).where(Follow.person_id == person.id)
    assert session.scalars(followed).all() == [partnership.id]


def test_declining_needs_a_reason_that_the_asker_reads(client: Client, session: Session) -> None:
    partnership, lead = forming()
    person = identity.person()
    request = asked(client, partnership, person)
    page = client.signed_in_as(lead).get(f"/join-requests/{request.id}")
    refused = client.submit(page, button="decline")
    assert refused.status_code == 422
    assert "Say why you decline" in refused.one("#reason-error").get_text()
    client.submit(refused, button="decline", reason="Vi har allerede en, der måler.")
    assert session.get_one(JoinRequest, request.id).state == RequestState.DECLINED
    assert "Vi har allerede en" in client.signed_in_as(person).get(f"/join-requests/{request.id}").words
    assert asked(client, partnership, person).id != request.id, "one may ask again after a no"


def test_a_request_is_taken_back_and_not_answered_any_more(client: Client, session: Session) -> None:
    partnership, lead = forming()
    person = identity.person()
    request = asked(client, partnership, person)
    page = client.signed_in_as(lead).get(f"/join-requests/{request.id}")
    mine = client.signed_in_as(person).get(f"/join-requests/{request.id}")
    for _ in range(2):
        assert client.submit(mine, "main form").status_code == 303
    assert session.get_one(JoinRequest, request.id).state == RequestState.WITHDRAWN
    late = client.signed_in_as(lead).submit(page, button="accept")
    assert "or it was taken back" in client.follow(late).words
    assert session.scalar(select(func.count(Partner.id))) == 1


def test_asking_twice_waits_once_and_partners_do_not_ask(client: Client, session: Session) -> None:
    partnership, lead = forming()
    person = identity.person()
    asked(client, partnership, person)
    page = client.get(f"/partnerships/{partnership.id}/join")
    assert client.submit(page, **OFFER).status_code == 403
    assert session.scalar(select(func.count(JoinRequest.id))) == 1
    client.signed_in_as(lead)
    acts_as = str(partnership.lead.organisation_id)
    page = client.get(f"/partnerships/{partnership.id}/join")
    assert client.submit(page, **OFFER, acts_as=acts_as).status_code == 403


def test_contributions_have_amounts_only_where_they_make_sense(client: Client) -> None:
    partnership, _ = forming()
    page = client.signed_in_as(identity.person()).get(f"/partnerships/{partnership.id}/join")
    without = client.submit(page, role="Låner lokale ud", kind="hours")
    assert "how many kroner or hours" in without.one("#amount-error").get_text()
    unsaid = client.submit(page, role="Låner lokale ud", kind="place", amount="3")
    assert "few words" in unsaid.one("#description-error").get_text()
    sent = client.submit(page, role="Låner lokale ud", kind="place", amount="3", description="En sal")
    assert sent.status_code == 303
    assert db.session().scalars(select(JoinRequest.pledge_amount)).one() is None


def test_a_visitor_asks_and_the_text_is_kept(client: Client) -> None:
    partnership, _ = forming()
    answer = client.submit(client.get(f"/partnerships/{partnership.id}/join"), **OFFER)
    assert "/sign-in" in answer.location
    page = client.signed_in_as(identity.person()).get(f"/partnerships/{partnership.id}/join")
    assert page.one("#role")["value"] == "Måler vandet"


def test_strangers_see_no_requests_and_change_nothing(client: Client) -> None:
    partnership, _ = forming()
    request = asked(client, partnership, identity.person())
    client.signed_in_as(identity.person())
    assert client.get(f"/join-requests/{request.id}").status_code == 404
    for path in ("edit", "withdrawal", "activation", "outcome", "handover", "updates/new", "submission"):
        assert client.send(f"/partnerships/{partnership.id}/{path}").status_code == 403
    assert client.send(f"/partners/{partnership.lead.id}/leave").status_code == 403


def test_a_member_who_is_no_admin_cannot_promise_for_the_organisation(client: Client) -> None:
    partnership, _ = forming()
    member, company = identity.person(), organisations.organisation()
    organisations.membership(company, member)
    page = client.signed_in_as(member).get(f"/partnerships/{partnership.id}/join")
    assert not page.all("#acts_as")
    assert client.send(f"/partnerships/{partnership.id}/join", **OFFER, acts_as=str(company.id)).status_code == 422


def test_the_list_is_narrowed_and_costs_the_same_however_long(client: Client, queries: Recorder) -> None:
    first, _ = forming()
    with queries() as few:
        client.get("/partnerships")
    for number in range(25):
        row = partnerships.partnership(title=f"Partnerskab {number}", challenge=first.challenge)
        partnerships.partner(row, person=identity.person())
    with queries() as many:
        page = client.get("/partnerships")
    assert len(many) == len(few) <= 8, str(many)
    older = client.get(str(page.one("a[rel=next]")["href"]))
    titles = {one.get_text() for one in (*page.all(".row-title"), *older.all(".row-title"))}
    assert len(titles) == 26
    assert len(client.get("/partnerships?q=partnerskab 7").all(".row-title")) == 1
    assert not client.get("/partnerships?state=concluded").all(".row-title")
    slug = first.municipality.slug
    assert client.get(f"/partnerships?state=forming&municipality={slug}").all(".row-title")


def test_the_page_costs_the_same_however_many_partners_and_news(client: Client, queries: Recorder) -> None:
    partnership, lead = forming()
    client.signed_in_as(lead)
    with queries() as few:
        client.get(f"/partnerships/{partnership.id}")
    for _ in range(6):
        partner = partnerships.partner(partnership, organisation=organisations.organisation())
        partnerships.pledge(partner)
        partnerships.update(partnership)
    with queries() as many:
        client.get(f"/partnerships/{partnership.id}")
    assert len(many) <= len(few) + 1, f"{few}\n\n{many}"
    assert len(many) <= 16, str(many)
