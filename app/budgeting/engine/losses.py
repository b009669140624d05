"""Why a project lost by the rules that are not Equal Shares."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, inf

from app.budgeting.engine.election import Election
from app.budgeting.engine.greedy import greedy_by, threshold, worth_of
from app.budgeting.engine.options import Options, Rule
from app.budgeting.engine.phragmen import Loads
from app.budgeting.engine.profile import Profile
from app.budgeting.engine.scores import scores


@dataclass(frozen=True)
class GreedyLoss:
    """Why a project lost a greedy count: what was left at its turn, and the least score that would have won it.

    `left_at_turn` is what was left in the end where its turn never came. `score_needed` is None when no score would do:
    the project costs more than the budget.
    """

    project: int
    score: int
    left_at_turn: int
    score_needed: int | None


def greedy_losses(election: Election, options: Options, ranks: Sequence[int]) -> list[GreedyLoss]:
    """The losers of a greedy count, most wanted first. O(m² log² m) for m projects."""
    totals, decimals = scores(election, options)
    result = greedy_by(election, options, ranks, totals, decimals)
    won = set(result.winners)
    left, at_turn = election.budget, {}
    for p in result.turns:
        at_turn[p] = left
        left -= election.costs[p] if p in won else 0
    losers = [p for p, project in enumerate(election.projects) if p not in won and not project.withdrawn]
    return [
        GreedyLoss(p, totals[p], at_turn.get(p, left), _score_needed(election, options, ranks, p))
        for p in sorted(losers, key=lambda p: (-totals[p], ranks[p]))
    ]


def _score_needed(election: Election, options: Options, ranks: Sequence[int], p: int) -> int | None:
    """By bisection: a higher score only moves a project forward, where more is left and fewer rivals have won."""
    totals, decimals = scores(election, options)

    def wins(score: int) -> bool:
        changed = [*totals[:p], score, *totals[p + 1 :]]
        return p in greedy_by(election, options, ranks, changed, decimals).winners

    marks = _marks(election, options, ranks, p, totals)
    if options.rule is Rule.GREEDY_THRESHOLD:
        marks.add(ceil(threshold(election, options) * 10**decimals))
    higher = sorted(mark for mark in marks if mark > totals[p])
    found = bisect_left(higher, True, key=wins)
    return higher[found] if found < len(higher) else None


def _marks(election: Election, options: Options, ranks: Sequence[int], p: int, totals: Sequence[int]) -> set[int]:
    """The least scores by which a project passes each other one."""
    cost = election.costs[p] if options.rule is Rule.GREEDY_PER_COST else 1
    marks = {totals[p] + 1}
    for q, worth in enumerate(worth_of(election, options, totals)):
        if q != p and worth < inf:
            level = Fraction(worth) * cost
            ahead = ranks[p] < ranks[q] and level.denominator == 1
            marks.add(floor(level) + (0 if ahead else 1))
    return marks


@dataclass(frozen=True)
class LateLoss:
    """What supporters of a project hold at the last purchase of a Phragmén count, and what was missing."""

    project: int
    supporters: int
    money_left: Fraction
    missing: Fraction


def phragmen_losses(profile: Profile, winners: Sequence[int], moments: Sequence[Fraction]) -> list[LateLoss]:
    """The supported losers of a Phragmén count, nearest to being bought first. O(approvals of the winners)."""
    loads = Loads(profile)
    for winner, moment in zip(winners, moments, strict=True):
        loads.buy(winner, moment)
    lost = []
    for p in sorted(set(profile.contested) - set(winners)):
        voters = int(loads.masses[p])
        held = voters * loads.times[-1] - loads.spent(p)
        lost.append(LateLoss(p, voters, held, profile.costs[p] - held))
    return sorted(lost, key=lambda loss: (loss.missing, loss.project))
