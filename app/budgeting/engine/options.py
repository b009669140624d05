"""Every choice a count depends on, by name. The defaults are those of official city counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any


class ImpossibleOptionsError(ValueError):
    """These options cannot go together, or not with these ballots; the message says which and why."""


class Rule(StrEnum):
    """How winners are chosen."""

    GREEDY = "greedy"
    GREEDY_PER_COST = "greedy-per-cost"
    GREEDY_NO_SKIP = "greedy-no-skip"
    GREEDY_THRESHOLD = "greedy-threshold"
    GREEDY_EXCLUSIVE = "greedy-exclusive"
    EQUAL_SHARES = "equal-shares"
    PHRAGMEN = "phragmen"

    @property
    def greedy(self) -> bool:
        return self.value.startswith("greedy")


class Utility(StrEnum):
    """What a supporter gets from a winner: its cost, one, or the points on the ballot."""

    COST = "cost"
    CARDINALITY = "cardinality"
    POINTS = "points"


class Completion(StrEnum):
    """What follows an Equal Shares count that leaves money over."""

    NONE = "none"
    ADD1 = "add1"
    ADD1U = "add1u"
    UTILITARIAN = "utilitarian"

    @property
    def adds(self) -> bool:
        return self in {Completion.ADD1, Completion.ADD1U}


class Start(StrEnum):
    """The first endowment of add1: budget/n exactly, or rounded down to whole currency units."""

    EXACT = "exact"
    FLOOR = "floor"


class Stop(StrEnum):
    """When add1 ends: before the first outcome over budget, or already at the first exhaustive one."""

    AFFORDABLE = "affordable"
    EXHAUSTIVE = "exhaustive"


class Exhaustive(StrEnum):
    """Which projects must no longer fit for an outcome to be exhaustive."""

    ALL = "all"
    SUPPORTED = "supported"


class Ties(StrEnum):
    """The order among equals: lower cost, more votes, smallest id; or smallest id; or drawn by a published seed."""

    OFFICIAL = "official"
    LEXICOGRAPHIC = "lexicographic"
    RANDOM = "random"


class Scoring(StrEnum):
    """What a place on an ordinal ballot is worth.

    `places`: max_length for the first, one less for each next (3-2-1). `borda`: ballot length - 1, …, 0.
    `borda-projects`: number of projects - 1 downwards. `list`: as given in `scores`.
    """

    PLACES = "places"
    BORDA = "borda"
    BORDA_PROJECTS = "borda-projects"
    LIST = "list"


class Comparison(StrEnum):
    """Whether voters prefer the greedy outcome: by how many winners they support, or by having any."""

    NONE = "none"
    SATISFACTION = "satisfaction"
    EXCLUSION = "exclusion"


class FullyFunded(StrEnum):
    """When the budget pays for every project: fund all, or count all the same."""

    FUND = "fund"
    COUNT = "count"


@dataclass(frozen=True)
class Options:
    """The choices of one count. None means: what suits the ballots."""

    rule: Rule = Rule.EQUAL_SHARES
    utility: Utility | None = None
    completion: Completion = Completion.ADD1U
    start: Start = Start.FLOOR
    stop: Stop = Stop.AFFORDABLE
    exhaustive: Exhaustive = Exhaustive.ALL
    step: Fraction = Fraction(1)
    ties: Ties = Ties.OFFICIAL
    seed: str = ""
    scoring: Scoring = Scoring.PLACES
    scores: tuple[int, ...] = ()
    comparison: Comparison = Comparison.NONE
    fully_funded: FullyFunded = FullyFunded.FUND
    threshold: Fraction | None = None
    exclusive: tuple[tuple[str, ...], ...] = ()

    def but(self, **changes: Any) -> Options:
        """The same options with some changed."""
        return replace(self, **changes)


OFFICIAL = Options()
"""Official city counts: floor(budget/n), go on while affordable, all projects count for exhaustiveness."""

PABUTOOLS = Options(
    start=Start.EXACT,
    stop=Stop.EXHAUSTIVE,
    exhaustive=Exhaustive.SUPPORTED,
    ties=Ties.LEXICOGRAPHIC,
    scoring=Scoring.BORDA,
    completion=Completion.NONE,
    fully_funded=FullyFunded.COUNT,
)
"""The reference library pabutools 1.2.3."""

ONLINE_TOOL = Options(stop=Stop.EXHAUSTIVE, fully_funded=FullyFunded.COUNT)
"""Today's calculator of equalshares.net with its preset options."""

CONVENTIONS = {"official": OFFICIAL, "pabutools": PABUTOOLS, "online-tool": ONLINE_TOOL}

PABULIB_RULES = {
    "greedy": OFFICIAL.but(rule=Rule.GREEDY),
    "greedy-no-skip": OFFICIAL.but(rule=Rule.GREEDY_NO_SKIP),
    "greedy-threshold": OFFICIAL.but(rule=Rule.GREEDY_THRESHOLD),
    "greedy-exclusive": OFFICIAL.but(rule=Rule.GREEDY_EXCLUSIVE),
    "equalshares": OFFICIAL.but(completion=Completion.NONE, start=Start.EXACT),
    "equalshares-comparison": OFFICIAL.but(
        completion=Completion.NONE, start=Start.EXACT, comparison=Comparison.SATISFACTION
    ),
    "equalshares/add1": OFFICIAL.but(completion=Completion.ADD1),
    "equalshares/add1-comparison": OFFICIAL.but(completion=Completion.ADD1, comparison=Comparison.SATISFACTION),
}
"""What the META field `rule` of a Pabulib file stands for."""
