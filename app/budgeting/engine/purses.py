"""The voters' money in floats, with a bound on how far any of it is from the exact amount."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from app.budgeting.engine.ledger import HOLDS_MONEY, Ledger, Rows
from app.budgeting.engine.profile import Floats, Profile
from app.budgeting.engine.water import PAIRWISE, ROUNDING, Crowd, level, level_exactly

COARSE = 2.0**-24
"""How large the error may grow, in endowments, before the money is written anew from the ledger."""
KEPT = 0.8
"""Below this share of supporters with money, those without are forgotten."""
TINY = 5e-324
"""Stands for an amount that is above nothing, yet below the error."""


@dataclass
class Offer:
    """A project its supporters can pay now: within `error` of `price` each, per unit of utility.

    The ballots `poor` would give all they have left (some may hold nothing); the rest weigh `mass` (voters × utility).
    """

    project: int
    price: float
    error: float
    poor: Rows
    mass: int
    exact: Fraction | None = None


class Purses:
    """Everybody's money during one count at one endowment."""

    def __init__(self, profile: Profile, endowment: Fraction) -> None:
        self.profile = profile
        self.endowment = endowment
        self.start = float(endowment)
        self.grain = ROUNDING * self.start
        self.error = self.grain
        self.money = np.full(len(profile.voters), self.start)
        self.dry = np.full(len(profile.voters), HOLDS_MONEY, dtype=np.int32)
        self.rounds = np.full(len(profile.costs), HOLDS_MONEY, dtype=np.int64)
        self.ledger = Ledger(profile, endowment, self.dry, self.rounds)
        self.crowds: dict[int, Crowd] = {}

    @property
    def blurred(self) -> bool:
        """Whether writing the money anew from the ledger would sharpen it."""
        return self.error > 2 * self.grain * (1 + 2 * len(self.ledger.winners))

    def offer(self, project: int, start: float) -> Offer | None:
        """What the project costs its supporters, or None if they cannot pay it together. O(supporters)."""
        crowd = self._crowd(project)
        money = self._money(crowd)
        if not self._affordable(project, crowd, money):
            return None
        found = level(crowd, money, float(self.profile.costs[project]), self.error, start)
        if found is not None:
            price, error, poor, mass = found
            return Offer(project, price, error, crowd.rows.take(poor), mass)
        if self.blurred:
            self.rewrite()
            return self.offer(project, 0.0)
        exact, rows = level_exactly(self.ledger, project, crowd.rows[money > 0])
        return Offer(project, float(exact), ROUNDING * float(exact), rows, 0, exact)

    def exact_price(self, offer: Offer) -> Fraction:
        """The price of an offer of this round as a fraction."""
        if offer.exact is None:
            poor = self._holding(offer.poor)
            if len(poor):
                offer.exact = self.ledger.offer(offer.project, poor, offer.mass)
            else:
                offer.exact = Fraction(self.profile.costs[offer.project], offer.mass)
        return offer.exact

    def _holding(self, rows: Rows) -> Rows:
        return rows[self.dry.take(rows) == HOLDS_MONEY] if len(rows) else rows

    def buy(self, offer: Offer) -> None:
        """Let the supporters pay. O(supporters)."""
        k = len(self.ledger.winners)
        crowd = self._crowd(offer.project)
        left = self.money.take(crowd.rows)
        left -= offer.price if crowd.utilities is None else offer.price * crowd.utilities
        if offer.exact is not None:
            self.ledger.known[k] = offer.exact
            np.maximum(left, TINY, out=left)
            left[self.dry[crowd.rows] != HOLDS_MONEY] = 0
        np.maximum(left, 0.0, out=left)
        self.money[crowd.rows] = left
        poor = self._holding(offer.poor)
        self.money[poor] = 0.0
        self.dry[poor] = k
        self.rounds[offer.project] = k
        self.ledger.winners.append(offer.project)
        self.error += offer.error * crowd.largest + self.grain
        if self.error > COARSE * self.start:
            self.rewrite()

    def close(self) -> None:
        """Give back what only the count itself needs."""
        self.crowds.clear()

    def rewrite(self) -> None:
        """Write all money anew from the exact prices. O(supporters of all winners)."""
        self.ledger.write_up()
        self.money.fill(self.start)
        for k, project in enumerate(self.ledger.winners):
            supporters = self.profile.supporters[project]
            price = self.ledger.numerators[k] / self.ledger.denominator
            self.money[supporters.rows] -= price if supporters.utilities is None else price * supporters.utilities
        np.maximum(self.money, TINY, out=self.money)
        self.money[self.dry != HOLDS_MONEY] = 0.0
        self.error = self.grain * (1 + 2 * len(self.ledger.winners))

    def _crowd(self, project: int) -> Crowd:
        if project not in self.crowds:
            s = self.profile.supporters[project]
            crowd = Crowd(s.rows, s.voters, s.utilities, s.weights, float(s.mass), s.largest, s.single)
            self.crowds[project] = crowd
        return self.crowds[project]

    def _money(self, crowd: Crowd) -> Floats:
        money = self.money.take(crowd.rows)
        some = money > 0
        if np.count_nonzero(some) < KEPT * len(money):
            which = some.nonzero()[0]
            crowd.keep(which)
            money = money.take(which)
        return money

    def _affordable(self, project: int, crowd: Crowd, money: Floats) -> bool:
        cost = self.profile.costs[project]
        behind = float(np.add.reduce(money if crowd.single else money * crowd.voters))
        slack = 1.01 * (PAIRWISE * behind + ROUNDING * cost + self.error * crowd.mass)
        if abs(behind - cost) > slack:
            return behind > cost
        return self.ledger.held(crowd.rows[money > 0]) >= cost * self.ledger.denominator
