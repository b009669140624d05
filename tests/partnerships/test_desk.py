from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.activity.models import Activity, SubjectType
from app.activity.ports import card
from app.identity.models import Person
from app.moderation import actions as moderation
from app.moderation import ports
from app.moderation.models import Case, DecisionKind, ReasonCode
from app.partnerships.models import (
    Partnership,
    PartnershipState,
    Pledge,
    PledgeKind,
    PledgeState,
    RequestState,
    Update,
)
from tests.factories import challenges, identity, organisations, partnerships, proposals
from tests.support.client import Client
from tests.support.partners import forming, seat

REASONED = {"reason_code": ReasonCode.SPAM, "reason": "Det er en reklame."}


def state_of(session: Session, partnership: Partnership) -> str:
    return str(session.get_one(Partnership, partnership.id).state)


def test_the_work_begins_with_two_partners_and_ends_with_an_outcome(client: Client, session: Session) -> None:
    partnership, lead, _ = forming()
    path = f"/partnerships/{partnership.id}"
    client.signed_in_as(lead)
    assert client.send(f"{path}/activation").status_code == 403
    partnerships.partner(partnership, person=identity.person())
    for _ in range(2):
        assert client.send(f"{path}/activation").status_code == 303
    assert state_of(session, partnership) == PartnershipState.ACTIVE
    assert client.get(f"{path}/withdrawal").status_code == 403
    page = client.get(f"{path}/outcome")
    refused = client.submit(page, kind="scaled", figure="mange færre biler")
    assert refused.status_code == 422
    assert {"figure-error", "outcome-error"} <= {one["id"] for one in refused.all("[id$=-error]")}
    done = client.submit(refused, figure="240 færre biler", outcome="Byrådet fortsætter, men **føret** drillede.")
    shown = client.follow(done)
    assert "240 færre biler" in shown.one(".lineage").get_text()
    assert "Scaled" in shown.words
    assert session.scalar(select(func.count()).where(Activity.kind == "partnership.activated")) == 1
    assert client.get(f"{path}/join").status_code == 200
    assert client.signed_in_as(identity.person()).send(f"{path}/join", role="x").status_code == 403


def test_an_outcome_on_a_stale_page_is_refused(client: Client, session: Session) -> None:
    partnership, lead, _ = forming(1)
    partnership.state = PartnershipState.ACTIVE
    client.signed_in_as(lead)
    page = client.get(f"/partnerships/{partnership.id}/outcome")
    edit = client.get(f"/partnerships/{partnership.id}/edit")
    client.submit(edit, title="Et nyt navn")
    answer = client.submit(page, kind="closed", figure="1", outcome="Færdig.")
    assert answer.status_code == 409
    assert client.submit(edit, title="Endnu et").status_code == 409


OUTCOME = {"kind": "scaled", "outcome": "Sensorerne bliver.", "figure": "240 færre biler"}


def test_an_outcome_sent_twice_is_written_once(client: Client, session: Session) -> None:
    partnership, lead, _ = forming(1)
    partnership.state = PartnershipState.ACTIVE
    path = f"/partnerships/{partnership.id}/outcome"
    page = client.signed_in_as(lead).get(path)
    for outcome in (OUTCOME, OUTCOME | {"outcome": "Noget andet."}):
        assert client.submit(page, **outcome).location == f"/partnerships/{partnership.id}"
    assert session.get_one(Partnership, partnership.id).outcome == "Sensorerne bliver."
    told = select(func.count()).select_from(Activity).where(Activity.kind == "partnership.concluded")
    assert session.scalar(told) == 1


@pytest.mark.parametrize("end", ["withdrawal", "outcome"])
def test_who_still_waits_when_it_ends_is_told_so_in_their_language(client: Client, session: Session, end: str) -> None:
    partnership, lead, _ = forming(1)
    asked = partnerships.request(partnership, person=identity.person(language="en"))
    by_company = partnerships.request(partnership, organisation=organisations.organisation())
    if end == "outcome":
        partnership.state = PartnershipState.ACTIVE
    page = client.signed_in_as(lead).get(f"/partnerships/{partnership.id}/{end}")
    client.submit(page, **(OUTCOME if end == "outcome" else {}))
    assert {asked.state, by_company.state} == {RequestState.DECLINED}
    assert asked.reason == "The partnership ended before your request was answered."
    assert by_company.reason == "Partnerskabet sluttede, før din anmodning blev besvaret."
    told = select(func.count()).select_from(Activity).where(Activity.kind == "join_request.declined")
    assert session.scalar(told) == 2


def test_nobody_erases_their_account_while_they_lead(client: Client, session: Session) -> None:
    person = identity.person(with_password=True)
    partnership, _, _ = forming()
    assert partnership.lead
    partnership.lead.organisation, partnership.lead.person = None, person
    page = client.signed_in_as(person).get("/settings/erasure")
    assert partnership.title in page.words
    assert client.send("/settings/erasure", current_password=identity.PASSWORD).status_code == 403
    partnership.state = PartnershipState.WITHDRAWN
    assert client.send("/settings/erasure", current_password=identity.PASSWORD).status_code == 303
    assert session.get_one(Person, person.id).erased


def test_contributions_go_from_offered_to_delivered_and_are_summed(client: Client, session: Session) -> None:
    partnership, lead, (person,) = forming(1)
    mine = seat(partnership, person)
    page = client.signed_in_as(person).get(f"/partners/{mine.id}/pledges/new")
    first, second = (client.submit(page, kind="hours", amount="40") for _ in range(2))
    assert first.location == second.location
    pledge = session.scalars(select(Pledge)).one()
    assert pledge.state == PledgeState.OFFERED
    assert session.get_one(Partnership, partnership.id).covered(PledgeKind.HOURS) == 0
    path = f"/pledges/{pledge.id}"
    assert client.send(path, state="accepted").status_code == 403
    client.signed_in_as(lead).send(path, state="accepted")
    assert client.send(path, state="withdrawn").status_code == 403
    assert client.send(path, state="ukendt").status_code == 422
    for _ in range(2):
        assert client.signed_in_as(person).send(path, state="delivered").status_code == 303
    assert client.send(path, state="withdrawn").status_code == 403
    assert session.get_one(Partnership, partnership.id).covered(PledgeKind.HOURS) == Decimal(40)
    assert "40 hours" in client.get(f"/partnerships/{partnership.id}").words
    assert client.signed_in_as(identity.person()).send(path, state="delivered").status_code == 303, "nothing changes"


def test_a_partner_leaves_and_takes_back_what_was_not_delivered(client: Client, session: Session) -> None:
    partnership, _, (person,) = forming(1)
    mine = seat(partnership, person)
    delivered = partnerships.pledge(mine, state=PledgeState.DELIVERED)
    promised = partnerships.pledge(mine)
    page = client.signed_in_as(person).get(f"/partners/{mine.id}/leave")
    assert client.submit(page).status_code == 303
    assert session.get_one(Pledge, promised.id).state == PledgeState.WITHDRAWN
    assert session.get_one(Pledge, delivered.id).state == PledgeState.DELIVERED
    assert session.get_one(Partnership, partnership.id).covered(PledgeKind.HOURS) == Decimal(40)
    assert client.send(f"/partners/{mine.id}/leave").status_code == 303, "leaving again changes nothing"
    assert client.get(f"/partners/{mine.id}/leave").status_code == 403
    assert "Have left" in client.get(f"/partnerships/{partnership.id}").words


def test_the_lead_hands_over_before_leaving(client: Client, session: Session) -> None:
    partnership, lead, (person,) = forming(1)
    first = partnership.lead
    assert first
    client.signed_in_as(lead)
    assert client.get(f"/partners/{first.id}/leave").status_code == 403
    page = client.get(f"/partnerships/{partnership.id}/handover")
    assert client.submit(page).status_code == 422
    client.submit(page, partner=str(seat(partnership, person).id))
    fresh = session.get_one(Partnership, partnership.id)
    assert fresh.lead
    assert fresh.lead.person_id == person.id
    assert client.get(f"/partnerships/{partnership.id}/edit").status_code == 403
    assert client.submit(client.get(f"/partners/{first.id}/leave")).status_code == 303


def test_a_partnership_without_others_has_nobody_to_hand_over_to(client: Client) -> None:
    partnership, lead, _ = forming()
    page = client.signed_in_as(lead).get(f"/partnerships/{partnership.id}/handover")
    assert "no other partner yet" in page.words


def test_what_has_not_begun_can_be_given_up(client: Client, session: Session) -> None:
    partnership, lead, _ = forming()
    page = client.signed_in_as(lead).get(f"/partnerships/{partnership.id}/withdrawal")
    for _ in range(2):
        assert client.submit(page).status_code == 303
    assert state_of(session, partnership) == PartnershipState.WITHDRAWN
    assert client.signed_out().get(f"/partnerships/{partnership.id}").status_code == 404


def test_partners_post_news_in_the_name_of_the_partner(client: Client, session: Session) -> None:
    partnership, lead, _ = forming()
    other = organisations.owned_by(lead)
    assert partnership.lead
    path = f"/partnerships/{partnership.id}/updates/new"
    page = client.signed_in_as(lead).get(path)
    assert not page.all("#acts_as"), "there is nothing to choose"
    assert f"Posted in the name of {partnership.lead.name}." in page.words
    assert other.name not in page.words
    news = {"title": "Sat op", "body": "Ti <b>sensorer</b> <script>alert(1)</script>"}
    first, second = client.submit(page, **news), client.submit(page, **news)
    assert first.location == second.location
    shown = client.get(f"/partnerships/{partnership.id}")
    assert "<script>alert" not in shown.text
    assert shown.one("article[id^=update] .acting").get_text() == partnership.lead.name
    empty = client.submit(page, title="", once="noget-andet")
    assert empty.status_code == 422
    assert empty.one("#title-error")


def test_news_can_be_reported_and_hidden(client: Client, session: Session) -> None:
    partnership, _, _ = forming()
    news = partnerships.update(partnership, title="Køb vores sensorer")
    client.signed_in_as(identity.person())
    page = client.get(f"/partnerships/{partnership.id}")
    assert page.all(f"a[href='/reports/new?case={news.case_id}']")
    case = session.get_one(Case, news.case_id)
    by = identity.actor(identity.moderator(partnership.municipality))
    moderation.decide(case, DecisionKind.HIDE, by=by, version=case.version, **REASONED)
    session.flush()
    assert "Køb vores" not in client.get(f"/partnerships/{partnership.id}").words
    found = card(SubjectType.UPDATE, news.id)
    assert found
    assert not found.public
    moderation.decide(case, DecisionKind.RESTORE, by=by, version=case.version)
    assert "Køb vores" in client.get(f"/partnerships/{partnership.id}").words
    preview = ports.of(SubjectType.UPDATE).preview(news.id)
    assert "Køb vores" in render_template(preview.template, **preview.context)


def test_a_hidden_partnership_is_seen_by_its_lead_and_the_moderators(client: Client, session: Session) -> None:
    partnership, lead, _ = forming()
    case = session.get_one(Case, partnership.case_id)
    moderator = identity.moderator(partnership.municipality)
    moderation.decide(case, DecisionKind.HIDE, by=identity.actor(moderator), version=case.version, **REASONED)
    path = f"/partnerships/{partnership.id}"
    assert client.get(path).status_code == 404
    assert client.signed_in_as(moderator).get(path).status_code == 200
    assert "Det er en reklame." in client.signed_in_as(lead).get(path).words
    assert client.send(f"{path}/updates/new").status_code == 403


@pytest.mark.parametrize("kind", [DecisionKind.REJECT, DecisionKind.PUBLISH])
def test_a_decision_on_a_new_partnership_is_carried_out(app: Flask, session: Session, kind: DecisionKind) -> None:
    partnership, _, _ = forming()
    partnership.state, partnership.published_at, partnership.thread_id = PartnershipState.IN_REVIEW, None, None
    case = session.get_one(Case, partnership.case_id)
    case.state = "waiting"
    session.flush()
    preview = ports.of(SubjectType.PARTNERSHIP).preview(partnership.id)
    with app.test_request_context():
        assert partnership.summary in render_template(preview.template, **preview.context)
    by = identity.actor(identity.moderator(partnership.municipality))
    moderation.decide(case, kind, by=by, version=case.version, **REASONED)
    published = kind == DecisionKind.PUBLISH
    assert state_of(session, partnership) == ("forming" if published else "rejected")
    assert bool(partnership.thread_id) == published


def test_partnerships_stand_on_the_pages_they_belong_to(client: Client, session: Session) -> None:
    person, challenge = identity.person(), challenges.challenge()
    company = organisations.owned_by(person)
    partnership = partnerships.partnership(lead=company, challenge=challenge, title="Måling i brøndene")
    partnerships.partner(partnership, person=person)
    for path in (f"/challenges/{challenge.id}", f"/organisations/{company.id}", f"/people/{person.id}"):
        assert "Måling i brøndene" in client.get(path).words, path
    idea = proposals.proposal(challenge=challenge)
    assert client.get(f"/proposals/{idea.id}").all(f"a[href='/partnerships/new?proposal={idea.id}']")
    partnerships.request(partnership, person=identity.person(name="Jonas Kjær"))
    square = client.signed_in_as(person).get("/my")
    assert "Jonas Kjær asks to join" in square.words
    assert square.all(f"a[href='/partnerships/{partnership.id}']")


def test_the_news_of_a_partnership_are_paged_by_key(client: Client, session: Session) -> None:
    partnership, _, _ = forming()
    for _ in range(12):
        partnerships.update(partnership)
    page = client.get(f"/partnerships/{partnership.id}")
    older = client.get(str(page.one("a[rel=next]")["href"]).split("#")[0])
    seen = [one["id"] for one in (*page.all("article[id^=update]"), *older.all("article[id^=update]"))]
    assert len(set(seen)) == len(seen) == session.scalar(select(func.count(Update.id))) == 12
