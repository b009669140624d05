"""Water-filling: the price at which a project's supporters together pay exactly its cost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from app.budgeting.engine.ledger import Ledger, Rows
from app.budgeting.engine.profile import Floats

if TYPE_CHECKING:
    from app.budgeting.engine.purses import Crowd

add = np.add.reduce
ULP = 2.0**-53
PAIRWISE = 64 * ULP
"""Relative error of NumPy's pairwise sum of positive numbers: 16 additions in a block of 128, one more per doubling;
64 units hold for any length below 2**40, the product with the voters included."""
ROUNDING = 4 * ULP
"""Relative error of a few operations in a row."""
PATIENCE = 60

Level = tuple[float, float, Rows, int]


@dataclass
class Water:
    """One project's supporters: what each holds, what each ballot's voters hold together, money per utility."""

    crowd: Crowd
    money: Floats
    behind: Floats
    ratios: Floats
    cost: float
    error: float

    def rise(self, start: float) -> Level | None:
        """(price, error, places of the poor who hold something, mass of the rest), or None if floats cannot tell.

        Certified: every supporter is poorer or richer than the price by more than all errors together, so the exact
        price is (cost - what the poor hold) / (mass of the rest), of which only the rounding is in doubt.
        """
        price = max(start, self.cost / self.crowd.mass)
        for _ in range(PATIENCE):
            poor = (self.ratios < price).nonzero()[0]
            left = self.crowd.mass - (float(add(self.crowd.weights[poor])) if len(poor) else 0.0)
            if left <= 0:
                return None
            paid = float(add(self.behind[poor])) if len(poor) else 0.0
            price = (self.cost - paid) / left
            live = poor[self.money[poor] > 0] if len(poor) else poor
            doubt = self.error * float(add(self.crowd.voters[live])) if len(live) else 0.0
            error = 1.01 * ((PAIRWISE * paid + ROUNDING * self.cost + doubt) / left + ROUNDING * price)
            margin = 2 * (self.error + error) + 2 * ROUNDING * price
            if np.count_nonzero(self.ratios < price + margin) == len(poor):
                if len(live) and float(self.ratios[live].max()) > price - margin:
                    return None
                return price, error, live, int(left)
            if np.count_nonzero(self.ratios < price) == len(poor):
                return None
        return None


def level_exactly(ledger: Ledger, project: int, rows: Rows) -> tuple[Fraction, Rows]:
    """The exact price and the ballots of those who give all they have, from everybody's exact money.

    O(s log s) fractions for s different purses among the supporters: only for cases floats cannot decide.
    """
    steps: dict[Fraction, list[int]] = defaultdict(list)
    held: dict[int, Fraction] = {}
    utilities: dict[int, int] = {}
    for row in rows.tolist():
        utilities[row] = ledger.profile.row(row)[project]
        held[row] = ledger.purse(row)
        steps[held[row] / utilities[row]].append(row)
    voters = ledger.profile.voters
    mass = sum(int(voters[row]) * utilities[row] for row in utilities)
    rest = Fraction(ledger.profile.costs[project])
    poor: list[int] = []
    for ratio in sorted(steps):
        if ratio * mass > rest:
            break
        if ratio * mass == rest:
            return ratio, np.array(poor + steps[ratio], dtype=np.int32)
        rest -= sum((held[row] * int(voters[row]) for row in steps[ratio]), Fraction(0))
        mass -= sum(int(voters[row]) * utilities[row] for row in steps[ratio])
        poor += steps[ratio]
    return rest / mass, np.array(poor, dtype=np.int32)
