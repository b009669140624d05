"""Who is placed in a group: those who voted enough for their position to mean something."""

from __future__ import annotations

import numpy as np

from app.conversations.engine.arrays import Flags, Integers

ENOUGH_VOTES = 7
FEWEST_PLACED = 15


def placed(votes_cast: Integers, statements: int, seen: Integers, already: Flags) -> Flags:
    """Flags (n,): votes cast >= min(7, m), hidden statements and passes included, or placed once before.

    Where fewer than 15 qualify, the most active others are added until 15. Nobody without a vote on a visible
    statement (`seen` = 0) can be placed: there is nothing to place them by.
    """
    can = seen > 0
    chosen = ((votes_cast >= min(ENOUGH_VOTES, statements)) | already) & can
    short = min(FEWEST_PLACED, int(can.sum())) - int(chosen.sum())
    if short > 0:
        others = np.flatnonzero(can & ~chosen)
        most_active = others[np.argsort(-votes_cast[others], kind="stable")]
        chosen[most_active[:short]] = True
    return np.asarray(chosen)
