"""What a person takes along, and what is left when they go."""

from __future__ import annotations

import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.activity.models import Follow
from app.kernel import clock
from app.notifications.models import Notification, Preference
from app.organisations.models import Membership
from tests.factories import (
    challenges,
    deliberation,
    identity,
    moderation,
    organisations,
    partnerships,
    proposals,
)
from tests.factories.identity import PASSWORD
from tests.support.client import Client


def test_the_export_holds_what_every_feature_keeps(client: Client) -> None:
    person = identity.person()
    idea = proposals.proposal(author=person)
    proposals.support(idea, person)
    deliberation.comment(idea.thread, author=person)
    company = organisations.owned_by(person)
    partnership = partnerships.partnership(lead=company)
    partnerships.partner(partnership, person=person, role="Måler vandet")
    partnerships.request(partnership, person=person, message="Jeg bor der.")
    partnerships.update(partnership, author=person)
    challenges.draft(author=person)
    moderation.report(moderation.case(), reporter_id=person.id)
    client.signed_in_as(person)
    client.send(f"/follows/proposal/{idea.id}")
    data = json.loads(client.get("/settings/export").text)
    told = {"challenges", "comments", "follows", "join_requests", "memberships", "news", "partnerships", "proposals"}
    assert [name for name in sorted(told | {"reports", "supports"}) if len(data[name]) != 1] == []
    assert data["proposals"][0]["title"] == idea.title
    held = {"name": company.name, "role": "owner", "ended_at": None}
    assert held.items() <= data["memberships"][0].items()


def test_an_erased_account_belongs_to_nothing_and_hears_of_nothing(client: Client, session: Session) -> None:
    person = identity.person(with_password=True)
    company = organisations.owned_by(person)
    client.signed_in_as(person)
    client.send(f"/follows/organisation/{company.id}")
    client.submit(client.get("/notifications/preferences"))
    assert client.send("/settings/erasure", current_password=PASSWORD).status_code == 303
    for table in (Follow, Preference, Notification):
        assert session.scalar(select(func.count()).select_from(table).where(table.person_id == person.id)) == 0
    assert session.scalars(select(Membership.ended_at)).one() is not None


def test_the_only_owner_hands_over_before_the_erasure_unless_nobody_is_left(client: Client) -> None:
    person, member = identity.person(with_password=True), identity.person()
    company = organisations.owned_by(person)
    beside = organisations.membership(company, member)
    page = client.signed_in_as(person).get("/settings/erasure")
    assert f"Du er den eneste ejer af {company.name}." in page.words
    assert client.send("/settings/erasure", current_password=PASSWORD).status_code == 403
    beside.ended_at = clock.now()
    assert client.send("/settings/erasure", current_password=PASSWORD).status_code == 303
