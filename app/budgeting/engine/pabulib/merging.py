"""Equal ballots become one row with a number of voters."""

from __future__ import annotations

import numpy as np

from app.budgeting.engine.election import Ballots
from app.budgeting.engine.pabulib.hashing import scrambled
from app.budgeting.engine.profile import Indices, Ints


def repeats(starts: Ints, projects: Indices) -> bool:
    """Whether a row names a project twice."""
    entries = np.sort(_entries(starts, projects))
    return bool((entries[1:] == entries[:-1]).any())


def merged(
    starts: Ints, projects: Indices, points: Ints | None, decimals: int, row_of: Indices, *, ordered: bool
) -> Ballots:
    """Merge rows that name the same projects with the same points, in any order where the order does not count.

    Rows are compared by a hash first; whether equal hashes are equal rows is then looked at entry by entry.
    """
    weights = scrambled(np.arange(int(projects.max(initial=0)) + 1, dtype=np.uint64))
    if ordered:
        place = np.arange(len(projects)) - np.repeat(starts[:-1], np.diff(starts))
        values = weights[projects] * (2 * place.astype(np.uint64) + np.uint64(1))
    else:
        projects, points = _sorted(starts, projects, points)
        values = weights[projects]
        if points is not None:
            values = scrambled(values ^ points.view(np.uint64))
    starts, projects, points, row_of = _same_rows(starts, projects, points, values, row_of)
    voters = np.bincount(row_of, minlength=len(starts) - 1).astype(np.int64)
    return Ballots(starts, projects, points, voters, row_of.astype(np.int32), decimals)


def _entries(starts: Ints, projects: Indices) -> Ints:
    """Every (row, project) as one number."""
    m = int(projects.max(initial=0)) + 1
    lengths = np.diff(starts)
    return np.repeat(np.arange(len(lengths)) * m, lengths) + projects


def _sorted(starts: Ints, projects: Indices, points: Ints | None) -> tuple[Indices, Ints | None]:
    """The entries of every row in the order of the projects."""
    entries = _entries(starts, projects)
    if points is None:
        entries.sort()
        return (entries % (int(projects.max(initial=0)) + 1)).astype(np.int32), None
    order = np.argsort(entries)
    return projects[order], points[order]


def _same_rows(
    starts: Ints, projects: Indices, points: Ints | None, values: np.ndarray, row_of: Indices
) -> tuple[Ints, Indices, Ints | None, Indices]:
    lengths = np.diff(starts)
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(values, dtype=np.uint64)])
    hashes = sums[starts[1:]] - sums[starts[:-1]]
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    like = first[inverse]
    if len(first) == len(hashes) or not all(
        _equal(starts, entries, lengths, like) for entries in (projects, points) if entries is not None
    ):
        return starts, projects, points, row_of
    kept = np.sort(first)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    ends = np.cumsum(lengths[kept])
    flat = np.repeat(starts[kept] - ends + lengths[kept], lengths[kept]) + np.arange(int(lengths[kept].sum()))
    merged_starts = np.concatenate([[0], ends]).astype(np.int64)
    return merged_starts, projects[flat], None if points is None else points[flat], rank[inverse][row_of]


def _equal(starts: Ints, entries: np.ndarray, lengths: Ints, like: Ints) -> bool:
    """Whether every row holds exactly what the row `like` it holds."""
    if (lengths != lengths[like]).any():
        return False
    offsets = np.arange(len(entries)) - np.repeat(starts[:-1], lengths)
    return bool((entries == entries[np.repeat(starts[like], lengths) + offsets]).all())
