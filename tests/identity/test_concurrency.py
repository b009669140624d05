"""What must hold when two do the same at the same moment."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.identity import actions, queries
from app.identity.models import OfferOutcome, Person, Role, RoleName, RoleOffer, SignUp
from app.kernel import db
from app.kernel.access import SYSTEM
from app.kernel.mail import OutgoingMail
from tests.factories import identity, places
from tests.support.concurrency import AtOnce


def test_two_platform_administrators_cannot_end_each_other_at_once(committed: Flask, at_once: AtOnce) -> None:
    for _ in range(2):
        identity.platform_administrator()
    db.session().commit()
    ids = list(db.session().scalars(select(Role.id)))

    def end(number: int) -> None:
        actions.end_role(db.session().get_one(Role, ids[number]), by=SYSTEM)
        db.session().commit()

    results = at_once(2, end, app=committed)
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Unauthorized"]
    db.session().expire_all()
    assert len(list(db.session().scalars(queries.platform_administrators()))) == 1


def offered(address: str) -> tuple[int, int]:
    """An offer that waits, and its giver's role."""
    town = places.municipality()
    offer = identity.offer(identity.administrator(town), town, email=address)
    db.session().commit()
    return offer.id, db.session().scalars(select(Role.id)).one()


def accept(offer_id: int, person_id: int) -> None:
    person = db.session().get_one(Person, person_id)
    actions.accept_offer(db.session().get_one(RoleOffer, offer_id), by=identity.actor(person))
    db.session().commit()


def test_an_offer_accepted_many_times_at_once_gives_one_role(committed: Flask, at_once: AtOnce) -> None:
    karen = identity.person()
    offer_id, _ = offered(str(karen.email))
    person_id = karen.id
    results = at_once(4, lambda number: accept(offer_id, person_id), app=committed)
    assert results == [None] * 4
    db.session().expire_all()
    held = select(func.count(Role.id)).where(Role.person_id == person_id)
    letters = select(func.count(OutgoingMail.id)).where(OutgoingMail.event == "role_given")
    assert (db.session().scalar(held), db.session().scalar(letters)) == (1, 1)


@pytest.mark.parametrize("round", range(3))
def test_an_offer_is_not_accepted_when_its_giver_loses_the_role_at_that_moment(
    committed: Flask, at_once: AtOnce, round: int
) -> None:
    karen = identity.person()
    offer_id, role_id = offered(str(karen.email))
    person_id = karen.id

    def act(number: int) -> None:
        if number:
            return accept(offer_id, person_id)
        actions.end_role(db.session().get_one(Role, role_id), by=SYSTEM)
        return db.session().commit()

    ended, accepted = at_once(2, act, app=committed)
    db.session().expire_all()
    outcome = db.session().get_one(RoleOffer, offer_id).outcome
    held = db.session().scalar(select(func.count(Role.id)).where(Role.person_id == person_id))
    assert ended is None
    assert (outcome, held) == ((OfferOutcome.ACCEPTED, 1) if accepted is None else (OfferOutcome.WITHDRAWN, 0))


@pytest.mark.parametrize("round", range(3))
def test_whoever_leaves_at_that_moment_is_left_without_the_role(committed: Flask, at_once: AtOnce, round: int) -> None:
    karen = identity.person()
    offer_id, _ = offered(str(karen.email))
    person_id = karen.id

    def act(number: int) -> None:
        if number:
            return accept(offer_id, person_id)
        person = db.session().get_one(Person, person_id)
        actions.erase(person, by=identity.actor(person))
        return db.session().commit()

    at_once(2, act, app=committed)
    db.session().expire_all()
    assert db.session().get_one(Person, person_id).erased
    held = select(func.count(Role.id)).where(Role.person_id == person_id, Role.ended_at.is_(None))
    assert db.session().scalar(held) == 0


def test_the_same_offer_made_by_several_at_once_is_open_once(committed: Flask, at_once: AtOnce) -> None:
    town = places.municipality()
    bosses = [identity.actor(identity.administrator(town)) for _ in range(4)]
    town_id = town.id
    db.session().commit()

    def offer(number: int) -> None:
        actions.offer_role("ny@example.org", RoleName.MODERATOR, town_id, by=bosses[number], language="da")
        db.session().commit()

    assert at_once(4, offer, app=committed) == [None] * 4
    db.session().expire_all()
    outcomes = list(db.session().scalars(select(RoleOffer.outcome)))
    assert outcomes.count(None) == 1
    assert set(outcomes) <= {None, OfferOutcome.WITHDRAWN}


def test_one_link_followed_twice_at_once_makes_one_account(committed: Flask, at_once: AtOnce) -> None:
    values: dict[str, Any] = {"name": "Ny", "language": "da", "browser_secret": "x", "carries": {}}
    actions.sign_up(email="ny@example.org", password="tre kloge kaniner", **values)
    db.session().commit()

    def confirm(number: int) -> None:
        actions.confirm_sign_up(db.session().scalars(select(SignUp)).one())
        db.session().commit()

    results = at_once(4, confirm, app=committed)
    assert results.count(None) == 1, results
    db.session().expire_all()
    assert db.session().scalar(select(func.count(Person.id))) == 1
