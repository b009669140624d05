"""What went on in a conversation: counts, growth by day, votes per person, visits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.conversations.engine.arrays import Integers
from app.conversations.engine.votes import VoteBatch

DAY = 24 * 60 * 60 * 1000
GAP = 10 * 60 * 1000
HISTOGRAM_STEPS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000)


@dataclass(frozen=True)
class Growth:
    """Running totals at the end of each day on which anything happened; all (days,)."""

    days: Integers
    """Days since 1 January 1970, UTC."""
    votes: Integers
    voters: Integers
    statements: Integers
    commenters: Integers


@dataclass(frozen=True)
class Authorship:
    """Who wrote which statement when; (s,) each."""

    authors: Integers
    moments: Integers


def growth(batch: VoteBatch, statements: Authorship) -> Growth | None:
    """Totals by day from every vote that came, superseded ones too; None when no moments are known."""
    if batch.moments is None or not len(batch):
        return None
    vote_days = batch.moments // DAY
    statement_days = statements.moments // DAY
    days = np.unique(np.concatenate([vote_days, statement_days]))
    return Growth(
        days=days,
        votes=_until(days, vote_days),
        voters=_until(days, _first_of_each(batch.participants, vote_days)),
        statements=_until(days, statement_days),
        commenters=_until(days, _first_of_each(statements.authors, statement_days)),
    )


def votes_per_participant(votes_cast: Integers) -> list[tuple[int, int | None, int]]:
    """Histogram as (from, to, participants); the last bin is open. Every participant is in exactly one
    bin."""
    bounds = [*HISTOGRAM_STEPS, np.iinfo(np.int64).max]
    counts = np.histogram(votes_cast, bins=bounds)[0]
    tops = [step - 1 for step in HISTOGRAM_STEPS[1:]] + [None]
    last = int(np.max(np.flatnonzero(counts), initial=-1)) + 1
    return [(low, top, int(n)) for low, top, n in zip(HISTOGRAM_STEPS, tops, counts, strict=True)][:last]


def visits(batch: VoteBatch) -> int | None:
    """How many times somebody came to vote: a gap of over ten minutes starts a new visit. None without
    moments."""
    if batch.moments is None:
        return None
    order = np.lexsort((batch.moments, batch.participants))
    person, moment = batch.participants[order], batch.moments[order]
    same = person[1:] == person[:-1]
    return int(len(batch) > 0) + int(np.count_nonzero(~same | (moment[1:] - moment[:-1] > GAP)))


def _until(days: Integers, events: Integers) -> Integers:
    return np.searchsorted(np.sort(events), days, side="right")


def _first_of_each(who: Integers, when: Integers) -> Integers:
    """The first day of each, one a person."""
    order = np.lexsort((when, who))
    ids = who[order]
    first = np.ones(len(ids), dtype=np.bool_)
    first[1:] = ids[1:] != ids[:-1]
    return when[order][first]
