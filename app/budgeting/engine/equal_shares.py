"""The Method of Equal Shares: one count at one endowment, every decision certified.

Everybody gets the same endowment. In each round every project still affordable has a price rho: the least such that
its supporters, each paying at most rho × her utility and at most what she has left, pay its cost together. The project
with the least rho is bought. The count ends when no project's supporters can pay for it.

Source: Peters, Pierczyński, Skowron, "Proportional Participatory Budgeting with Additive Utilities", NeurIPS 2021.
Cost: O(rounds × evaluations × supporters); prices never fall within a count, so most projects keep an old price as a
lower bound in a heap and only its head is looked at anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import inf

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


@dataclass
class Count:
    """The outcome of one count: winners in order, their highest possible rho, ties; `purses` as they were left."""

    purses: Purses
    winners: list[int] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    at_floor: list[bool] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    complete: bool = True

    @property
    def endowment(self) -> Fraction:
        return self.purses.endowment

    @property
    def spent(self) -> int:
        return sum(self.purses.profile.costs[p] for p in self.winners)


class Race:
    """The projects still to be bought, by lower bounds of their rho."""

    def __init__(self, profile: Profile, terms: Terms, endowment: Fraction) -> None:
        self.profile = profile
        self.terms = terms
        self.count = Count(Purses(profile, endowment))
        self.offers: dict[int, tuple[int, Offer]] = {}
        self.heap: list[tuple[float, int, float]] = []
        for p, supporters in enumerate(profile.supporters):
            if supporters.mass and profile.costs[p] and supporters.purse(endowment) >= profile.costs[p]:
                price = profile.costs[p] / supporters.mass
                self.heap.append((self._low(p, price, 0.0), p, price))
        heapify(self.heap)

    def _low(self, p: int, price: float, error: float) -> float:
        return (price - error) / self.terms.units[p] * (1 - ROUNDING)

    def high(self, offer: Offer) -> float:
        """An upper bound of an offer's rho."""
        return (offer.price + offer.error) / self.terms.units[offer.project] * (1 + ROUNDING)

    def rho(self, offer: Offer) -> Fraction:
        """The exact price per unit of utility that decides."""
        return self.count.purses.exact_price(offer) / self.terms.units[offer.project]

    def key(self, offer: Offer) -> tuple[Fraction, int]:
        """What is compared when floats cannot tell, ties included."""
        return self.rho(offer), self.terms.ranks[offer.project]

    def contenders(self, bound: float = inf) -> list[Offer]:
        """Every offer of this round whose rho may be the least, or not above `bound`."""
        now = len(self.count.winners)
        found: list[Offer] = []
        while self.heap and self.heap[0][0] <= bound:
            _, p, price = heappop(self.heap)
            seen, offer = self.offers.get(p, (-1, None))
            if seen != now or offer is None:
                offer = self.count.purses.offer(p, price)
                if offer is None:
                    continue
                self.offers[p] = (now, offer)
                bound = min(bound, self.high(offer))
                self.push(offer)
            else:
                found.append(offer)
        return found

    def push(self, offer: Offer) -> None:
        """Put an offer back, its price a lower bound from now on."""
        low = max(offer.price - offer.error, 0.0)
        heappush(self.heap, (self._low(offer.project, offer.price, offer.error), offer.project, low))

    def buy(self, offer: Offer, tied: Sequence[Offer] = ()) -> None:
        """Buy an offer that came first, alone or by the order of ties."""
        count = self.count
        if tied:
            projects = sorted(o.project for o in (offer, *tied))
            count.ties.append(Tie(len(count.winners), tuple(projects), offer.project))
        whole = self.profile.supporters[offer.project].mass
        count.at_floor.append(len(offer.poor) == 0 and offer.mass == whole)
        count.highs.append(self.high(offer))
        count.winners.append(offer.project)
        count.purses.buy(offer)


def count_once(profile: Profile, terms: Terms, endowment: Fraction, cap: int | None = None) -> Count:
    """One count from start to end; with `cap` it stops as soon as the winners cost more (`complete` is then False)."""
    race = Race(profile, terms, endowment)
    spent = 0
    while offers := race.contenders():
        first, tied = offers[0], []
        if len(offers) > 1:
            first = min(offers, key=race.key)
            rest = [offer for offer in offers if offer is not first]
            tied = [offer for offer in rest if race.rho(offer) == race.rho(first)]
            for offer in rest:
                race.push(offer)
        race.buy(first, tied)
        spent += profile.costs[first.project]
        if cap is not None and spent > cap:
            race.count.complete = False
            break
    return race.count


def same_until(lead: Count, profile: Profile, terms: Terms, endowment: Fraction) -> Count | None:
    """The count at a higher endowment, if it and every count between `lead` and it buy the same projects in that order.

    As long as the order is the same, more money lowers every price and leaves everybody with no less. So between the
    two endowments the winner's rho is at most its value in `lead`, and every other rho at least its value in the count
    made here: where these do not overlap in any round, all counts between agree. None means that this is not shown.
    """
    race = Race(profile, terms, endowment)
    for k, winner in enumerate(lead.winners):
        offers = race.contenders(lead.highs[k])
        first = next((offer for offer in offers if offer.project == winner), None)
        if first is None:
            return None
        tied = []
        for offer in offers:
            if offer is first:
                continue
            if not lead.at_floor[k] or len(offer.poor) or offer.mass != profile.supporters[offer.project].mass:
                return None
            if race.key(offer) < race.key(first):
                return None
            if race.rho(offer) == race.rho(first):
                tied.append(offer)
            race.push(offer)
        race.buy(first, tied)
    return None if race.contenders() else race.count
