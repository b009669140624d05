"""The same shapes by the thousand, by COPY: for benchmarks and load tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import select, text

from app.challenges.models import Challenge, ChallengeState
from app.deliberation.models import Stance
from app.demo.actions.square import content, new_square, table
from app.kernel import db
from app.kernel.html import plain

SUPPORTS, COMMENTS, PEOPLE = 5.0, 2.0, 0.5
"""How many there are for every idea."""


class Copying:
    """Rows on their way into tables, with ids that go on where each table ends."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 chance, not secrecy
        self.cursor = db.session().connection().connection.driver_connection.cursor()  # type: ignore[union-attr]

    def next_ids(self, name: str) -> Iterator[int]:
        highest = db.session().scalar(text(f"select coalesce(max(id), 0) from {name}")) or 0  # noqa: S608 our own names
        return count(highest + 1)

    def copy(self, name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Stream rows into a table."""
        with self.cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)

    def settle(self, *names: str) -> None:
        """Let the tables count on from their highest id, and learn anew how they are filled."""
        for name in names:
            db.session().execute(text(f"select setval(pg_get_serial_sequence('{name}', 'id'), max(id)) from {name}"))  # noqa: S608
            db.session().execute(text(f"analyze {name}"))


def load_scale(ideas: int, seed: int = 751) -> dict[str, int]:
    """Add so many ideas to the open challenges, with people, supports and comments in proportion."""
    copying, square = Copying(seed), new_square(seed)
    homes = [place.id for place in square.places.values()]
    people = _people(copying, int(ideas * PEOPLE), homes, square.now)
    proposals, threads = _proposals(copying, ideas, people, square.now)
    supports = _supports(copying, proposals, people, int(ideas * SUPPORTS), square.now)
    comments = _comments(copying, threads, people, int(ideas * COMMENTS), square.now)
    copying.settle("people", "proposals", "threads", "cases", "supports", "comments")
    return {"people": len(people), "ideas": len(proposals), "supports": supports, "comments": comments}


def _people(copying: Copying, number: int, homes: list[int], now: datetime) -> list[int]:
    names, chance = content("people"), copying.random
    ids = [identity for identity, _ in zip(copying.next_ids("people"), range(number), strict=False)]
    copying.copy(
        "people",
        "id, email, name, language, about, municipality_id, email_verified_at, created_at, version",
        (
            (
                identity,
                f"maengde{identity}@torvet.example",
                f"{chance.choice(names['given'])} {chance.choice(names['family'])}",
                "da",
                "",
                chance.choice(homes),
                now,
                now,
                1,
            )
            for identity in ids
        ),
    )
    return ids


def _texts() -> list[tuple[str, str]]:
    files = ("challenges_aarhus", "challenges_syd", "challenges_nord", "challenges_vest")
    rows = [cells for name in files for row in content(name)["challenge"] for cells in table(row["ideas"])]
    return [(cells[0], cells[1]) for cells in rows]


def _proposals(
    copying: Copying, number: int, people: list[int], now: datetime
) -> tuple[list[int], list[tuple[int, datetime]]]:
    chance, texts = copying.random, _texts()
    open_ones = select(Challenge).where(Challenge.state == ChallengeState.OPEN).order_by(Challenge.id)
    challenges = [(one.id, one.municipalities[0]) for one in db.session().scalars(open_ones)]
    weights = [chance.paretovariate(0.8) for _ in challenges]
    ids, cases, threads = (copying.next_ids(name) for name in ("proposals", "cases", "threads"))
    rows = []
    for _ in range(number):
        (challenge, home), (title, body) = chance.choices(challenges, weights)[0], chance.choice(texts)
        at = now - timedelta(minutes=chance.randint(5, 260_000))
        identity, case, thread = next(ids), next(cases), next(threads)
        rows.append((identity, case, thread, challenge, home, f"{title} {identity}", body, chance.choice(people), at))
    _write_proposals(copying, rows)
    return [row[0] for row in rows], [(row[2], row[8]) for row in rows]


def _write_proposals(copying: Copying, rows: list[tuple[Any, ...]]) -> None:
    copying.copy(
        "cases",
        "id, subject_type, subject_id, municipality_id, author_id, title, state, open_reports, open_appeals, "
        "submitted_at, waiting_since, version",
        ((row[1], "proposal", row[0], row[4].id, row[7], row[5], "published", 0, 0, row[8], row[8], 1) for row in rows),
    )
    copying.copy(
        "threads",
        "id, owner_type, owner_id, municipality_id, comment_count",
        ((row[2], "proposal", row[0], row[4].id, 0) for row in rows),
    )
    chance = copying.random
    copying.copy(
        "proposals",
        "id, case_id, thread_id, challenge_id, municipality_id, title, body, summary, author_id, created_at, "
        "updated_at, published_at, state, place_name, longitude, latitude, support_count, backing_count, version",
        (
            (
                *(*row[:4], row[4].id, *row[5:7], plain(row[6], 220), row[7], row[8], row[8], row[8], "published", ""),
                *(row[4].longitude + chance.gauss(0, 0.04), row[4].latitude + chance.gauss(0, 0.02), 0, 0, 1),
            )
            for row in rows
        ),
    )
    db.session().execute(
        text(
            "update challenges set proposal_count = counted.number from (select challenge_id, count(*) number "
            "from proposals where state = 'published' group by challenge_id) counted where counted.challenge_id = id"
        )
    )


def _supports(copying: Copying, proposals: list[int], people: list[int], number: int, now: datetime) -> int:
    chance = copying.random
    weights = [chance.paretovariate(1.2) for _ in proposals]
    pairs: set[tuple[int, int]] = set()
    most = min(number, len(proposals) * len(people))
    while len(pairs) < most:
        picked = chance.choices(proposals, weights, k=most - len(pairs))
        pairs |= {(proposal, chance.choice(people)) for proposal in picked}
    ids = copying.next_ids("supports")
    rows = ((next(ids), *pair, now) for pair in sorted(pairs))
    copying.copy("supports", "id, proposal_id, person_id, created_at", rows)
    db.session().execute(
        text(
            "update proposals set support_count = seen.number from (select proposal_id, count(*) number "
            "from supports where ended_at is null group by proposal_id) seen where seen.proposal_id = proposals.id"
        )
    )
    return len(pairs)


def _comments(
    copying: Copying, threads: list[tuple[int, datetime]], people: list[int], number: int, now: datetime
) -> int:
    chance, texts, ids = copying.random, content("comments"), copying.next_ids("comments")
    weights = [chance.paretovariate(1.1) for _ in threads]
    rows = []
    for thread, since in chance.choices(threads, weights, k=number):
        stance = chance.choice(list(Stance))
        at = since + (now - since) * chance.random()
        rows.append((next(ids), thread, chance.choice(people), stance, chance.choice(texts[stance]), 0, at, 1))
    copying.copy("comments", "id, thread_id, author_id, stance, body, useful_count, created_at, version", rows)
    db.session().execute(
        text(
            "update threads set comment_count = counted.number from (select thread_id, count(*) number from comments "
            "group by thread_id) counted where counted.thread_id = threads.id"
        )
    )
    return number
