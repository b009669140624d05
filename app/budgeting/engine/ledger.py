"""The exact books of an Equal Shares count, kept in whole numbers and only written up when somebody asks.

Every voter still holding money holds the endowment minus the prices of the winners she supports, so the books need no
entry per voter: a price is a whole-number combination of earlier prices, found by counting who paid for what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

from app.budgeting.engine.profile import Indices, Ints, Profile

HOLDS_MONEY = np.iinfo(np.int32).max
"""The round in which somebody ran dry who has not."""

Rows = npt.NDArray[np.integer]


@dataclass
class Ledger:
    """Exact prices per unit of utility: price k is `numerators[k] / denominator`, the endowment `share / denominator`.

    `dry[i]` is the round in which ballot i spent its last money; `rounds[p]` the round in which project p was bought.
    `known` holds the prices that were settled exactly when they were paid.
    """

    profile: Profile
    endowment: Fraction
    dry: Indices
    rounds: Ints
    winners: list[int] = field(default_factory=list)
    known: dict[int, Fraction] = field(default_factory=dict)
    numerators: list[int] = field(default_factory=list)
    denominator: int = 1
    share: int = 0

    def __post_init__(self) -> None:
        self.denominator = self.endowment.denominator
        self.share = self.endowment.numerator

    def price(self, k: int) -> Fraction:
        """The exact price per unit of utility in round k."""
        self.write_up()
        return Fraction(self.numerators[k], self.denominator)

    def write_up(self) -> None:
        """Enter what was bought since last time. O(approvals of those who ran dry since, and k² small products)."""
        for k in range(len(self.numerators), len(self.winners)):
            self._enter(self.known[k] if k in self.known else self._settled(k))

    def offer(self, project: int, poor: Rows, mass: int) -> Fraction:
        """The exact price now, if the ballots `poor` give all they have left and the rest weigh `mass` together."""
        self.write_up()
        rest = self.profile.costs[project] * self.denominator - self.held(poor)
        return Fraction(rest, mass * self.denominator)

    def held(self, rows: Rows) -> int:
        """What all voters of these ballots (none of them dry) hold together, times the denominator."""
        self.write_up()
        return self._held(rows, len(self.winners))

    def purse(self, row: int) -> Fraction:
        """What one voter of this ballot holds."""
        if self.dry[row] != HOLDS_MONEY:
            return Fraction(0)
        self.write_up()
        paid = sum(
            self.numerators[k] * utility
            for p, utility in self.profile.row(row).items()
            if (k := int(self.rounds[p])) < len(self.winners)
        )
        return Fraction(self.share - paid, self.denominator)

    def _held(self, rows: Rows, before: int) -> int:
        paid = self.profile.history(rows, self.rounds, before)
        voters = int(self.profile.voters[rows].sum())
        spent = sum(n * c for n, c in zip(self.numerators, paid.tolist(), strict=False) if c)
        return voters * self.share - spent

    def _settled(self, k: int) -> Fraction:
        supporters = self.profile.supporters[self.winners[k]]
        dry = self.dry[supporters.rows]
        mass = int(supporters.weights[dry > k].sum())
        rest = self.profile.costs[self.winners[k]] * self.denominator - self._held(supporters.rows[dry == k], k)
        return Fraction(rest, mass * self.denominator)

    def _enter(self, price: Fraction) -> None:
        common = lcm(self.denominator, price.denominator)
        if common != self.denominator:
            factor = common // self.denominator
            self.denominator = common
            self.share *= factor
            self.numerators = [n * factor for n in self.numerators]
        self.numerators.append(price.numerator * (common // price.denominator))
