"""Who wants what, how much: the incidence of ballots and projects that every rule reads."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import itemgetter

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Indices = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Supporters:
    """The ballots that want one project: their row, how many voters cast each, and each voter's utility.

    `utilities` is None where every supporter gets the same (approval); `weights` are voters × utility and `mass` their
    sum; `people` counts them; `single` says that every ballot was cast by one person and all utilities are 1.
    """

    rows: Ints
    voters: Floats
    utilities: Floats | None
    mass: int
    people: int
    largest: float
    weights: Floats
    single: bool


@dataclass(frozen=True)
class Profile:
    """Merged ballots as a sparse matrix, ballots × projects, in both directions.

    `starts`, `projects`, `utilities` are the rows (CSR): ballot i wants `projects[starts[i]:starts[i + 1]]`.
    `voters[i]` people cast ballot i; `electorate` counts everybody, those with an empty ballot too. Utilities are
    whole numbers.
    """

    starts: Ints
    projects: Indices
    utilities: Ints | None
    voters: Ints
    costs: tuple[int, ...]
    electorate: int

    @cached_property
    def contested(self) -> tuple[int, ...]:
        """The projects that cost something and that anybody supports."""
        return tuple(p for p, s in enumerate(self.supporters) if s.mass and self.costs[p])

    @cached_property
    def _needs(self) -> list[tuple[Fraction, int]]:
        """The endowment from which on its supporters can pay each contested project, least first."""
        return sorted((Fraction(self.costs[p], self.supporters[p].people), p) for p in self.contested)

    def payable(self, endowment: Fraction) -> list[int]:
        """The contested projects that their supporters can pay together when everybody holds this."""
        return [p for _, p in self._needs[: bisect_right(self._needs, endowment, key=itemgetter(0))]]

    @cached_property
    def supporters(self) -> tuple[Supporters, ...]:
        """The columns of the matrix: for each project, who supports it."""
        narrow = self.projects.astype(np.int16) if len(self.costs) < 2**15 else self.projects
        order = np.argsort(narrow, kind="stable")
        lengths = np.diff(self.starts)
        rows = np.repeat(np.arange(len(self.voters)), lengths)[order]
        utilities = None if self.utilities is None else self.utilities[order]
        bounds = np.searchsorted(narrow[order], np.arange(len(self.costs) + 1))
        return tuple(
            self._supporters(rows[a:b], None if utilities is None else utilities[a:b])
            for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
        )

    def _supporters(self, rows: Ints, utilities: Ints | None) -> Supporters:
        voters = self.voters[rows]
        weights = voters if utilities is None else voters * utilities
        return Supporters(
            rows=np.ascontiguousarray(rows),
            voters=voters.astype(np.float64),
            utilities=None if utilities is None else utilities.astype(np.float64),
            mass=int(weights.sum()),
            people=int(voters.sum()),
            largest=1.0 if utilities is None or not len(utilities) else float(utilities.max()),
            weights=weights.astype(np.float64),
            single=utilities is None and bool((voters == 1).all()),
        )

    def history(self, rows: npt.NDArray[np.integer], rounds: Ints, before: int) -> Ints:
        """How much utility the voters of `rows` got from each earlier round.

        `rounds[p]` is the round in which project p was bought, or a number beyond `before` if it was not.
        O(approvals of these rows).
        """
        flat, lengths = self.flat(rows)
        when = rounds[self.projects[flat]]
        keep = when < before
        weight = np.repeat(self.voters[rows], lengths)[keep]
        if self.utilities is not None:
            weight = weight * self.utilities[flat][keep]
        return np.bincount(when[keep], weights=weight, minlength=before).astype(np.int64)

    def row(self, i: int) -> dict[int, int]:
        """One ballot: project → utility to each of its voters."""
        part = slice(int(self.starts[i]), int(self.starts[i + 1]))
        wanted = self.projects[part].tolist()
        values = [1] * len(wanted) if self.utilities is None else self.utilities[part].tolist()
        return dict(zip(wanted, values, strict=True))

    def flat(self, rows: npt.NDArray[np.integer]) -> tuple[Ints, Ints]:
        """The places in `projects` of all entries of these rows, and how many each row has."""
        starts = self.starts[rows]
        lengths = self.starts[rows + 1] - starts
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        return np.arange(total) + np.repeat(starts - ends + lengths, lengths), lengths


def profile_of(
    rows: Sequence[Sequence[int]],
    voters: Sequence[int],
    costs: Sequence[int],
    electorate: int | None = None,
    utilities: Sequence[Sequence[int]] | None = None,
) -> Profile:
    """A profile from plain lists: for notebooks and tests."""
    lengths = [len(row) for row in rows]
    return Profile(
        starts=np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64),
        projects=np.array([p for row in rows for p in row], dtype=np.int32),
        utilities=None if utilities is None else np.array([u for row in utilities for u in row], dtype=np.int64),
        voters=np.array(voters, dtype=np.int64),
        costs=tuple(costs),
        electorate=sum(voters) if electorate is None else electorate,
    )
