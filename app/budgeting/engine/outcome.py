"""What a count brings out: winners in order, what decided, what happened on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from app.budgeting.engine.equal_shares import Count, Tie


class Stage(StrEnum):
    """What made a project win."""

    FREE = "costs nothing"
    FULLY_FUNDED = "the budget pays for every project"
    RULE = "rule"
    COMPLETION = "completion"
    COMPARISON = "comparison"


class End(StrEnum):
    """Why add1 stopped."""

    BUDGET = "the next step would cost more than the budget"
    EXHAUSTIVE = "no further project fits"
    EVERYTHING = "every project with a supporter has won"


@dataclass(frozen=True)
class Win:
    """A winner: its place in the projects, and the stage that chose it."""

    project: int
    stage: Stage


@dataclass(frozen=True)
class Added:
    """The add1 search: from `start` by `step` to `endowment`; with `counts` counts made.

    The steps not counted are shown to buy the same projects in the same order. `ties` are those of all counts on the
    way and of the one that went over budget, first seen at that endowment.
    """

    start: Fraction
    step: Fraction
    endowment: Fraction
    steps: int
    counts: int
    end: End
    ties: tuple[tuple[Fraction, Tie], ...] = ()
    over_budget: int | None = None


@dataclass(frozen=True)
class Compared:
    """The comparison step: how many voters prefer which outcome."""

    prefer_equal_shares: int
    prefer_greedy: int
    kept: bool
    greedy: tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """Winners in the order they were chosen, with all that decided."""

    wins: tuple[Win, ...]
    ties: tuple[Tie, ...] = ()
    count: Count | None = None
    added: Added | None = None
    compared: Compared | None = None
    loads: tuple[Fraction, ...] = ()
    before_comparison: tuple[Win, ...] = field(default=())

    @property
    def winners(self) -> tuple[int, ...]:
        return tuple(win.project for win in self.wins)

    @property
    def fully_funded(self) -> bool:
        """Whether nothing had to be counted, because the budget pays for every project."""
        return any(win.stage is Stage.FULLY_FUNDED for win in self.wins)
