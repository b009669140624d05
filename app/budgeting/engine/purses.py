"""The voters' money in floats, with a bound on how far any of it is from the exact amount."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from app.budgeting.engine.ledger import HOLDS_MONEY, Ledger, Rows
from app.budgeting.engine.opening import Opening
from app.budgeting.engine.profile import Floats, Profile
from app.budgeting.engine.water import PAIRWISE, ROUNDING, Crowd, level, level_exactly

COARSE = 2.0**-16
"""How large the error may grow, in endowments, before the money is written anew from the ledger."""
FORGET = 0.4
"""Where a greater share of the supporters was poor it is worth looking for those without money, to forget them."""
TINY = 5e-324
"""Stands for an amount that is above nothing, yet below the error."""


@dataclass(slots=True)
class Offer:
    """A project its supporters can pay now: within `error` of `price` each, per unit of utility.

    The ballots in `poor` (places in `rows`) would give all they have left, and some may hold nothing; the rest weigh
    `mass` (voters × utility). `purses` is what each voter of `rows` holds, within `doubt`.
    """

    project: int
    price: float
    error: float
    rows: Rows
    utilities: Floats | None
    purses: Floats
    poor: Rows
    mass: int
    doubt: float
    exact: Fraction | None = None

    def emptied(self) -> Rows:
        """The ballots whose voters would give their last."""
        poor = self.poor[self.purses.take(self.poor) > 0] if len(self.poor) else self.poor
        return self.rows.take(poor)


class Purses:
    """Everybody's money during one count at one endowment, after the rounds of an `opening`."""

    def __init__(self, profile: Profile, endowment: Fraction, opening: Opening | None = None) -> None:
        self.profile = profile
        self.endowment = endowment
        self.start = float(endowment)
        self.grain = ROUNDING * self.start
        self.error = self.grain
        self.dry = np.full(len(profile.voters), HOLDS_MONEY, dtype=np.int32)
        self.rounds = np.full(len(profile.costs), HOLDS_MONEY, dtype=np.int64)
        self.ledger = Ledger(profile, endowment, self.dry, self.rounds)
        self.crowds: dict[int, Crowd] = {}
        if opening is None or not opening.winners:
            self.money = np.full(len(profile.voters), self.start)
        else:
            self._open(opening)

    def _open(self, opening: Opening) -> None:
        """All supporters of the first winners have paid the same, and hold money still."""
        self.money = self.start - opening.paid
        self.rounds[list(opening.winners)] = np.arange(len(opening.winners))
        self.ledger.winners.extend(opening.winners)
        self.ledger.known.update(enumerate(opening.prices))
        self.error = self._fresh()

    def _fresh(self) -> float:
        """How far money is from the exact amount when it is the endowment minus one price per winner."""
        return self.grain * (1 + 2 * len(self.ledger.winners))

    @property
    def blurred(self) -> bool:
        """Whether writing the money anew from the ledger would sharpen it."""
        return self.error > 2 * self._fresh()

    def offer(self, project: int, start: float) -> Offer | None:
        """What the project costs its supporters, or None if they cannot pay it together. O(supporters)."""
        crowd = self._crowd(project)
        money = self.money.take(crowd.rows)
        if crowd.poor > FORGET * len(money):
            money = self._forget(crowd, money)
        found = level(crowd, money, float(self.profile.costs[project]), self.error, start)
        if found is not None:
            price, error, poor, mass = found
            crowd.poor = len(poor)
            return Offer(project, price, error, crowd.rows, crowd.utilities, money, poor, mass, self.error)
        if not self._affordable(project, crowd, money):
            return None
        if self.blurred:
            self.rewrite()
            return self.offer(project, 0.0)
        money = self._forget(crowd, money)
        exact, poor = level_exactly(self.ledger, project, crowd.rows)
        price = float(exact)
        return Offer(project, price, ROUNDING * price, crowd.rows, crowd.utilities, money, poor, 0, self.error, exact)

    def exact_price(self, offer: Offer) -> Fraction:
        """The price of an offer of this round as a fraction."""
        if offer.exact is None:
            poor = offer.emptied()
            if len(poor):
                offer.exact = self.ledger.offer(offer.project, poor, offer.mass)
            else:
                offer.exact = Fraction(self.profile.costs[offer.project], offer.mass)
        return offer.exact

    def buy(self, offer: Offer) -> None:
        """Let the supporters pay. O(supporters).

        Whoever is not poor keeps money: by more than all errors, or, where the price was settled exactly, at least
        something.
        """
        k = len(self.ledger.winners)
        left = offer.purses - (offer.price if offer.utilities is None else offer.price * offer.utilities)
        if offer.exact is not None:
            self.ledger.known[k] = offer.exact
            np.maximum(left, TINY, out=left)
        if len(offer.poor):
            left[offer.poor] = 0.0
            self.dry[offer.emptied()] = k
        self.money[offer.rows] = left
        self.rounds[offer.project] = k
        self.ledger.winners.append(offer.project)
        largest = self.profile.supporters[offer.project].largest
        self.error = max(self.error, offer.doubt) + offer.error * largest + self.grain
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
        self.error = self._fresh()

    def _crowd(self, project: int) -> Crowd:
        crowd = self.crowds.get(project)
        if crowd is None:
            s = self.profile.supporters[project]
            crowd = self.crowds[project] = Crowd(s.rows, s.voters, s.utilities, s.weights, float(s.mass), s.single)
        return crowd

    def _forget(self, crowd: Crowd, money: Floats) -> Floats:
        """Leave out who holds nothing; what the others hold."""
        some = (money > 0).nonzero()[0]
        crowd.poor = 0
        if len(some) == len(money):
            return money
        crowd.keep(some)
        return money.take(some)

    def _affordable(self, project: int, crowd: Crowd, money: Floats) -> bool:
        cost = self.profile.costs[project]
        behind = float(np.add.reduce(money if crowd.single else money * crowd.voters))
        slack = 1.01 * (PAIRWISE * behind + ROUNDING * cost + self.error * crowd.mass)
        if abs(behind - cost) > slack:
            return behind > cost
        return self.ledger.held(crowd.rows[money > 0]) >= cost * self.ledger.denominator
