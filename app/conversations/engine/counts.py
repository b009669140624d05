"""How many agreed, disagreed and voted, per statement and per group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.conversations.engine.arrays import Integers
from app.conversations.engine.matrix import VoteMatrix


@dataclass(frozen=True)
class Counts:
    """Whole numbers of equal shape: (m,) for everybody, (G, m) by group."""

    agrees: Integers
    disagrees: Integers
    votes: Integers
    """All votes, passes included."""

    @property
    def passes(self) -> Integers:
        return self.votes - self.agrees - self.disagrees

    @property
    def total(self) -> Counts:
        """All groups together, (m,)."""
        return Counts(self.agrees.sum(axis=0), self.disagrees.sum(axis=0), self.votes.sum(axis=0))

    @property
    def rest(self) -> Counts:
        """For each group, all other groups together, (G, m)."""
        everyone = self.total
        return Counts(everyone.agrees - self.agrees, everyone.disagrees - self.disagrees, everyone.votes - self.votes)


def counts_of(matrix: VoteMatrix) -> Counts:
    """Counts (m,) over everybody, placed or not. O(votes)."""
    everybody = np.zeros(len(matrix.participants), dtype=np.int64)
    return counts_by_group(matrix, everybody, 1).total


def counts_by_group(matrix: VoteMatrix, group: Integers, groups: int) -> Counts:
    """Counts (G, m) over the members of each group; `group` (n,) is 0 … G - 1, or -1 for no group.
    O(votes)."""
    m = len(matrix.statements)
    cells = (groups + 1) * m * 3
    kind = np.where(group >= 0, group, groups) * (3 * m)
    place = np.repeat(kind, matrix.votes_cast)
    place += matrix.kinds
    table = np.bincount(place, minlength=cells).reshape(groups + 1, m, 3)[:groups]
    return Counts(table[:, :, 2], table[:, :, 0], table.sum(axis=2))
