"""The rounds with which every count at a higher endowment begins too: add1 goes through them once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from app.budgeting.engine.profile import Floats, Profile
from app.budgeting.engine.water import ROUNDING


@dataclass(frozen=True)
class Opening:
    """First winners, whose supporters all pay the same `prices`; `paid` is what each ballot's voter pays in all.

    In round k the winner's rho is at most `bounds[k][0]`, every other is at least `bounds[k][1]`, and that is more.
    """

    winners: tuple[int, ...]
    prices: tuple[Fraction, ...]
    bounds: tuple[tuple[float, float], ...]
    paid: Floats


Floors = list[tuple[float, int]]


def floors_of(profile: Profile, units: Sequence[int]) -> Floors:
    """(a lower bound of the least rho it can have, project), least first. True are at most 2 × ROUNDING more."""
    return sorted(
        (profile.costs[p] / profile.supporters[p].mass / units[p] * (1 - ROUNDING), p) for p in profile.contested
    )


def opening_of(profile: Profile, floors: Floors, winners: Sequence[int], at_floor: Sequence[bool]) -> Opening:
    """The longest opening of a count with these winners; `at_floor[k]` says that all who pay the k-th pay the same.

    A project's rho is least, cost / (all its supporters' utility), where every supporter can pay her full part. A
    round goes the same at every higher endowment if its winner's rho is that least one, and less than the least of all
    others: with more money in every purse the winner stays where it is, and no other can come below its own least.
    Cost: O(supporters of the first winners).
    """
    bounds: list[tuple[float, float]] = []
    prices: list[Fraction] = []
    paid = np.zeros(len(profile.voters))
    for (low, first), (following, _), winner, lowest in zip(
        floors, [*floors[1:], (np.inf, 0)], winners, at_floor, strict=False
    ):
        high = low * (1 + 4 * ROUNDING)
        if first != winner or not lowest or high >= following:
            break
        supporters = profile.supporters[winner]
        bounds.append((high, following))
        prices.append(Fraction(profile.costs[winner], supporters.mass))
        price = float(prices[-1])
        paid[supporters.rows] += price if supporters.utilities is None else price * supporters.utilities
    return Opening(tuple(winners[: len(bounds)]), tuple(prices), tuple(bounds), paid)


def lasts_longer(opening: Opening, floors: Floors, winners: Sequence[int], at_floor: Sequence[bool]) -> bool:
    """Whether a count at a higher endowment may open with more rounds than are known."""
    k = len(opening.winners)
    return k < len(winners) and at_floor[k] and floors[k][1] == winners[k]
