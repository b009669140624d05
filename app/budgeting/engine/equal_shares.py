"""The Method of Equal Shares: one count at one endowment, every decision certified.

Everybody gets the same endowment. In each round every project still affordable has a price rho: the least such that
its supporters, each paying at most rho × her utility and at most what she has left, pay its cost together. The project
with the least rho is bought. The count ends when no project's supporters can pay for it.

Source: Peters, Pierczyński, Skowron, "Proportional Participatory Budgeting with Additive Utilities", NeurIPS 2021.
Cost: O(rounds × evaluations × supporters); prices never fall within a count, so most projects keep an old price as a
lower bound in a heap and only its head is looked at anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import inf
from typing import NamedTuple, cast

import numpy as np

from app.budgeting.engine.opening import Opening
from app.budgeting.engine.profile import Profile
from app.budgeting.engine.purses import Offer, Purses
from app.budgeting.engine.water import ROUNDING


@dataclass(frozen=True)
class Terms:
    """What a count needs besides ballots: the unit of utility of each project and its rank in a tie.

    A supporter's utility from project p is `units[p]` × the utility on her ballot: the cost with cost utilities, 1 with
    cardinality or points. `ranks[p]` is p's place in the tie-breaking order, lowest first.
    """

    units: tuple[int, ...]
    ranks: tuple[int, ...]


@dataclass(frozen=True)
class Tie:
    """Projects that were exactly equal in a round; `chosen` came first in the stated order."""

    round: int
    projects: tuple[int, ...]
    chosen: int


class Margin(NamedTuple):
    """What decided a round, in sure bounds: the winner's rho is at most `high`, every other at least `next`.

    `at_floor`: all supporters of the winner paid the same, the least any count can ask of them. Left out of `next` is
    what came later in the order of ties and stays equal: twins of the winner, always, and those whose rho is at its
    floor too (`floor_tied`), as long as the winner's is.
    """

    high: float
    next: float
    at_floor: bool
    floor_tied: bool


@dataclass
class Count:
    """The outcome of one count: winners in order, what decided, ties; `purses` as they were left.

    `seen[k]` holds what was learned in round k: (project, lower bound of its rho, of its price), or inf where it could
    no longer be paid.
    """

    purses: Purses
    winners: list[int] = field(default_factory=list)
    margins: list[Margin] = field(default_factory=list)
    seen: list[list[tuple[int, float, float]]] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    spent: int = 0
    complete: bool = True

    @property
    def endowment(self) -> Fraction:
        return self.purses.endowment


class Race:
    """The projects still to be bought, by lower bounds of their rho.

    `ceiling` is a count at a higher endowment. As long as both buy the same, every rho here is at least what it is
    there, and what cannot be paid there cannot be paid here.
    """

    def __init__(
        self,
        profile: Profile,
        terms: Terms,
        endowment: Fraction,
        ceiling: Count | None = None,
        opening: Opening | None = None,
    ) -> None:
        self.profile = profile
        self.terms = terms
        self.count = Count(Purses(profile, endowment, opening))
        self.ceiling = ceiling
        self.offers: dict[int, Offer] = {}
        self.low = [inf] * len(profile.costs)
        self.price = [0.0] * len(profile.costs)
        self.heap: list[tuple[float, int, float]] = []
        for p in profile.payable(endowment):
            price = self.price[p] = profile.costs[p] / profile.supporters[p].mass
            self.low[p] = self._low(p, price)
            self.heap.append((self.low[p], p, price))
        if opening is not None:
            self._skip(opening)
        heapify(self.heap)

    def _skip(self, opening: Opening) -> None:
        """Begin after the rounds of an opening."""
        for winner, (high, following) in zip(opening.winners, opening.bounds, strict=True):
            self._learn(len(self.count.winners))
            self.low[winner] = inf
            self.count.winners.append(winner)
            self.count.margins.append(Margin(high, following, at_floor=True, floor_tied=False))
            self.count.seen.append([])
            self.count.spent += self.profile.costs[winner]

    def _low(self, p: int, price: float) -> float:
        return price / self.terms.units[p] * (1 - ROUNDING)

    def high(self, offer: Offer) -> float:
        """An upper bound of an offer's rho."""
        return (offer.price + offer.error) / self.terms.units[offer.project] * (1 + ROUNDING)

    def rho(self, offer: Offer) -> Fraction:
        """The exact price per unit of utility that decides."""
        return self.count.purses.exact_price(offer) / self.terms.units[offer.project]

    def key(self, offer: Offer) -> tuple[Fraction, int]:
        """What is compared when floats cannot tell, ties included."""
        return self.rho(offer), self.terms.ranks[offer.project]

    def at_floor(self, offer: Offer) -> bool:
        """Whether all supporters pay the same, none of them poor."""
        return not len(offer.poor) and offer.mass == self.profile.supporters[offer.project].mass

    def round(self, bound: float = 0.0) -> list[Offer]:
        """Every offer whose rho may be the least of this round; all up to `bound` are looked at anew."""
        self.offers = {}
        seen: list[tuple[int, float, float]] = []
        best = inf
        while self.heap and self.heap[0][0] <= (max(bound, best) if best < inf else inf):
            low, p, price = heappop(self.heap)
            if low != self.low[p] or p in self.offers:
                continue
            offer = self.count.purses.offer(p, price)
            if offer is None:
                self.low[p] = inf
                seen.append((p, inf, inf))
                continue
            self.offers[p] = offer
            best = min(best, self.high(offer))
            price = max(offer.price - offer.error, 0.0)
            self.low[p] = self._low(p, price)
            seen.append((p, self.low[p], price))
        for p, low, price in seen:
            if low < inf:
                heappush(self.heap, (low, p, price))
        self.count.seen.append(seen)
        return [offer for offer in self.offers.values() if self.low[offer.project] <= best]

    def foresee(self) -> None:
        """Learn from the ceiling what it knew in this round."""
        k = len(self.count.winners)
        if self.ceiling is None or k >= len(self.ceiling.seen):
            return
        if k and self.ceiling.winners[k - 1] != self.count.winners[k - 1]:
            self.ceiling = None
            return
        self._learn(k)

    def _learn(self, k: int) -> None:
        """What the ceiling learned in round k."""
        for p, low, price in self.ceiling.seen[k] if self.ceiling is not None else ():
            if self.low[p] < low:
                self.low[p], self.price[p] = low, price
                if low < inf:
                    heappush(self.heap, (low, p, price))

    def follow(self, lead: Count) -> bool:
        """Buy what is known to come next, if it is: `lead` is a count at a lower endowment that has bought the same.

        It is known where lead and ceiling show it together (see `agree`) and nothing was equal there. What the
        supporters could pay in the lead they can pay here, where they have more.
        """
        k, above = len(self.count.winners), self.ceiling
        if above is None or k >= min(len(lead.margins), len(above.margins)) or lead.winners[k] != above.winners[k]:
            return False
        if lead.margins[k].high >= above.margins[k].next or any(tie.round == k for tie in above.ties):
            return False
        offer = self.count.purses.offer(lead.winners[k], self.price[lead.winners[k]])
        self.count.seen.append(above.seen[k])
        self._take(cast("Offer", offer), above.margins[k].next, floor_tied=False)
        return True

    def buy(self, offer: Offer, offers: list[Offer]) -> None:
        """Buy the offer that came first, alone or by the order of ties."""
        count = self.count
        tied = [o for o in offers if o is not offer and self.rho(o) == self.rho(offer)] if len(offers) > 1 else []
        if tied:
            count.ties.append(Tie(len(count.winners), tuple(sorted(o.project for o in (offer, *tied))), offer.project))
        floor = self.at_floor(offer)
        floor_tied = {o.project for o in tied if floor and self.at_floor(o)}
        twins = {o.project for o in tied if self._twins(o.project, offer.project)}
        self.low[offer.project] = inf
        self._take(offer, self._next(floor_tied | twins), floor_tied=bool(floor_tied - twins))

    def _take(self, offer: Offer, following: float, *, floor_tied: bool) -> None:
        self.low[offer.project] = inf
        self.count.margins.append(Margin(self.high(offer), following, self.at_floor(offer), floor_tied))
        self.count.winners.append(offer.project)
        self.count.spent += self.profile.costs[offer.project]
        self.count.purses.buy(offer)

    def _twins(self, p: int, q: int) -> bool:
        """Whether the same voters want both just as much at the same cost: their rho is equal at every endowment."""
        ours, theirs = self.profile.supporters[p], self.profile.supporters[q]
        same = self.profile.costs[p] == self.profile.costs[q] and self.terms.units[p] == self.terms.units[q]
        return same and np.array_equal(ours.rows, theirs.rows) and np.array_equal(ours.weights, theirs.weights)

    def _next(self, but: set[int]) -> float:
        """The least lower bound of what was not bought."""
        aside = []
        while self.heap and (self.heap[0][0] != self.low[self.heap[0][1]] or self.heap[0][1] in but):
            entry = heappop(self.heap)
            if entry[1] in but and entry[0] == self.low[entry[1]]:
                aside.append(entry)
        least = self.heap[0][0] if self.heap else inf
        for entry in aside:
            heappush(self.heap, entry)
        return least


def count_once(
    profile: Profile,
    terms: Terms,
    endowment: Fraction,
    cap: int | None = None,
    lead: Count | None = None,
    ceiling: Count | None = None,
    opening: Opening | None = None,
) -> Count:
    """One count from start to end; with `cap` it stops as soon as the winners cost more (`complete` is then False).

    `lead`, a count at a lower endowment, and `ceiling`, one at a higher, change nothing in the outcome: the first makes
    the count look closely enough to tell whether both agree, the second spares it what the other knows. Nor does an
    `opening`, found at a lower endowment, which spares it the first rounds.
    """
    race = Race(profile, terms, endowment, ceiling, opening)
    count = race.count
    while count.complete:
        race.foresee()
        k = len(count.winners)
        if lead is not None and (k >= len(lead.winners) or lead.winners[:k] != count.winners):
            lead = None
        if lead is None or not race.follow(lead):
            offers = race.round(0.0 if lead is None else lead.margins[k].high)
            if not offers:
                break
            race.buy(offers[0] if len(offers) == 1 else min(offers, key=race.key), offers)
        count.complete = cap is None or count.spent <= cap
    count.purses.close()
    return count


def agree(lower: Count, upper: Count) -> bool:
    """Whether it is shown that every count between these two buys the same projects in the same order.

    As long as the order is the same, more money lowers every price and leaves everybody with no less. So in between the
    winner's rho is at most its value in `lower`, and every other rho at least its value in `upper`: where these do not
    overlap in any round, all agree. Equal rho at their floors stay equal, whatever the endowment.
    """
    if not upper.complete or lower.winners != upper.winners:
        return False
    return all(
        mine.high < theirs.next and (mine.at_floor or not theirs.floor_tied)
        for mine, theirs in zip(lower.margins, upper.margins, strict=True)
    )
