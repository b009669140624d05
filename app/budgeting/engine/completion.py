"""add1: raise everybody's endowment step by step, as long as the winners stay within the budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from app.budgeting.engine.equal_shares import Count, Terms, Tie, count_once, same_until
from app.budgeting.engine.options import Exhaustive, Stop
from app.budgeting.engine.outcome import Added, End
from app.budgeting.engine.profile import Profile

Progress = Callable[[str], None]


def exhaustive(costs: Sequence[int], budget: int, winners: Sequence[int], candidates: Sequence[int]) -> bool:
    """Whether no candidate beside the winners still fits into the budget."""
    left = budget - sum(costs[p] for p in winners)
    won = set(winners)
    return all(costs[p] > left for p in candidates if p not in won)


@dataclass
class Search:
    """The add1 search on one profile. Equal neighbours are skipped in growing strides, each shown to be equal.

    Cost: one count per change of the order of winners, two per doubling of a stride in between.
    """

    profile: Profile
    terms: Terms
    budget: int
    step: Fraction
    stop: Stop
    candidates: Sequence[int]
    progress: Progress | None = None
    steps: int = 0
    recounted: int = 0
    ties: dict[tuple[tuple[int, ...], int], tuple[Fraction, Tie]] = field(default_factory=dict)

    def run(self, start: Fraction) -> tuple[Count, Added]:
        """The last count within budget, or the first exhaustive one, from the endowment `start` on."""
        here = self._counted(start)
        stride, calm = 1, 0
        while (end := self._end(here)) is None:
            if stride > 1:
                there = same_until(here, self.profile, self.terms, here.endowment + stride * self.step)
                if there is not None:
                    here, self.steps, stride = there, self.steps + stride, stride * 2
                    self._remember(there)
                    continue
                stride //= 4
                if stride > 1:
                    continue
            there = self._counted(here.endowment + self.step, cap=self.budget)
            if not there.complete:
                return here, self._added(start, here, End.BUDGET, there.spent)
            calm = calm + 1 if there.winners == here.winners else 0
            stride = 2 if calm > 1 else 1
            here, self.steps = there, self.steps + 1
        return here, self._added(start, here, end)

    def _counted(self, endowment: Fraction, cap: int | None = None) -> Count:
        count = count_once(self.profile, self.terms, endowment, cap)
        self.recounted += 1
        self._remember(count)
        return count

    def _remember(self, count: Count) -> None:
        for tie in count.ties:
            self.ties.setdefault((tie.projects, tie.chosen), (count.endowment, tie))
        if self.progress is not None:
            share = min(count.spent / self.budget, 1.0) if self.budget else 1.0
            self.progress(f"add1: {self.steps} steps, {share:.1%} of the budget spent")

    def _end(self, count: Count) -> End | None:
        if self.stop is Stop.EXHAUSTIVE and exhaustive(self.profile.costs, self.budget, count.winners, self.candidates):
            return End.EXHAUSTIVE
        bought = len(count.winners)
        supported = sum(1 for s, c in zip(self.profile.supporters, self.profile.costs, strict=True) if s.mass and c)
        return End.EVERYTHING if bought == supported else None

    def _added(self, start: Fraction, count: Count, end: End, over: int | None = None) -> Added:
        return Added(
            start, self.step, count.endowment, self.steps, self.recounted, end, tuple(self.ties.values()), over
        )


def candidates(profile: Profile, running: Sequence[int], which: Exhaustive) -> list[int]:
    """The projects that count when asking whether an outcome is exhaustive."""
    if which is Exhaustive.ALL:
        return list(running)
    return [p for p in running if profile.supporters[p].mass]
