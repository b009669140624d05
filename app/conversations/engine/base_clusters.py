"""About a hundred base clusters: a summary of the positions, so that finding groups costs the same for any
crowd."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from app.conversations.engine.arrays import Floats, Integers
from app.conversations.engine.kmeans import plus_plus

MOST = 100
SAMPLE = 8192
ROUNDS, FINAL_ROUNDS = 30, 2
STILL = 0.002
"""Rounds end when no centre moves further than this share of the spread of all positions."""


@dataclass(frozen=True)
class BaseClusters:
    """B clusters of placed participants."""

    centres: Floats
    """(B, 2)."""
    sizes: Floats
    """Members, (B,), >= 1."""
    labels: Integers
    """The base cluster of each placed participant, (p,)."""


def base_clusters(points: Floats, seed: int, earlier: Floats | None = None) -> BaseClusters:
    """k-means of the positions (p, 2), p >= 1, into at most 100 clusters, from k-means++ under the seed.

    The points are taken in the order of their position, never of their row. Above 8,192 points the rounds
    run on every so-manieth point in that order, then twice on all. `earlier` centres, where given, are the
    start instead.
    """
    order = np.lexsort((points[:, 1], points[:, 0]))
    ordered = points[order]
    distinct = 1 + int(np.count_nonzero(np.any(ordered[1:] != ordered[:-1], axis=1)))
    sample = ordered[:: -(-len(ordered) // SAMPLE)]
    spread = float(np.sqrt(np.mean((sample - sample.mean(axis=0)) ** 2)))
    if earlier is None or len(earlier) != min(MOST, distinct):
        draws = np.random.default_rng(seed).random((1, min(MOST, distinct)))
        start = plus_plus(sample, np.ones(len(sample)), draws.shape[1], draws)[0]
        start = _rounds(sample, np.unique(start, axis=0), ROUNDS, STILL * spread)
    else:
        start = earlier
    centres = _rounds(ordered, start, FINAL_ROUNDS, STILL * spread)
    labels = np.empty(len(points), dtype=np.int64)
    labels[order] = _nearest(ordered, centres)
    return _without_empty(centres, labels)


def _rounds(points: Floats, centres: Floats, rounds: int, still: float) -> Floats:
    for _ in range(rounds):
        labels = _nearest(points, centres)
        sizes = np.bincount(labels, minlength=len(centres))
        filled = sizes > 0
        sums = [np.bincount(labels, weights=points[:, axis], minlength=len(centres)) for axis in (0, 1)]
        moved = np.stack(sums, axis=1)[filled] / sizes[filled, None]
        settled = np.abs(moved - centres[filled]).max() <= still
        centres = moved
        if settled:
            break
    return centres


def _nearest(points: Floats, centres: Floats) -> Integers:
    tree = KDTree(centres)  # type: ignore[no-untyped-call]
    return np.asarray(tree.query(points)[1], dtype=np.int64)  # type: ignore[no-untyped-call]


def _without_empty(centres: Floats, labels: Integers) -> BaseClusters:
    sizes = np.bincount(labels, minlength=len(centres))
    filled = sizes > 0
    renumbered = np.cumsum(filled) - 1
    return BaseClusters(centres[filled], sizes[filled].astype(np.float64), renumbered[labels])
