"""Sequential Phragmén: money trickles in evenly, and whoever can first buys what they support together.

Every voter earns one unit a moment from nothing on. As soon as the supporters of a project together hold its cost it is
bought with all they hold. The count ends when the next purchase would go over budget.
Source: Los, Christoff, Grossi, "Proportional Budget Allocations", IJCAI 2022, after Brill, Freeman, Janson, Lackner.
Cost: O(rounds × projects × rounds) small products, O(approvals) to move loads.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from app.budgeting.engine.equal_shares import Tie
from app.budgeting.engine.profile import Ints, Profile

MARGIN = 2.0**-30
"""Far above the relative error of a load: sums of positive numbers only, at most rounds² × 2**-50."""


class Loads:
    """When each purchase happened (exactly), and whose last purchase it was.

    `last[p, k]` counts the supporters of p whose most recent purchase was the k-th; the first column stands for none.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.masses = np.array([int(profile.voters[s.rows].sum()) for s in profile.supporters], dtype=np.int64)
        self.costs = np.array(profile.costs, dtype=np.float64)
        self.last: Ints = self.masses[:, None].copy()
        self.latest = np.zeros(len(profile.voters), dtype=np.int64)
        self.times = [Fraction(0)]

    def rough(self) -> np.ndarray:
        """The moment at which each project could be bought, in floats."""
        spent = self.last @ np.array([float(time) for time in self.times])
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.masses > 0, (spent + self.costs) / self.masses, np.inf)

    def exact(self, p: int) -> Fraction:
        """The moment at which project p could be bought."""
        return (self.spent(p) + self.profile.costs[p]) / int(self.masses[p])

    def spent(self, p: int) -> Fraction:
        """What the supporters of p have spent together: each all she had earned up to her last purchase."""
        return sum((int(n) * time for n, time in zip(self.last[p], self.times, strict=True) if n), Fraction(0))

    def buy(self, p: int, moment: Fraction) -> None:
        """All supporters of p have now spent everything up to this moment."""
        self.times.append(moment)
        self.last = np.hstack([self.last, np.zeros((len(self.last), 1), dtype=np.int64)])
        rows = self.profile.supporters[p].rows
        flat, lengths = self.profile.flat(rows)
        projects = self.profile.projects[flat]
        before = np.repeat(self.latest[rows], lengths)
        voters = np.repeat(self.profile.voters[rows], lengths)
        np.subtract.at(self.last, (projects, before), voters)
        np.add.at(self.last[:, -1], projects, voters)
        self.latest[rows] = len(self.times) - 1


def phragmen(
    profile: Profile, budget: int, ranks: Sequence[int]
) -> tuple[tuple[int, ...], tuple[Fraction, ...], tuple[Tie, ...]]:
    """Winners in order, the moment of each purchase, and ties. If a tied project does not fit, the count ends too."""
    loads = Loads(profile)
    winners: list[int] = []
    ties: list[Tie] = []
    spent = 0
    running = np.array([bool(s.mass) and c <= budget for s, c in zip(profile.supporters, profile.costs, strict=True)])
    while running.any():
        rough = np.where(running, loads.rough(), np.inf)
        near = np.flatnonzero(rough <= rough.min() * (1 + MARGIN)).tolist()
        moments = {p: loads.exact(p) for p in near}
        first = min(moments.values())
        tied = [p for p in near if moments[p] == first]
        if any(spent + profile.costs[p] > budget for p in tied):
            break
        chosen = min(tied, key=lambda p: ranks[p])
        if len(tied) > 1:
            ties.append(Tie(len(winners), tuple(tied), chosen))
        loads.buy(chosen, first)
        winners.append(chosen)
        spent += profile.costs[chosen]
        running[chosen] = False
    return tuple(winners), tuple(loads.times[1:]), tuple(ties)
