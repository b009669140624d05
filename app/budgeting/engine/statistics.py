"""How an outcome serves the voters: figures a newspaper can print."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

import numpy as np

from app.budgeting.engine.comparison import supported
from app.budgeting.engine.election import Election
from app.budgeting.engine.profile import Ints

MOST_WINNERS_COUNTED = 10
MOST_DISTRICTS = 500


@dataclass(frozen=True)
class District:
    """The voters and the winning projects of one district. Shares are between 0 and 1, money in smallest units."""

    name: str
    voters: int
    without_winner: int
    supported_winners: float
    projects_won: int
    spent: int


@dataclass(frozen=True)
class Statistics:
    """Shares are between 0 and 1, money is in the election's smallest unit.

    `at_least[k]` is the share of voters who support at least k + 1 winners. `exclusion_ratio` is the share who support
    none. `median_selection_cost` is the median cost of a winner. `cost_satisfaction` is the average, over voters, of
    the cost of the winners they support; `median_cost_satisfaction` the median of the same.
    """

    voters: int
    total_cost: int
    budget_used: float
    without_winner: int
    exclusion_ratio: float
    supported_winners: float
    at_least: tuple[float, ...]
    cost_satisfaction: float
    median_cost_satisfaction: float
    median_selection_cost: float
    districts: tuple[District, ...]


def statistics(election: Election, winners: Collection[int]) -> Statistics:
    """The figures of an outcome. O(approvals)."""
    each = supported(election, winners)
    voters, n = election.ballots.voters, election.ballots.electorate
    total = sum(election.costs[p] for p in winners)
    spread = np.bincount(each, weights=voters, minlength=2).astype(int).tolist()
    alone = np.array([election.costs[p] if p in set(winners) else 0 for p in range(len(election.costs))], dtype=float)
    sums = np.concatenate([[0.0], np.cumsum(alone[election.ballots.projects])])
    gains = sums[election.ballots.starts[1:]] - sums[election.ballots.starts[:-1]]
    supports = sum(election.votes[p] for p in winners)
    worth = sum(election.votes[p] * election.costs[p] for p in winners)
    return Statistics(
        voters=n,
        total_cost=total,
        budget_used=float(Fraction(total, election.budget)) if election.budget else 0.0,
        without_winner=spread[0],
        exclusion_ratio=spread[0] / n if n else 0.0,
        supported_winners=supports / n if n else 0.0,
        at_least=_at_least(spread, n),
        cost_satisfaction=worth / n if n else 0.0,
        median_cost_satisfaction=_weighted_median(gains, voters),
        median_selection_cost=float(median([election.costs[p] for p in winners])) if winners else 0.0,
        districts=_districts(election, set(winners), each),
    )


def _at_least(spread: list[int], n: int) -> tuple[float, ...]:
    most = min(len(spread) - 1, MOST_WINNERS_COUNTED)
    return tuple(sum(spread[k:]) / n if n else 0.0 for k in range(1, most + 1) if sum(spread[k:]) or k == 1)


def _weighted_median(values: np.ndarray, weights: Ints) -> float:
    """The lower median of values that count as often as their weights."""
    if not weights.sum():
        return 0.0
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(reached, (int(reached[-1]) + 1) // 2)]])


def _districts(election: Election, winners: set[int], each: Ints) -> tuple[District, ...]:
    column = election.voters.column("district") or election.voters.column("neighborhood")
    if column is None or len(set(column)) > MOST_DISTRICTS:
        return ()
    names = sorted(set(column))
    place = {name: d for d, name in enumerate(names)}
    of = np.fromiter(map(place.__getitem__, column), dtype=np.int64, count=len(column))
    got = each[election.ballots.row_of]
    voters = np.bincount(of, minlength=len(names))
    none = np.bincount(of[got == 0], minlength=len(names))
    supports = np.bincount(of, weights=got, minlength=len(names))
    spent, won = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for p in winners:
        home = election.projects[p].fields.get("district") or election.projects[p].fields.get("neighborhood", "")
        if home in spent:
            spent[home] += election.costs[p]
            won[home] += 1
    return tuple(
        District(name, int(voters[d]), int(none[d]), float(supports[d] / voters[d]), won[name], spent[name])
        for d, name in enumerate(names)
    )
