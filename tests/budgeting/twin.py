"""A second counting of tiny elections, written from the definitions alone: plain fractions, one voter at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations

Utilities = Sequence[dict[int, int]]
"""For each voter: project → utility, above nothing for what she supports."""


def price(cost: int, money: Sequence[Fraction], wants: Sequence[int]) -> Fraction | None:
    """The least rho at which voters with this money pay the cost together, each at most rho × her utility."""
    if cost > sum(m for m, u in zip(money, wants, strict=True) if u):
        return None
    poor = {i for i, u in enumerate(wants) if not u}
    while True:
        rest = cost - sum(m for i, (m, u) in enumerate(zip(money, wants, strict=True)) if u and i in poor)
        mass = sum(u for i, u in enumerate(wants) if i not in poor)
        if not mass:
            return max(m / u for m, u in zip(money, wants, strict=True) if u)
        rho = Fraction(rest, mass)
        more = {i for i, u in enumerate(wants) if i not in poor and money[i] < rho * u}
        if not more:
            return rho
        poor |= more


def equal_shares(
    costs: Sequence[int], ballots: Utilities, units: Sequence[int], ranks: Sequence[int], endowment: Fraction
) -> tuple[list[int], list[Fraction], list[Fraction]]:
    """(winners, their rho, what each voter has left)."""
    money = [endowment] * len(ballots)
    winners: list[int] = []
    rhos: list[Fraction] = []
    while True:
        offers = []
        for p, cost in enumerate(costs):
            wants = [ballot.get(p, 0) * units[p] for ballot in ballots]
            if p in winners or not cost or not any(wants):
                continue
            rho = price(cost, money, wants)
            if rho is not None:
                offers.append((rho, ranks[p], p))
        if not offers:
            return winners, rhos, money
        rho, _, p = min(offers)
        money = [m - min(m, rho * ballot.get(p, 0) * units[p]) for m, ballot in zip(money, ballots, strict=True)]
        winners.append(p)
        rhos.append(rho)


def add1(
    costs: Sequence[int],
    count: Callable[[Fraction], list[int]],
    budget: int,
    start: Fraction,
    step: Fraction,
    candidates: Sequence[int],
    supported: int,
    *,
    until_exhaustive: bool,
) -> tuple[list[int], Fraction]:
    """add1 by trying every step."""
    endowment, winners = start, count(start)
    while True:
        left = budget - sum(costs[p] for p in winners)
        if until_exhaustive and all(costs[p] > left for p in candidates if p not in winners):
            return winners, endowment
        if len(winners) == supported:
            return winners, endowment
        following = count(endowment + step)
        if sum(costs[p] for p in following) > budget:
            return winners, endowment
        endowment, winners = endowment + step, following


def phragmen(costs: Sequence[int], ballots: Utilities, ranks: Sequence[int], budget: int) -> list[int]:
    """Sequential Phragmén by loads."""
    loads = [Fraction(0)] * len(ballots)
    winners: list[int] = []
    while True:
        offers = []
        for p, cost in enumerate(costs):
            supporters = [i for i, ballot in enumerate(ballots) if p in ballot]
            if p not in winners and supporters and cost <= budget:
                offers.append(((sum(loads[i] for i in supporters) + cost) / Fraction(len(supporters)), ranks[p], p))
        if not offers:
            return winners
        first = min(offers)[0]
        tied = [p for load, _, p in offers if load == first]
        if any(sum(costs[w] for w in winners) + costs[p] > budget for p in tied):
            return winners
        p = min(tied, key=lambda q: ranks[q])
        loads = [first if p in ballot else load for load, ballot in zip(loads, ballots, strict=True)]
        winners.append(p)


def violates_ejr_plus(
    costs: Sequence[int], ballots: Utilities, units: Sequence[int], winners: Sequence[int], endowment: Fraction
) -> bool:
    """EJR+ up to one project by trying every group of supporters of every loser."""
    got = [sum(ballot.get(w, 0) * units[w] for w in winners) for ballot in ballots]
    for p, cost in enumerate(costs):
        supporters = [i for i, ballot in enumerate(ballots) if ballot.get(p, 0)]
        if p in winners or not cost:
            continue
        for size in range(1, len(supporters) + 1):
            for group in combinations(supporters, size):
                claim = endowment * sum(ballots[i][p] * units[p] for i in group) / cost
                if all(got[i] + ballots[i][p] * units[p] <= claim for i in group):
                    return True
    return False
