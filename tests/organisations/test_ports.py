from __future__ import annotations

import pytest
from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.activity.models import Activity, SubjectType
from app.activity.ports import card
from app.kernel.access import Actor
from app.kernel.i18n import speaking
from app.moderation import actions as moderation
from app.moderation import ports
from app.moderation.models import Case, DecisionKind, ReasonCode
from app.organisations import actions
from app.organisations.models import Organisation, OrganisationKind
from tests.factories import identity, places
from tests.support.client import Client

REASONED = {"reason_code": ReasonCode.SPAM, "reason": "Der findes ikke en sådan organisation."}


def registered(session: Session, **values: object) -> tuple[Organisation, Case, Actor]:
    """An organisation that waits for verification, its case, and a moderator of its home."""
    home = places.municipality()
    owner = identity.actor(identity.person())
    values = {"kind": OrganisationKind.ASSOCIATION, "name": "Havnens venner", "municipality": home, **values}
    organisation = actions.register(by=owner, **values)
    case = session.get_one(Case, organisation.case_id)
    return organisation, case, identity.actor(identity.moderator(home))


def test_a_moderator_verifies_and_the_mark_says_what_was_checked(client: Client, session: Session) -> None:
    organisation, case, moderator = registered(
        session, cvr="99000686", registered_name="Nordlys", website="https://example.dk"
    )
    moderation.decide(case, DecisionKind.PUBLISH, by=moderator, version=case.version)
    assert organisation.verified_by_id == moderator.id
    assert session.scalars(select(Activity).where(Activity.kind == "organisation.verified")).one()
    page = client.get(f"/organisations/{organisation.id}")
    assert "Verified: CVR number, name and address in the CVR register, website, contact person" in page.words


def test_asking_for_changes_leaves_the_page_unverified_and_says_why(client: Client, session: Session) -> None:
    organisation, case, moderator = registered(session)
    moderation.decide(case, DecisionKind.REQUEST_CHANGES, by=moderator, version=case.version, reason="Hvem er I?")
    owner = session.get_one(type(case.author), case.author_id)
    page = client.signed_in_as(owner).get(f"/organisations/{organisation.id}")
    assert "Hvem er I?" in page.words
    client.submit(page, f"form[action='/organisations/{organisation.id}/verification']")
    assert session.get_one(Case, case.id).state == "waiting"
    again = client.send(f"/organisations/{organisation.id}/verification")
    assert again.status_code == 303, "asking twice changes nothing"


def test_a_rejected_organisation_is_seen_by_its_members_only(client: Client, session: Session) -> None:
    organisation, case, moderator = registered(session)
    moderation.decide(case, DecisionKind.REJECT, by=moderator, version=case.version, **REASONED)
    session.flush()
    found = card(SubjectType.ORGANISATION, organisation.id)
    assert found
    assert not found.public
    assert client.get(f"/organisations/{organisation.id}").status_code == 404
    owner = session.get_one(type(case.author), case.author_id)
    assert "Der findes ikke" in client.signed_in_as(owner).get(f"/organisations/{organisation.id}").words


def test_hiding_ends_the_verification_and_restoring_shows_the_page(session: Session) -> None:
    organisation, case, moderator = registered(session)
    moderation.decide(case, DecisionKind.PUBLISH, by=moderator, version=case.version)
    session.flush()
    moderation.decide(case, DecisionKind.HIDE, by=moderator, version=case.version, **REASONED)
    session.flush()
    assert organisation.hidden_at
    assert not organisation.verified
    moderation.decide(case, DecisionKind.RESTORE, by=moderator, version=case.version)
    assert organisation.hidden_at is None


@pytest.mark.parametrize(
    ("number", "said"), [("99000686", "Nordlys Sensorer ApS, Havnegade"), (None, "nothing about this organisation")]
)
def test_the_preview_shows_what_is_known_and_what_to_check(session: Session, number: str | None, said: str) -> None:
    organisation, _, _ = registered(session, cvr=number)
    preview = ports.of(SubjectType.ORGANISATION).preview(organisation.id)
    with speaking("en"):
        shown = render_template(preview.template, **preview.context)
    assert said in shown
    assert "Is the contact person part of it?" in shown
