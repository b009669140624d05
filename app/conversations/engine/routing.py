"""Which statement to show next: a weighted draw that favours what is new, agreed and far apart, and few
passes."""

from __future__ import annotations

import numpy as np

from app.conversations.engine.arrays import Flags, Floats
from app.conversations.engine.counts import Counts
from app.conversations.engine.proportions import share

META_IMPORTANCE = 7.0
NEWNESS = 8.0
HALVED_BY = 5.0
UNKNOWN_WEIGHT = 1.0


def priorities(counts: Counts, extremity: Floats, meta: Flags) -> Floats:
    """Weight of each statement in the draw, (m,), > 0.

    From A, D, S = agrees, disagrees, votes of all placed participants, P = S - A - D, E = extremity:
    importance = (1 - (P+1)/(S+2)) (E+1) (A+1)/(S+2); priority = (importance (1 + 8 * 2^(-S/5)))^2, so a new
    statement weighs up to 81 times an old one; a meta statement weighs 7^2.
    """
    importance = (1.0 - share(counts.passes, counts.votes)) * (extremity + 1.0) * share(counts.agrees, counts.votes)
    new = 1.0 + NEWNESS * 2.0 ** (-counts.votes / HALVED_BY)
    return np.where(meta, META_IMPORTANCE**2, (importance * new) ** 2)


def candidates(voted: Flags, rejected: Flags, approved: Flags, *, strict: bool) -> Flags:
    """Statements that may be shown to somebody, (m,): not voted on, not rejected; in strict mode approved
    only."""
    return ~voted & ~rejected & (approved | (not strict))


def next_statement(priority: Floats, may_be_shown: Flags, rng: np.random.Generator) -> int | None:
    """A column drawn with probability proportional to its priority; None when nothing is left.

    A statement without a priority yet (NaN) weighs 1. The same generator state gives the same draw.
    """
    weights = np.where(may_be_shown, np.where(np.isnan(priority), UNKNOWN_WEIGHT, priority), 0.0)
    cumulated = np.cumsum(weights)
    if not cumulated.size or cumulated[-1] <= 0:
        return None
    return int(np.searchsorted(cumulated, rng.random() * cumulated[-1], side="right"))


def next_statements(priority: Floats, may_be_shown: Flags, rng: np.random.Generator, wanted: int) -> list[int]:
    """The first so many columns somebody would be shown, each drawn once."""
    left = may_be_shown.copy()
    drawn: list[int] = []
    while len(drawn) < wanted:
        column = next_statement(priority, left, rng)
        if column is None:
            break
        drawn.append(column)
        left[column] = False
    return drawn


def chances(priority: Floats, may_be_shown: Flags) -> Floats:
    """Probability that each statement is the next one, (m,); sums to 1 unless nothing may be shown."""
    weights = np.where(may_be_shown, np.where(np.isnan(priority), UNKNOWN_WEIGHT, priority), 0.0)
    total = weights.sum()
    return np.asarray(weights / total) if total > 0 else weights
