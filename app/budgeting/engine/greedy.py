"""The cities' greedy rules: most wanted first, as long as the money lasts.

Source: the "utilitarian greedy" of Talmon and Faliszewski, "A Framework for Approval-Based Budgeting Methods", AAAI
2019, with the variants that Pabulib names. Cost: O(m log m) for m projects; all comparisons are of whole numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import inf

from app.budgeting.engine.election import Election
from app.budgeting.engine.equal_shares import Tie
from app.budgeting.engine.options import ImpossibleOptionsError, Options, Rule
from app.budgeting.engine.scores import scores


@dataclass(frozen=True)
class Greedy:
    """Winners in order, the ties that set that order, and the order in which projects had their turn."""

    winners: tuple[int, ...]
    ties: tuple[Tie, ...]
    turns: tuple[int, ...]


def greedy(election: Election, options: Options, ranks: Sequence[int]) -> Greedy:
    """Winners by one of the greedy rules.

    greedy: by votes (or points), skipping what does not fit. greedy-per-cost: by votes per cost. greedy-no-skip: ends
    at the first that does not fit. greedy-threshold: only projects with at least that many votes. greedy-exclusive: of
    projects that exclude one another only the first.
    """
    totals, decimals = scores(election, options)
    return greedy_by(election, options, ranks, totals, decimals)


def greedy_by(
    election: Election, options: Options, ranks: Sequence[int], totals: Sequence[int], decimals: int
) -> Greedy:
    """The same from given totals, in units of 10**-decimals of a vote or point."""
    running = [p for p, project in enumerate(election.projects) if not project.withdrawn]
    if options.rule is Rule.GREEDY_THRESHOLD:
        least = threshold(election, options) * 10**decimals
        running = [p for p in running if totals[p] >= least]
    rivals = _rivals(election, options) if options.rule is Rule.GREEDY_EXCLUSIVE else {}
    skip = options.rule is not Rule.GREEDY_NO_SKIP
    return fill(election, running, worth_of(election, options, totals), ranks, rivals=rivals, skip=skip)


def worth_of(election: Election, options: Options, totals: Sequence[int]) -> list[Fraction | float]:
    """What puts the projects in order: their totals, or these per cost."""
    if options.rule is Rule.GREEDY_PER_COST:
        return [_per_cost(total, cost) for total, cost in zip(totals, election.costs, strict=True)]
    return [Fraction(total) for total in totals]


def utilitarian(election: Election, options: Options, ranks: Sequence[int], won: Collection[int] = ()) -> Greedy:
    """The completion by votes: add what still fits, most voted first. With nothing won it is the plain greedy rule."""
    totals, _ = scores(election, options)
    running = [p for p, project in enumerate(election.projects) if not project.withdrawn and p not in won]
    return fill(election, running, [Fraction(total) for total in totals], ranks, won=won)


def fill(
    election: Election,
    running: Iterable[int],
    worth: Sequence[Fraction | float],
    ranks: Sequence[int],
    *,
    won: Collection[int] = (),
    rivals: dict[int, set[int]] | None = None,
    skip: bool = True,
) -> Greedy:
    """Take projects in order of worth while they fit beside what has already won."""
    turns = sorted(running, key=lambda p: (-worth[p], ranks[p]))
    left = election.budget - sum(election.costs[p] for p in won)
    winners: list[int] = []
    barred: set[int] = set()
    for p in turns:
        if p in barred:
            continue
        if election.costs[p] <= left:
            winners.append(p)
            left -= election.costs[p]
            barred |= (rivals or {}).get(p, set())
        elif not skip:
            break
    return Greedy(tuple(winners), tuple(_ties(turns, worth, winners)), tuple(turns))


def _ties(turns: Sequence[int], worth: Sequence[Fraction | float], winners: Sequence[int]) -> Iterable[Tie]:
    """Equals of which some won and some did not: there the order decided, or may have."""
    place = {p: k for k, p in enumerate(winners)}
    for _, group in groupby(turns, key=lambda p: worth[p]):
        equals = list(group)
        chosen = [p for p in equals if p in place]
        if len(equals) > 1 and chosen:
            yield Tie(place[chosen[0]], tuple(sorted(equals)), chosen[0])


def _per_cost(total: int, cost: int) -> Fraction | float:
    if cost:
        return Fraction(total, cost)
    return inf if total > 0 else 0.0


def threshold(election: Election, options: Options) -> Fraction:
    """The least number of votes or points of greedy-threshold."""
    if options.threshold is not None:
        return options.threshold
    text = election.meta.get("min_project_score_threshold", "")
    if not text.isdecimal() or len(text) > 15:
        raise ImpossibleOptionsError(
            "greedy-threshold needs a number of votes: --threshold N, or min_project_score_threshold in META."
        )
    return Fraction(text)


def _rivals(election: Election, options: Options) -> dict[int, set[int]]:
    rivals: dict[int, set[int]] = {}
    for group in options.exclusive:
        unknown = [name for name in group if name not in election.index]
        if unknown:
            raise ImpossibleOptionsError(f"--exclusive names a project that does not exist: {unknown[0]!r:.60}.")
        places = {election.index[name] for name in group}
        for p in places:
            rivals.setdefault(p, set()).update(places - {p})
    if not rivals:
        raise ImpossibleOptionsError("greedy-exclusive needs the projects that exclude one another: --exclusive A,B.")
    return rivals
