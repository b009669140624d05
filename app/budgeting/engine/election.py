"""An election as it was held: the sum, the projects, the ballots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

import numpy as np

from app.budgeting.engine.profile import Indices, Ints

WITHDRAWN = 999999999
"""The cost by which Pabulib marks a project taken back after the ballots were printed."""


class VoteType(StrEnum):
    """How people vote. Approval and choose-1 name projects; ordinal ranks them; the others give points."""

    APPROVAL = "approval"
    CHOOSE_ONE = "choose-1"
    ORDINAL = "ordinal"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"

    @property
    def has_points(self) -> bool:
        return self in {VoteType.CUMULATIVE, VoteType.SCORING}


@dataclass(frozen=True)
class Project:
    """A project on the ballot. `cost` is in the election's smallest unit; `fields` keeps the cells of the file."""

    id: str
    cost: int
    fields: Mapping[str, str] = field(default_factory=dict)
    withdrawn: bool = False

    @property
    def name(self) -> str:
        return self.fields.get("name") or self.id


@dataclass(frozen=True)
class Ballots:
    """Equal ballots merged. Row i names `projects[starts[i]:starts[i + 1]]`, best first where the order counts.

    `points` are per entry, in units of 10**-`point_decimals`; `voters[i]` people cast row i; `row_of[v]` is the row of
    the v-th voter of the file.
    """

    starts: Ints
    projects: Indices
    points: Ints | None
    voters: Ints
    row_of: Indices
    point_decimals: int = 0

    @property
    def electorate(self) -> int:
        """Everybody who voted, those with an empty ballot too."""
        return len(self.row_of)


@dataclass(frozen=True)
class Voters:
    """The VOTES section beside the ballots: its column names, and its rows on demand (only round trips need them)."""

    columns: tuple[str, ...]
    text: str
    cells: list[list[str]] | None = None

    def rows(self) -> list[list[str]]:
        """The cells of every voter, in the order of the file."""
        if self.cells is not None:
            return self.cells
        return [line.split(";") for line in self.text.removesuffix("\n").split("\n")] if self.text else []

    def column(self, name: str) -> list[str] | None:
        """One cell per voter, or None when the file has no such column."""
        if name not in self.columns:
            return None
        place = self.columns.index(name)
        return [row[place] for row in self.rows()]


@dataclass(frozen=True)
class Election:
    """All that a count may use. Money is in whole units of 10**-`decimals` of the currency."""

    meta: Mapping[str, str]
    projects: tuple[Project, ...]
    ballots: Ballots
    budget: int
    decimals: int
    vote_type: VoteType
    voters: Voters

    @cached_property
    def costs(self) -> tuple[int, ...]:
        return tuple(project.cost for project in self.projects)

    @cached_property
    def index(self) -> dict[str, int]:
        """Project id → its place."""
        return {project.id: p for p, project in enumerate(self.projects)}

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """How many ballots name each project."""
        each = np.repeat(self.ballots.voters, np.diff(self.ballots.starts))
        return tuple(
            np.bincount(self.ballots.projects, weights=each, minlength=len(self.projects)).astype(int).tolist()
        )

    @property
    def unit(self) -> int:
        """One whole currency unit, as an amount."""
        return 10**self.decimals

    @property
    def title(self) -> str:
        parts = (self.meta.get(key, "") for key in ("unit", "subunit", "instance"))
        return self.meta.get("description") or " ".join(part for part in parts if part) or "Participatory budget"

    def money(self, amount: int) -> Decimal:
        """An amount as the currency writes it."""
        return Decimal(amount).scaleb(-self.decimals)
