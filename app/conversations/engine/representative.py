"""What sets a group apart: the statements on which it differs from the rest, and is of one mind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.conversations.engine.arrays import Flags, Floats, Integers
from app.conversations.engine.counts import Counts
from app.conversations.engine.proportions import SIGNIFICANT, one_proportion_z, share, two_proportion_z

MOST = 5
Side = Literal["agree", "disagree"]


@dataclass(frozen=True)
class SideFigures:
    """One side (agree or disagree) of every group and statement, all (G, m)."""

    successes: Integers
    p: Floats
    """Share of this side, (s + 1) / (n + 2)."""
    z: Floats
    """How far p stands above one half."""
    r: Floats
    """p divided by the same share among all other groups' members, > 0."""
    rz: Floats
    """How far the group's share stands above the rest's."""

    @property
    def significant(self) -> Flags:
        return np.asarray((self.z > SIGNIFICANT) & (self.rz > SIGNIFICANT))

    @property
    def weight(self) -> Floats:
        """r * rz * p * z: what representative statements are ranked by."""
        return self.r * self.rz * self.p * self.z


@dataclass(frozen=True)
class GroupFigures:
    """Everything about how groups voted."""

    counts: Counts
    agree: SideFigures
    disagree: SideFigures


@dataclass(frozen=True)
class Representative:
    """A statement that represents a group, shown by the side on which it does."""

    column: int
    side: Side
    best_agree: bool
    successes: int
    votes: int
    p: float
    z: float
    r: float
    rz: float


def group_figures(counts: Counts) -> GroupFigures:
    """p, z, r and rz of both sides from counts (G, m)."""
    rest = counts.rest
    return GroupFigures(
        counts,
        _side(counts.agrees, counts.votes, rest.agrees, rest.votes),
        _side(counts.disagrees, counts.votes, rest.disagrees, rest.votes),
    )


def _side(inside: Integers, votes: Integers, outside: Integers, votes_outside: Integers) -> SideFigures:
    p = share(inside, votes)
    return SideFigures(
        successes=inside,
        p=p,
        z=one_proportion_z(inside, votes),
        r=p / share(outside, votes_outside),
        rz=two_proportion_z(inside, votes, outside, votes_outside),
    )


def representative(figures: GroupFigures, group: int) -> list[Representative]:
    """At most five statements for one group, agrees before disagrees.

    Significant statements (z and rz above 1.2816 on either side) by r*rz*p*z falling, ties by statement; the
    best statement to agree with always comes first. Where none is significant: the best to agree with alone,
    failing that the one with the greatest rz.
    """
    agree, disagree = figures.agree, figures.disagree
    enough = np.flatnonzero(agree.significant[group] | disagree.significant[group])
    best = _best_agree(figures, group)
    if not enough.size:
        fallback = _most_different(figures, group) if best is None else best
        return [] if fallback is None else [_shown(figures, group, fallback, best)]
    weight = np.where(agree.rz[group] > disagree.rz[group], agree.weight[group], disagree.weight[group])
    ranked = [int(column) for column in enough[np.argsort(-weight[enough], kind="stable")] if column != best]
    chosen = ([] if best is None else [best]) + ranked
    shown = [_shown(figures, group, column, best) for column in chosen[:MOST]]
    return sorted(shown, key=lambda one: one.side == "disagree")


def _best_agree(figures: GroupFigures, group: int) -> int | None:
    """The statement the group can best be greeted with: taken in statement order, replaced by a better
    one."""
    counts, agree = figures.counts, figures.agree
    voted = (counts.agrees[group] + counts.disagrees[group]) > 0
    p, z, r = agree.p[group], agree.z[group], agree.r[group]
    eligible = voted & ((z > SIGNIFICANT) | ((r > 1.0) & (p > 0.5)))
    best: int | None = None
    for column in np.flatnonzero(eligible).tolist():
        if best is None:
            best = column
        elif r[best] > 1.0:
            best = column if agree.weight[group, column] > agree.weight[group, best] else best
        else:
            best = column if p[column] * z[column] > p[best] * z[best] else best
    return best


def _most_different(figures: GroupFigures, group: int) -> int | None:
    greatest = np.maximum(figures.agree.rz[group], figures.disagree.rz[group])
    return int(np.argmax(greatest)) if greatest.size else None


def _shown(figures: GroupFigures, group: int, column: int, best: int | None) -> Representative:
    agrees = bool(figures.agree.rz[group, column] > figures.disagree.rz[group, column])
    side = figures.agree if agrees else figures.disagree
    return Representative(
        column=column,
        side="agree" if agrees else "disagree",
        best_agree=column == best,
        successes=int(side.successes[group, column]),
        votes=int(figures.counts.votes[group, column]),
        p=float(side.p[group, column]),
        z=float(side.z[group, column]),
        r=float(side.r[group, column]),
        rz=float(side.rz[group, column]),
    )
