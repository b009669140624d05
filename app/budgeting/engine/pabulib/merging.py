"""Equal ballots become one row with a number of voters."""

from __future__ import annotations

import numpy as np

from app.budgeting.engine.election import Ballots
from app.budgeting.engine.profile import Indices, Ints


def merged(
    starts: Ints, projects: Indices, points: Ints | None, decimals: int, row_of: Indices, *, ordered: bool
) -> Ballots | None:
    """Merge rows that name the same projects, in any order where the order does not count.

    None if a row names a project twice. Rows are compared by a hash first; whether equal hashes are equal rows is then
    looked at entry by entry.
    """
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    order = np.lexsort((projects, rows))
    sorted_projects = projects[order]
    if ((sorted_projects[1:] == sorted_projects[:-1]) & (rows[1:] == rows[:-1])).any():
        return None
    if not ordered and points is None:
        projects = sorted_projects
        starts, projects, row_of = _same_sets(starts, projects, row_of)
    voters = np.bincount(row_of, minlength=len(starts) - 1).astype(np.int64)
    return Ballots(starts, projects, points, voters, row_of.astype(np.int32), decimals)


def _same_sets(starts: Ints, projects: Indices, row_of: Indices) -> tuple[Ints, Indices, Indices]:
    lengths = np.diff(starts)
    keys = np.random.default_rng(len(projects)).integers(1, 2**63, int(projects.max(initial=0)) + 1, dtype=np.uint64)
    sums = np.concatenate([[0], np.cumsum(keys[projects], dtype=np.uint64)]).astype(np.uint64)
    hashes = sums[starts[1:]] - sums[starts[:-1]]
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    if len(first) == len(hashes) or not _equal(starts, projects, lengths, first[inverse]):
        return starts, projects, row_of
    rank = np.argsort(np.argsort(first)).astype(np.int32)
    kept = np.sort(first)
    flat = np.repeat(starts[kept] - np.concatenate([[0], np.cumsum(lengths[kept])[:-1]]), lengths[kept])
    merged_projects = projects[flat + np.arange(len(flat))]
    merged_starts = np.concatenate([[0], np.cumsum(lengths[kept])]).astype(np.int64)
    return merged_starts, merged_projects, rank[inverse][row_of]


def _equal(starts: Ints, projects: Indices, lengths: Ints, like: Ints) -> bool:
    """Whether every row names exactly what the row `like` it names."""
    if (lengths != lengths[like]).any():
        return False
    offsets = np.arange(len(projects)) - np.repeat(starts[:-1], lengths)
    return bool((projects == projects[np.repeat(starts[like], lengths) + offsets]).all())
