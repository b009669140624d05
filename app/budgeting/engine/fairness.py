"""EJR+ up to one project: nobody's share of the budget was spent without them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from app.budgeting.engine.profile import Profile, Supporters

NEAR = 1e-9


@dataclass(frozen=True)
class Violation:
    """A loser and a group of its supporters who together had a claim to more than any of them got."""

    project: int
    voters: int


def ejr_plus_violations(
    profile: Profile, units: Sequence[int], winners: Collection[int], endowment: Fraction
) -> list[Violation]:
    """Where an outcome fails EJR+ up to one project; an empty list means that it holds.

    Let voters of a group each hold the endowment E, and let all support a loser x. They could pay for
    E × (sum of their utilities from x) / cost(x) utility each at x's price. The outcome fails if for some group every
    member's utility from the winners and x together is at most that. With cost utilities this reads: the cost of x and
    of her supported winners is at most the group's money (Brill and Peters, "Robust and Verifiable Proportionality
    Axioms for Multiwinner Voting", EC 2023, for budgets "up to any project"); with unit costs it is EJR+.

    Polynomial: for a loser only the supporters with least utility matter, so each is one sorted pass.
    """
    won = np.zeros(len(profile.costs), dtype=bool)
    won[list(winners)] = True
    got = _utilities(profile, units, won)
    found = []
    for p in profile.contested:
        if won[p]:
            continue
        voters = _claimants(profile, units, p, profile.supporters[p], got, endowment, won)
        if voters:
            found.append(Violation(p, voters))
    return found


def _utilities(profile: Profile, units: Sequence[int], won: np.ndarray) -> np.ndarray:
    """Every ballot's utility from the winners, in floats: sums of positive numbers."""
    value = np.where(won, np.array([float(unit) for unit in units]), 0.0)[profile.projects]
    if profile.utilities is not None:
        value = value * profile.utilities
    rows = np.repeat(np.arange(len(profile.voters)), np.diff(profile.starts))
    return np.bincount(rows, weights=value, minlength=len(profile.voters))


def _claimants(
    profile: Profile,
    units: Sequence[int],
    p: int,
    supporters: Supporters,
    got: np.ndarray,
    endowment: Fraction,
    won: np.ndarray,
) -> int:
    """The size of the largest group with a claim, or 0. Floats first; where they are near, whole numbers decide."""
    unit = float(units[p])
    own = unit if supporters.utilities is None else unit * supporters.utilities
    value = got[supporters.rows] + own
    order = np.argsort(value, kind="stable")
    mass = np.cumsum(supporters.weights[order])
    rate = endowment * units[p] / profile.costs[p]
    claim = float(rate) * mass
    head = np.cumsum(supporters.voters[order]).astype(np.int64)
    sure = np.flatnonzero(value[order] * (1 + NEAR) < claim)
    best = int(head[sure[-1]]) if len(sure) else 0
    near = np.flatnonzero(np.abs(value[order] - claim) <= NEAR * claim)
    for j in near[::-1].tolist():
        row = int(supporters.rows[order[j]])
        ballot = profile.row(row)
        exact = sum(units[q] * u for q, u in ballot.items() if won[q]) + units[p] * ballot[p]
        if exact <= rate * int(mass[j]):
            return max(best, int(head[j]))
    return best
