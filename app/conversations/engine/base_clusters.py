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
ANEW = 2000
"""Up to so many people the base clusters are found anew at every update: it costs little and keeps no accident."""
ROUNDS = 30
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

    The points are taken in the order of their position, never of their row; above 8,192 points the rounds run
    on every so-manieth of them. Then each point joins the nearest centre, and each centre moves to its members'
    mean. Given `earlier` centres, and over 2,000 points, the rounds are left out.
    """
    start = earlier
    if start is None or len(start) < MOST or len(points) <= ANEW:
        start = _cold_start(points[np.lexsort((points[:, 1], points[:, 0]))], seed)
    labels = _nearest(points, start)
    sizes, means = _means(points, labels, len(start))
    filled = sizes > 0
    renumbered = np.cumsum(filled) - 1
    return BaseClusters(means[filled], sizes[filled].astype(np.float64), renumbered[labels])


def _cold_start(ordered: Floats, seed: int) -> Floats:
    distinct = 1 + int(np.count_nonzero(np.any(ordered[1:] != ordered[:-1], axis=1)))
    sample = ordered[:: -(-len(ordered) // SAMPLE)]
    spread = float(np.sqrt(np.mean((sample - sample.mean(axis=0)) ** 2)))
    draws = np.random.default_rng(seed).random((1, min(MOST, distinct)))
    start = plus_plus(sample, np.ones(len(sample)), draws.shape[1], draws)[0]
    return _rounds(sample, np.unique(start, axis=0), STILL * spread)


def _rounds(points: Floats, centres: Floats, still: float) -> Floats:
    """Lloyd's rounds until no centre moves further than `still`; empty clusters vanish."""
    for _ in range(ROUNDS):
        sizes, means = _means(points, _nearest(points, centres), len(centres))
        filled = sizes > 0
        moved = means[filled]
        settled = np.abs(moved - centres[filled]).max() <= still
        centres = moved
        if settled:
            break
    return centres


def _means(points: Floats, labels: Integers, k: int) -> tuple[Integers, Floats]:
    sizes = np.bincount(labels, minlength=k)
    sums = [np.bincount(labels, weights=points[:, axis], minlength=k) for axis in (0, 1)]
    return sizes, np.stack(sums, axis=1) / np.maximum(sizes, 1)[:, None]


def _nearest(points: Floats, centres: Floats) -> Integers:
    tree = KDTree(centres)
    return np.asarray(tree.query(points)[1], dtype=np.int64)
