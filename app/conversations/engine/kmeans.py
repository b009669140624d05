"""Weighted k-means in the plane, many restarts at once, with k-means++ starts."""

from __future__ import annotations

import numpy as np

from app.conversations.engine.arrays import Floats, Integers


def plus_plus(points: Floats, weights: Floats, k: int, draws: Floats) -> Floats:
    """Starting centres (R, k, 2): each next one is a point drawn by weight times squared distance to the
    nearest so far.

    `draws` (R, k) are uniform in [0, 1): they alone decide, so the same draws give the same centres.
    Source: Arthur & Vassilvitskii, k-means++, SODA 2007. O(R k B).
    """
    runs = len(draws)
    chosen = np.empty((runs, k), dtype=np.int64)
    nearest = np.full((runs, len(points)), np.inf)
    mass = np.broadcast_to(weights, nearest.shape)
    for turn in range(k):
        chosen[:, turn] = _drawn(mass, draws[:, turn])
        apart = squared_distances(points, points[chosen[:, turn], None, :])[:, :, 0]
        np.minimum(nearest, apart, out=nearest)
        mass = nearest * weights
    return points[chosen]


def lloyd(points: Floats, weights: Floats, centres: Floats, rounds: int = 60) -> tuple[Integers, Floats]:
    """Labels (R, B) and centres (R, k, 2) of R runs, each until nothing moves. Empty clusters keep their
    centre."""
    runs, k, _ = centres.shape
    labels = np.full((runs, len(points)), -1)
    for _ in range(rounds):
        now = squared_distances(points, centres).argmin(axis=2)
        if np.array_equal(now, labels):
            break
        labels = now
        centres = _means(points, weights, labels, centres, k)
    return labels, centres


def squared_distances(points: Floats, centres: Floats) -> Floats:
    """(R, B, k) squared distances from B points to R sets of k centres."""
    across = points[None, :, None, 0] - centres[:, None, :, 0]
    along = points[None, :, None, 1] - centres[:, None, :, 1]
    return np.asarray(across * across + along * along)


def cluster_weights(labels: Integers, weights: Floats, k: int) -> Floats:
    """Summed weights of each cluster in each run, (R, k)."""
    runs = len(labels)
    flat = labels + k * np.arange(runs)[:, None]
    tiled = np.broadcast_to(weights, labels.shape)
    sums = np.bincount(flat.ravel(), weights=tiled.ravel(), minlength=runs * k)
    return np.asarray(sums.reshape(runs, k), dtype=np.float64)


def _drawn(mass: Floats, draws: Floats) -> Integers:
    """In each row, a place drawn in proportion to its mass, (R,)."""
    cumulated = np.cumsum(mass, axis=1)
    below = (cumulated <= (draws * cumulated[:, -1])[:, None]).sum(axis=1)
    return np.asarray(np.minimum(below, mass.shape[1] - 1))


def _means(points: Floats, weights: Floats, labels: Integers, centres: Floats, k: int) -> Floats:
    mass = cluster_weights(labels, weights, k)
    filled = mass > 0
    moved = centres.copy()
    for axis in range(points.shape[1]):
        sums = cluster_weights(labels, weights * points[:, axis], k)
        moved[:, :, axis][filled] = sums[filled] / mass[filled]
    return moved
