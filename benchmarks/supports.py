"""Supports per second through the whole application, and whether the counts are exact afterwards.

Run on a database of its own: DATABASE_URL=… REDIS_URL=… python -m benchmarks.supports [clients] [acts] [ideas]
"""

from __future__ import annotations

import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app import create_app
from app.identity.models import Person
from app.kernel import clock, db
from app.kernel.access import Actor
from app.proposals.jobs import drifted
from app.proposals.models import Proposal, ProposalState
from app.proposals.supports import actions
from app.proposals.supports.models import Support


def prepare(clients: int, ideas: int) -> tuple[list[int], list[int]]:
    """New people and ideas, committed."""
    session, moment = db.session(), clock.now()
    people = [Person(name=f"Bench {number}", email=None, email_verified_at=moment) for number in range(clients)]
    made = [
        Proposal(title="Bench", body="Bench", state=ProposalState.PUBLISHED, published_at=moment) for _ in range(ideas)
    ]
    session.add_all([*people, *made])
    session.commit()
    return [person.id for person in people], [idea.id for idea in made]


def main(clients: int = 64, acts: int = 50, ideas: int = 3) -> None:
    app = create_app()
    with app.app_context():
        people, chosen = prepare(clients, ideas)
    faults: list[str] = []
    start = threading.Barrier(clients + 1)

    def work(number: int) -> None:
        chance = random.Random(number)
        start.wait()
        with app.app_context():
            for _ in range(acts):
                verb = chance.choice([actions.support, actions.support, actions.end_support])
                try:
                    verb(db.session().get_one(Proposal, chance.choice(chosen)), by=Actor(people[number]))
                    db.session().commit()
                except Exception as fault:
                    db.session().rollback()
                    faults.append(type(fault).__name__)

    with ThreadPoolExecutor(clients) as pool:
        done = [pool.submit(work, number) for number in range(clients)]
        start.wait()
        began = time.perf_counter()
        for one in done:
            one.result()
    report(app, chosen, clients * acts, time.perf_counter() - began, faults)


def report(app: object, chosen: list[int], acts: int, seconds: float, faults: list[str]) -> None:
    with app.app_context():
        current = (Support.proposal_id.in_(chosen), Support.ended_at.is_(None))
        rows = db.session().scalar(select(func.count()).select_from(Support).where(*current))
        counted = db.session().scalar(select(func.sum(Proposal.support_count)).where(Proposal.id.in_(chosen)))
        off = db.session().execute(drifted().where(Proposal.id.in_(chosen))).all()
    print(f"{acts} supports and withdrawals in {seconds:.1f} s: {acts / seconds:.0f} per second")
    print(f"counted {counted}, rows {rows}, ideas that are off {len(off)}, faults {len(faults)} {sorted(set(faults))}")
    if off or faults or counted != rows:
        sys.exit(1)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
