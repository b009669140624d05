"""Water-filling: the price at which a project's supporters together pay exactly its cost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from app.budgeting.engine.ledger import Ledger, Rows
from app.budgeting.engine.profile import Floats

add, count_nonzero = np.add.reduce, np.count_nonzero
ULP = 2.0**-53
PAIRWISE = 64 * ULP
"""Relative error of NumPy's pairwise sum of positive numbers: 16 additions in a block of 128, one more per doubling;
64 units hold for any length below 2**40, the product with the voters included."""
ROUNDING = 4 * ULP
"""Relative error of a few operations in a row."""
PATIENCE = 60
NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(slots=True)
class Crowd:
    """The supporters of a project who may still hold money; so many of them were `poor` when last looked at.

    `single`: every ballot was cast by one, all utilities are 1.
    """

    rows: Rows
    voters: Floats
    utilities: Floats | None
    weights: Floats
    mass: float
    single: bool
    poor: int = 0

    def keep(self, which: Rows) -> None:
        """Forget those who ran dry."""
        self.rows, self.voters, self.weights = self.rows.take(which), self.voters.take(which), self.weights.take(which)
        self.utilities = None if self.utilities is None else self.utilities.take(which)
        self.mass = float(add(self.weights))

    def sums(self, money: Floats, poor: Rows) -> tuple[float, float, float]:
        """(what these supporters hold, how many voters they are, what all of them weigh)."""
        if not len(poor):
            return 0.0, 0.0, 0.0
        purses = money.take(poor)
        if self.single:
            return float(add(purses)), len(poor), len(poor)
        voters = self.voters.take(poor)
        number = float(add(voters))
        mass = number if self.utilities is None else float(add(self.weights.take(poor)))
        return float(add(purses * voters)), number, mass


Level = tuple[float, float, Rows, int]


def level(crowd: Crowd, money: Floats, cost: float, doubt: float, start: float) -> Level | None:
    """(price, error, places of the poor, mass of the rest), or None if floats cannot tell, or nobody would be rich.

    The price is the least x with the sum of min(money, x · utility) = cost. Newton's steps on this concave function
    climb to it from any start. `doubt` bounds how far any money is from the exact amount. Certified: every supporter is
    poorer or richer than the price by more than all errors together, so the exact price is (cost - what the poor hold)
    / (mass of the rest), of which only the rounding is in doubt; and the rest can pay it. The poor include those who
    hold nothing.
    """
    ratios = money if crowd.utilities is None else money / crowd.utilities
    reached = max(start, cost / crowd.mass) if crowd.mass else 0.0
    poor = (ratios < reached).nonzero()[0]
    for _ in range(PATIENCE):
        paid, voters, mass = crowd.sums(money, poor)
        left = crowd.mass - mass
        if left <= 0:
            return None
        price = (cost - paid) / left
        error = 1.01 * ((PAIRWISE * paid + ROUNDING * cost + doubt * voters) / left + ROUNDING * price)
        margin = 2 * (doubt + error) + 2 * ROUNDING * price
        below = ratios < price + margin
        if count_nonzero(below) == len(poor):  # the same ones, for both lie below one line
            sure = not len(poor) or reached <= price - margin or ratios.take(poor).max() <= price - margin
            return (price, error, poor, int(left)) if sure else None
        reached, poor = price + margin, below.nonzero()[0]
    return None


def level_exactly(ledger: Ledger, project: int, rows: Rows) -> tuple[Fraction, Rows]:
    """The exact price, and the places in `rows` (all of them with money) of those who give all they have.

    O(s log s) fractions for s different purses among the supporters: only for cases floats cannot decide.
    """
    steps: dict[Fraction, list[int]] = defaultdict(list)
    held: list[Fraction] = []
    weights: list[int] = []
    voters = ledger.profile.voters[rows].tolist()
    for place, row in enumerate(rows.tolist()):
        utility = ledger.profile.row(row)[project]
        weights.append(voters[place] * utility)
        held.append(ledger.purse(row))
        steps[held[place] / utility].append(place)
    mass = sum(weights)
    rest = Fraction(ledger.profile.costs[project])
    poor: list[int] = []
    ratios = iter(sorted(steps))
    while (ratio := next(ratios)) * mass < rest:
        rest -= sum((held[place] * voters[place] for place in steps[ratio]), Fraction(0))
        mass -= sum(weights[place] for place in steps[ratio])
        poor += steps[ratio]
    if ratio * mass == rest:
        poor += steps[ratio]
    return rest / mass, np.array(poor, dtype=np.int64)
