"""How sure the figures are: intervals from drawing the participants anew, with replacement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from app.conversations.engine.arrays import Flags, Floats, Integers, sparse_rows
from app.conversations.engine.kmeans import cluster_weights, lloyd
from app.conversations.engine.matrix import VoteMatrix
from app.conversations.engine.proportions import share

DRAWS = 200
LEVEL = (0.05, 0.95)
MOST_RANKS = 20_000_000
"""No order intervals are given when draws * statements exceeds this."""
BLOCK = 25


@dataclass(frozen=True)
class Interval:
    """The 90 % interval of each figure."""

    low: Floats
    high: Floats


def group_size_intervals(
    base_centres: Floats,
    base_sizes: Floats,
    aside: Flags,
    group_centres: Floats,
    seed: int,
    draws: int = DRAWS,
) -> Interval:
    """Intervals of the groups' sizes, (G,), in people.

    Each draw gives the base clusters new sizes (multinomial, same total), lets the groups move from where
    they are until they settle, and counts. So the interval holds both the luck of who came and borders that
    move.
    """
    total = base_sizes.sum()
    rng = np.random.default_rng(seed)
    resampled = rng.multinomial(int(total), base_sizes / total, size=draws).astype(np.float64)
    k = len(group_centres)
    sizes = np.empty((draws, k))
    for turn, weights in enumerate(resampled):
        _, moved = lloyd(base_centres[~aside], weights[~aside], group_centres[None])
        labels = _nearest(base_centres, moved[0])
        sizes[turn] = cluster_weights(labels[None], weights, k)[0]
    return _interval(sizes)


def consensus_rank_intervals(
    matrix: VoteMatrix, group: Integers, groups: int, seed: int, draws: int = DRAWS
) -> Interval:
    """Intervals of each statement's rank (1 = most agreed) by group-informed consensus, (m,).

    The members of each group are drawn anew within their group; the groups stay. O(votes * draws).
    """
    logs = np.zeros((draws, len(matrix.statements)))
    rng = np.random.default_rng(seed)
    for one in range(groups):
        members = np.flatnonzero(group == one)
        agreed, voted = _indicators(matrix, members)
        for first in range(0, draws, BLOCK):
            some = min(BLOCK, draws - first)
            weights = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), size=some).astype(float)
            logs[first : first + some] += np.log(share(weights @ agreed, weights @ voted))
    ranks = np.empty_like(logs)
    order = np.argsort(-np.round(logs, 12), axis=1, kind="stable")
    np.put_along_axis(ranks, order, np.arange(1.0, logs.shape[1] + 1)[None].repeat(draws, axis=0), axis=1)
    return _interval(ranks)


def _indicators(matrix: VoteMatrix, members: Integers) -> tuple[Any, Any]:
    """Sparse (members, m): who agreed with, and who voted on, each statement."""
    inside = np.zeros(len(matrix.participants), dtype=np.bool_)
    inside[members] = True
    kept = inside[matrix.rows]
    offsets = np.concatenate([[0], np.cumsum(matrix.votes_cast[members])])
    columns, shape = matrix.columns[kept], (len(members), len(matrix.statements))
    agreed = (matrix.values[kept] > 0).astype(np.float64)
    return sparse_rows(agreed, columns, offsets, shape), sparse_rows(np.ones(len(columns)), columns, offsets, shape)


def _nearest(points: Floats, centres: Floats) -> Integers:
    return np.asarray(((points[:, None, :] - centres[None]) ** 2).sum(axis=2).argmin(axis=1))


def _interval(draws: Floats) -> Interval:
    low, high = np.quantile(draws, LEVEL, axis=0) if draws.size else np.zeros((2, draws.shape[1]))
    return Interval(low, high)
