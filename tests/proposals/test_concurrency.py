"""Exact under real commits and many clients at once: counts equal rows, nobody is counted twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text

from app.deliberation import actions as deliberation
from app.deliberation.models import Comment, Thread, UsefulMark
from app.kernel import db
from app.kernel.access import Actor
from app.proposals.jobs import drifted
from app.proposals.merging import actions as merging
from app.proposals.models import Proposal
from app.proposals.supports import actions
from app.proposals.supports.models import Support
from deploy.local.servers import wait_until
from tests.factories import challenges, identity, proposals
from tests.factories.deliberation import comment
from tests.support.client import Client
from tests.support.concurrency import AtOnce

ClientOf = Callable[[Flask], Client]


def people(number: int) -> list[int]:
    made = [identity.person().id for _ in range(number)]
    db.session().commit()
    return made


def rows(proposal_id: int) -> int:
    current = (
        select(func.count()).select_from(Support).where(Support.proposal_id == proposal_id, Support.ended_at.is_(None))
    )
    return db.session().scalars(current).one()


def count(proposal_id: int) -> int:
    db.session().rollback()
    return db.session().scalars(select(Proposal.support_count).where(Proposal.id == proposal_id)).one()


def act(verb: Callable[..., Any], proposal_id: int, person_id: int) -> None:
    """One transaction of one person, as a request makes it."""
    try:
        verb(db.session().get_one(Proposal, proposal_id), by=Actor(person_id))
        db.session().commit()
    finally:
        db.session().rollback()


def faults(results: list[Any]) -> list[Any]:
    return [result for result in results if isinstance(result, Exception)]


def test_many_people_at_once_are_each_counted(committed: Flask, at_once: AtOnce) -> None:
    idea = proposals.proposal().id
    who = people(8)
    assert not faults(at_once(8, lambda n: act(actions.support, idea, who[n]), app=committed))
    assert count(idea) == rows(idea) == 8


def test_the_same_person_many_times_at_once_is_counted_once(committed: Flask, at_once: AtOnce) -> None:
    idea = proposals.proposal().id
    (one,) = people(1)
    assert not faults(at_once(8, lambda n: act(actions.support, idea, one), app=committed))
    assert count(idea) == rows(idea) == 1
    assert not faults(at_once(8, lambda n: act(actions.end_support, idea, one), app=committed))
    assert count(idea) == rows(idea) == 0


def test_a_storm_of_supports_and_withdrawals_through_http_ends_exact(
    committed: Flask, at_once: AtOnce, client_of: ClientOf
) -> None:
    ideas = [proposals.proposal().id for _ in range(3)]
    db.session().commit()
    clients = [client_of(committed).signed_in_as(identity.person()) for _ in range(8)]

    def storm(number: int) -> list[int]:
        chance, client = random.Random(number), clients[number]
        token = client.csrf_token()
        statuses = []
        for _ in range(7):
            path = f"/proposals/{chance.choice(ideas)}/support{chance.choice(['', '', '/end'])}"
            answer = client.post(path, data={"csrf_token": token}, headers={"HX-Request": "true"})
            statuses.append(answer.status_code)
        return statuses

    results = at_once(8, storm, app=committed)
    assert not faults(results), results
    assert {status for statuses in results for status in statuses} == {200}
    for idea in ideas:
        assert count(idea) == rows(idea)
    assert db.session().execute(drifted()).all() == []


def test_merging_in_the_middle_of_a_storm_loses_and_doubles_nobody(committed: Flask, at_once: AtOnce) -> None:
    challenge = challenges.challenge()
    kept, merged = (proposals.proposal(challenge=challenge) for _ in range(2))
    moderator = identity.actor(identity.moderator(challenge.municipalities[0]))
    ids = kept.id, merged.id
    who = people(12)
    for person in who[:6]:
        act(actions.support, ids[0], person)
        act(actions.support, ids[1], person)
    for person in who[6:9]:
        act(actions.support, ids[1], person)

    def work(number: int) -> None:
        if number == 0:
            first, second = (db.session().get_one(Proposal, found) for found in ids)
            merging.merge(second, first, by=moderator, version=1, reason="Det samme.")
            db.session().commit()
        else:
            verb = actions.end_support if number % 3 == 0 else actions.support
            act(verb, ids[number % 2], who[number])

    at_once(12, work, app=committed)
    assert count(ids[0]) == rows(ids[0])
    assert count(ids[1]) == rows(ids[1]) == 0
    assert db.session().execute(drifted()).all() == []
    held = select(Support.person_id).where(Support.proposal_id == ids[0], Support.ended_at.is_(None))
    people_kept = db.session().scalars(held).all()
    assert len(people_kept) == len(set(people_kept))
    assert {who[0]} <= set(people_kept)


def test_a_yes_that_a_merge_brings_along_can_be_taken_back_while_it_still_merges(committed: Flask) -> None:
    challenge = challenges.challenge()
    kept, merged = (proposals.proposal(challenge=challenge) for _ in range(2))
    moderator = identity.actor(identity.moderator(challenge.municipalities[0]))
    one, ids = identity.person().id, (kept.id, merged.id)
    db.session().commit()
    act(actions.support, ids[1], one)
    second, first = (db.session().get_one(Proposal, found) for found in ids[::-1])
    merging.merge(second, first, by=moderator, version=1, reason="Det samme.")

    def take_back() -> None:
        with committed.app_context():
            act(actions.end_support, ids[0], one)

    with ThreadPoolExecutor(1) as pool:
        taken = pool.submit(take_back)
        assert wait_until(waits_for_a_lock, lambda: not taken.done(), 30)
        db.session().commit()
        taken.result(30)
    assert count(ids[0]) == rows(ids[0]) == 0


def waits_for_a_lock() -> bool:
    asked = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
    return bool(db.session().scalars(asked).one())


def test_comments_and_useful_marks_are_counted_exactly(committed: Flask, at_once: AtOnce) -> None:
    idea = proposals.proposal()
    marked, thread_id = comment(idea.thread).id, idea.thread_id
    who = people(8)

    def work(number: int) -> None:
        thread = db.session().get_one(Thread, thread_id)
        deliberation.post(thread, by=Actor(who[number]), body=f"Kommentar {number}")
        db.session().commit()
        for _ in range(2):
            deliberation.mark_useful(db.session().get_one(Comment, marked), by=Actor(who[number % 4]))
            db.session().commit()

    assert not faults(at_once(8, work, app=committed))
    db.session().rollback()
    assert db.session().get_one(Thread, thread_id).comment_count == 9
    assert db.session().get_one(Comment, marked).useful_count == 4
    assert db.session().scalars(select(func.count()).select_from(UsefulMark)).one() == 4
