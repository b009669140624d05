"""Following: everything public can be followed and left again; nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.activity import actions
from app.activity.models import Follow, SubjectType
from tests.factories import challenges, identity, organisations, partnerships, places, proposals
from tests.support.client import Client

MAKERS: dict[str, Callable[[], Any]] = {
    "challenge": challenges.challenge,
    "proposal": proposals.proposal,
    "organisation": organisations.organisation,
    "municipality": places.municipality,
    "partnership": partnerships.partnership,
}


@pytest.mark.parametrize("kind", MAKERS)
def test_everything_public_is_followed_once_and_left_again(client: Client, session: Session, kind: str) -> None:
    thing, reader = MAKERS[kind](), identity.person()
    client.signed_in_as(reader)
    for _ in range(2):
        assert client.send(f"/follows/{kind}/{thing.id}").status_code == 303
    assert session.scalars(select(Follow.subject_id).where(Follow.person_id == reader.id)).all() == [thing.id]
    for _ in range(2):
        assert client.send(f"/follows/{kind}/{thing.id}/end").status_code == 303
    assert session.scalars(select(Follow).where(Follow.person_id == reader.id)).all() == []


def test_what_is_not_there_not_public_or_not_followable_is_refused(client: Client) -> None:
    hidden = challenges.in_review(published_at=None)
    path = f"/follows/challenge/{hidden.id}"
    assert "sign-in" in client.send(path).location
    client.signed_in_as(identity.person())
    assert client.send(path).status_code == 403
    assert client.send(f"/follows/person/{identity.person().id}").status_code == 403
    assert client.send("/follows/challenge/999999").status_code == 404
    assert client.send("/follows/nonsense/1").status_code == 404


def test_the_button_swaps_itself(client: Client) -> None:
    town = places.municipality()
    client.signed_in_as(identity.person())
    fields, headers = {"csrf_token": client.csrf_token()}, {"HX-Request": "true"}
    part = client.post(f"/follows/municipality/{town.id}", data=fields, headers=headers)
    assert part.status_code == 200
    assert part.one(f"form[action='/follows/municipality/{town.id}/end']")


def test_followers_come_along_each_once(session: Session) -> None:
    old, new = proposals.proposal(), proposals.proposal()
    both, one = identity.person(), identity.person()
    for person, idea in ((both, old), (both, new), (one, old)):
        actions.follow(person.id, SubjectType.PROPOSAL, idea.id)
    actions.follow_along(SubjectType.PROPOSAL, old.id, new.id)
    followed = session.execute(select(Follow.person_id, Follow.subject_id)).all()
    assert sorted(followed) == sorted([(both.id, new.id), (one.id, new.id)])


def test_a_visitor_follows_nothing(client: Client) -> None:
    from app.activity import rules
    from app.activity.ports import card
    from app.kernel.access import VISITOR

    town = places.municipality()
    with client.application.test_request_context():
        assert not rules.may_follow(VISITOR, SubjectType.MUNICIPALITY, card(SubjectType.MUNICIPALITY, town.id))
