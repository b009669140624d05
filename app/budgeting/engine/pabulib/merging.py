"""Equal ballots become one row with a number of voters."""

from __future__ import annotations

import numpy as np

from app.budgeting.engine.election import Ballots
from app.budgeting.engine.profile import Indices, Ints


def repeats(starts: Ints, projects: Indices) -> bool:
    """Whether a row names a project twice."""
    entries = _entries(starts, projects)
    return bool((entries[1:] == entries[:-1]).any())


def merged(
    starts: Ints, projects: Indices, points: Ints | None, decimals: int, row_of: Indices, *, ordered: bool
) -> Ballots:
    """Merge rows that name the same projects, in any order where the order does not count.

    Rows are compared by a hash first; whether equal hashes are equal rows is then looked at entry by entry.
    """
    lengths = np.diff(starts)
    m = int(projects.max(initial=0)) + 1
    if points is None:
        weights = np.random.default_rng(m).integers(1, 2**63, m, dtype=np.uint64)
        if ordered:
            offsets = np.arange(len(projects)) - np.repeat(starts[:-1], lengths)
            values = weights[projects] * (2 * offsets.astype(np.uint64) + np.uint64(1))
        else:
            projects = (_entries(starts, projects) % m).astype(np.int32)
            values = weights[projects]
        starts, projects, row_of = _same_rows(starts, projects, values, row_of)
    voters = np.bincount(row_of, minlength=len(starts) - 1).astype(np.int64)
    return Ballots(starts, projects, points, voters, row_of.astype(np.int32), decimals)


def _entries(starts: Ints, projects: Indices) -> Ints:
    """Every (row, project) as one number, in order."""
    m = int(projects.max(initial=0)) + 1
    lengths = np.diff(starts)
    entries = np.repeat(np.arange(len(lengths)) * m, lengths) + projects
    entries.sort()
    return entries


def _same_rows(starts: Ints, projects: Indices, values: np.ndarray, row_of: Indices) -> tuple[Ints, Indices, Indices]:
    lengths = np.diff(starts)
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(values, dtype=np.uint64)])
    hashes = sums[starts[1:]] - sums[starts[:-1]]
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    if len(first) == len(hashes) or not _equal(starts, projects, lengths, first[inverse]):
        return starts, projects, row_of
    kept = np.sort(first)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    ends = np.cumsum(lengths[kept])
    flat = np.repeat(starts[kept] - ends + lengths[kept], lengths[kept]) + np.arange(int(lengths[kept].sum()))
    merged_starts = np.concatenate([[0], ends]).astype(np.int64)
    return merged_starts, projects[flat], rank[inverse][row_of]


def _equal(starts: Ints, projects: Indices, lengths: Ints, like: Ints) -> bool:
    """Whether every row names exactly what the row `like` it names."""
    if (lengths != lengths[like]).any():
        return False
    offsets = np.arange(len(projects)) - np.repeat(starts[:-1], lengths)
    return bool((projects == projects[np.repeat(starts[like], lengths) + offsets]).all())
