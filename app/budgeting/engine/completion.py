"""add1: raise everybody's endowment step by step, as long as the winners stay within the budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from app.budgeting.engine.equal_shares import Count, Terms, Tie, agree, count_once
from app.budgeting.engine.opening import Opening, floors_of, lasts_longer, opening_of
from app.budgeting.engine.options import Exhaustive, Stop
from app.budgeting.engine.outcome import Added, End
from app.budgeting.engine.profile import Profile

Progress = Callable[[str], None]
STRIDE = 8
"""How many steps the search looks ahead at least."""


def exhaustive(costs: Sequence[int], budget: int, winners: Sequence[int], candidates: Sequence[int]) -> bool:
    """Whether no candidate beside the winners still fits into the budget."""
    left = budget - sum(costs[p] for p in winners)
    won = set(winners)
    return all(costs[p] > left for p in candidates if p not in won)


@dataclass
class Search:
    """The add1 search on one profile, from the first step upwards.

    It looks ahead by a stride. Where the count there is shown to agree with the one here, all steps between are done;
    otherwise it looks at the step halfway, which is quicker for what is known from above. Cost: about one count per
    change of the order of winners and halving of the stride.
    """

    profile: Profile
    terms: Terms
    budget: int
    step: Fraction
    stop: Stop
    candidates: Sequence[int]
    progress: Progress | None = None
    steps: int = 0
    counts: int = 0
    opening: Opening | None = None
    ties: dict[tuple[tuple[int, ...], int], tuple[Fraction, Tie]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.floors = floors_of(self.profile, self.terms.units)

    def run(self, start: Fraction) -> tuple[Count, Added]:
        """The last count within budget, or the first exhaustive one, from the endowment `start` on."""
        here = self._counted(start, None, None)
        self._settle(here)
        above: list[tuple[int, Count]] = []
        stride = STRIDE
        while (end := self._end(here)) is None:
            if above and (agree(here, above[-1][1]) or above[-1][0] == self.steps + 1):
                if not above[-1][1].complete:
                    self._remember(above[-1][1])
                    return here, self._added(start, here, End.BUDGET, above[-1][1].spent)
                self.steps, here = above.pop()
                self._settle(here)
                continue
            there = self.steps + stride if not above else (self.steps + above[-1][0]) // 2
            ceiling = above[-1][1] if above else None
            count = self._counted(start + there * self.step, here, ceiling)
            if not above:
                stride = stride * 2 if agree(here, count) else max(STRIDE, stride // 2)
            above.append((there, count))
        return here, self._added(start, here, end)

    def _counted(self, endowment: Fraction, lead: Count | None, ceiling: Count | None) -> Count:
        self.counts += 1
        if self.progress is not None:
            self.progress(f"add1: {self.steps} steps, {self.counts} counts")
        cap = None if lead is None else self.budget
        return count_once(self.profile, self.terms, endowment, cap, lead, ceiling, self.opening)

    def _settle(self, count: Count) -> None:
        """A step has been reached: its ties count, and what it opens with need not be counted again."""
        at_floor = [margin.at_floor for margin in count.margins]
        if self.opening is None or lasts_longer(self.opening, self.floors, count.winners, at_floor):
            self.opening = opening_of(self.profile, self.floors, count.winners, at_floor)
        self._remember(count)

    def _remember(self, count: Count) -> None:
        for tie in count.ties:
            self.ties.setdefault((tie.projects, tie.chosen), (count.endowment, tie))

    def _end(self, count: Count) -> End | None:
        if self.stop is Stop.EXHAUSTIVE and exhaustive(self.profile.costs, self.budget, count.winners, self.candidates):
            return End.EXHAUSTIVE
        return End.EVERYTHING if len(count.winners) == len(self.profile.contested) else None

    def _added(self, start: Fraction, count: Count, end: End, over: int | None = None) -> Added:
        return Added(start, self.step, count.endowment, self.steps, self.counts, end, tuple(self.ties.values()), over)


def candidates(profile: Profile, running: Sequence[int], which: Exhaustive) -> list[int]:
    """The projects that count when asking whether an outcome is exhaustive."""
    if which is Exhaustive.ALL:
        return list(running)
    return [p for p in running if profile.supporters[p].mass]
