"""What holds when several people act on one partnership at once, each with a commit of their own."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from app.activity.models import Activity
from app.identity.models import Person
from app.kernel import db
from app.partnerships.models import (
    JoinRequest,
    Partner,
    Partnership,
    PartnershipState,
    RequestState,
)
from tests.factories import identity, organisations, partnerships
from tests.support.client import Client
from tests.support.concurrency import AtOnce
from tests.support.partners import forming, seat


def crowd(app: Flask, client_of: Callable[[Flask], Client], people: list[Person]) -> list[Client]:
    db.session().commit()
    return [client_of(app).signed_in_as(one) for one in people]


def test_two_answers_at_once_to_one_request_give_one_partner(
    committed: Flask, at_once: AtOnce, client_of: Callable[[Flask], Client]
) -> None:
    partnership, lead, _ = forming()
    second = identity.person()
    assert partnership.lead
    organisations.membership(partnership.lead.organisation, second, "admin")
    asked = partnerships.request(partnership)
    visitors = crowd(committed, client_of, [lead, second] * 3)
    path, version = f"/join-requests/{asked.id}", str(asked.version)

    def answer(number: int) -> int:
        choice = {"answer": "accept"} if number % 2 else {"answer": "decline", "reason": "Nej tak"}
        return visitors[number].send(path, version=version, **choice).status_code

    done = at_once(6, answer, app=committed)
    assert set(done) <= {303, 409}, done
    db.session().expire_all()
    state = db.session().get_one(JoinRequest, asked.id).state
    joined = db.session().scalar(select(func.count(Partner.id)).where(Partner.person_id == asked.person_id))
    assert joined == (1 if state == RequestState.ACCEPTED else 0)
    told = select(func.count(Activity.id)).where(Activity.kind.in_(["join_request.accepted", "join_request.declined"]))
    assert db.session().scalar(told) == 1


def test_asking_many_times_at_once_leaves_one_request(
    committed: Flask, at_once: AtOnce, client_of: Callable[[Flask], Client]
) -> None:
    partnership, _, _ = forming()
    person = identity.person()
    visitors = crowd(committed, client_of, [person] * 6)
    path = f"/partnerships/{partnership.id}/join"
    fields = {"role": "Måler", "kind": "hours", "amount": "40"}
    done = at_once(6, lambda number: visitors[number].send(path, **fields).status_code, app=committed)
    assert sorted(done) == [303] + [403] * 5
    assert db.session().scalar(select(func.count(JoinRequest.id))) == 1


def test_the_last_partner_leaving_while_the_work_begins_leaves_a_consistent_partnership(
    committed: Flask, at_once: AtOnce, client_of: Callable[[Flask], Client]
) -> None:
    for _ in range(3):
        partnership, lead, (person,) = forming(1)
        mine = seat(partnership, person)
        visitors = crowd(committed, client_of, [lead, person])
        paths = [f"/partnerships/{partnership.id}/activation", f"/partners/{mine.id}/leave"]
        done = at_once(2, lambda number, v=visitors, p=paths: v[number].send(p[number]).status_code, app=committed)
        assert done in ([303, 303], [403, 303])
        db.session().expire_all()
        begun = db.session().get_one(Partnership, partnership.id).state == PartnershipState.ACTIVE
        assert begun == (done[0] == 303)


def test_the_lead_handed_over_twice_at_once_is_one(
    committed: Flask, at_once: AtOnce, client_of: Callable[[Flask], Client]
) -> None:
    partnership, lead, others = forming(2)
    visitors = crowd(committed, client_of, [lead, lead])
    heirs = [str(seat(partnership, one).id) for one in others]
    path = f"/partnerships/{partnership.id}/handover"
    done = at_once(2, lambda number: visitors[number].send(path, partner=heirs[number]).status_code, app=committed)
    assert sorted(done) == [303, 403]
    leads = select(func.count(Partner.id)).where(Partner.is_lead, Partner.left_at.is_(None))
    assert db.session().scalar(leads) == 1
