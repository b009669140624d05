"""Common ground and its opposite: what all agree on, what groups agree on, what divides, what is
uncertain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.conversations.engine.arrays import Flags, Floats, Integers
from app.conversations.engine.counts import Counts
from app.conversations.engine.proportions import SIGNIFICANT, one_proportion_z, share, two_proportion_z

MOST = 5


@dataclass(frozen=True)
class Shared:
    """A statement on which most of all participants are of one mind."""

    column: int
    side: Literal["agree", "disagree", "pass"]
    successes: int
    votes: int
    p: float
    z: float


def consensus(counts: Counts, side: Literal["agree", "disagree"]) -> list[Shared]:
    """Up to five statements with p > 1/2 and z > 1.2816 over everybody, placed or not, by p*z falling.

    `counts` are (m,); equal values stand in statement order.
    """
    successes = counts.agrees if side == "agree" else counts.disagrees
    p, z = share(successes, counts.votes), one_proportion_z(successes, counts.votes)
    return _ranked((p > 0.5) & (z > SIGNIFICANT), successes, counts.votes, p, z, side)


def uncertain(counts: Counts) -> list[Shared]:
    """Up to five statements that more people pass on than on all others, by p*z falling.

    p = (passes + 1) / (votes + 2); z compares the share of passes with that of all other statements together.
    """
    passes, votes = counts.passes, counts.votes
    p = share(passes, votes)
    z = two_proportion_z(passes, votes, passes.sum() - passes, votes.sum() - votes)
    return _ranked(z > SIGNIFICANT, passes, votes, p, z, "pass")


def group_informed_consensus(counts: Counts) -> Floats:
    """Product over groups of (agrees + 1) / (votes + 2), from counts (G, m); (m,), in (0, 1).

    High only where every group agrees. To be compared between statements of one run: it shrinks with every
    group.
    """
    return np.asarray(np.prod(share(counts.agrees, counts.votes), axis=0))


def divisiveness(counts: Counts) -> Floats:
    """How far apart the groups are on each statement, (m,), in [0, 1).

    With two or more groups: the largest minus the smallest share of agreement, (a + 1) / (v + 2), between
    groups. With one crowd: twice the smaller of the shares that agree and disagree.
    """
    agreeing = share(counts.agrees, counts.votes)
    if len(agreeing) > 1:
        return np.asarray(agreeing.max(axis=0) - agreeing.min(axis=0))
    voted = np.maximum(counts.votes[0], 1)
    return np.asarray(2.0 * np.minimum(counts.agrees[0], counts.disagrees[0]) / voted)


def _ranked(
    kept: Flags,
    successes: Integers,
    votes: Integers,
    p: Floats,
    z: Floats,
    side: Literal["agree", "disagree", "pass"],
) -> list[Shared]:
    columns = np.flatnonzero(kept)
    order = columns[np.argsort(-(p * z)[columns], kind="stable")][:MOST]
    return [Shared(int(c), side, int(successes[c]), int(votes[c]), float(p[c]), float(z[c])) for c in order]
