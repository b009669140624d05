"""Sixty-four people support and withdraw on the same ideas at once: how fast, and is every count exact afterwards?

Against gunicorn with two workers and the settings of production. Each person signs in by the form, from an address of
their own as behind a proxy, and posts fifty times over HTTP with cookie and CSRF token. No rate limit is lifted: fifty
posts and a sign-in stay below the sixty writes that a person has in a minute.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from typing import Any

from benchmarks import crowd, own_square

PASSWORD = "fem kloge kaniner i kolonihaven"
BEHIND_A_PROXY = {
    "ENVIRONMENT": "production",
    "BASE_URL": "https://torvet.example.org",
    "SMTP_URL": "smtp://127.0.0.1:9",
    "MAIL_FROM": "Torvet <torvet@torvet.example.org>",
    "PROXIES": "1",
}


def people_and_ideas(people: int, ideas: int) -> tuple[dict[int, str], list[int]]:
    """New people, by id and address, and new ideas, committed."""
    from app.identity.models import Person
    from app.kernel import clock, db
    from app.proposals.models import Proposal, ProposalState

    moment, session = clock.now(), db.session()
    first = Person(name="Bænk 0", email="baenk0@torvet.example", email_verified_at=moment)
    first.set_password(PASSWORD)
    others = [
        Person(name=f"Bænk {number}", email=f"baenk{number}@torvet.example", email_verified_at=moment)
        for number in range(1, people)
    ]
    for other in others:
        other.password_hash = first.password_hash
    state = {"state": ProposalState.PUBLISHED, "published_at": moment}
    made = [Proposal(title=f"Bænk {number}", body="En bænk i solen.", **state) for number in range(ideas)]
    session.add_all([first, *others, *made])
    session.commit()
    return {person.id: str(person.email) for person in (first, *others)}, [idea.id for idea in made]


def faults(outcome: crowd.Outcome, ideas: list[int]) -> list[str]:
    """What does not agree: answers, rows and what everybody wants, counts and rows."""
    from sqlalchemy import select

    from app.kernel import db
    from app.proposals.models import Proposal
    from app.proposals.supports.models import Support

    current = select(Support.person_id, Support.proposal_id)
    current = current.where(Support.proposal_id.in_(ideas), Support.ended_at.is_(None))
    rows = [(person, idea) for person, idea in db.session().execute(current)]
    counted = dict(
        db.session().execute(select(Proposal.id, Proposal.support_count).where(Proposal.id.in_(ideas))).all()
    )
    found = [] if outcome.fine else [f"answers other than 303: {dict(outcome.statuses)} {dict(outcome.lost)}"]
    if len(rows) != len(set(rows)):
        found.append("somebody is counted twice")
    if set(rows) != outcome.wanted:
        found.append(f"{len(set(rows) ^ outcome.wanted)} people's last word does not hold")
    by_idea = Counter(idea for _, idea in rows)
    found += [f"idea {idea}: counted {n}, rows {by_idea[idea]}" for idea, n in counted.items() if n != by_idea[idea]]
    print(f"counted {sum(counted.values())}, rows {len(rows)}, last words {len(outcome.wanted)}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("people", 64), ("acts", 50), ("ideas", 3)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    wanted = parser.parse_args()
    with own_square.environment(1_000) as env:
        env |= BEHIND_A_PROXY
        os.environ.update(env)
        from app import create_app

        with create_app().app_context():
            emails, ideas = people_and_ideas(wanted.people, wanted.ideas)
            with own_square.served(env) as (host, port):
                outcome = measured(host, port, emails, ideas, wanted.acts)
            return report(outcome, faults(outcome, ideas))


def measured(host: str, port: int, emails: dict[int, str], ideas: list[int], acts: int) -> crowd.Outcome:
    visitors = {
        person: crowd.Visitor(host, port, BEHIND_A_PROXY["BASE_URL"], number) for number, person in enumerate(emails)
    }
    crowd.sign_in(list(visitors.values()), list(emails.values()), PASSWORD, f"/proposals/{ideas[0]}")
    return crowd.act(visitors, ideas, acts)


def report(outcome: crowd.Outcome, found: list[str]) -> Any:
    posts = len(outcome.times)
    print(f"{posts} posts in {outcome.seconds:.1f} s: {posts / outcome.seconds:.0f} per second, ", end="")
    print(f"p50 {outcome.percentile(0.5):.0f} ms, p99 {outcome.percentile(0.99):.0f} ms, {dict(outcome.statuses)}")
    print("exact" if not found else "NOT exact: " + "; ".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
