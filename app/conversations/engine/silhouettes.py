"""How clearly clusters stand apart."""

from __future__ import annotations

import numpy as np

from app.conversations.engine.arrays import Floats, Integers


def distances(points: Floats) -> Floats:
    """(B, B) distances between points of the plane."""
    return np.asarray(np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1)))


def mean_silhouettes(apart: Floats, labels: Integers, k: int) -> Floats:
    """Mean silhouette of each of R clusterings (R, B) of the same B points, in [-1, 1].

    For a point: (b - a) / max(a, b), a = mean distance to the others of its cluster, b = the least mean
    distance to another cluster; a point alone in its cluster scores 0. Source: Rousseeuw 1987. O(R B^2 k)
    with B <= 100.
    """
    member = (labels[:, :, None] == np.arange(k)).astype(np.float64)
    counts = member.sum(axis=1)
    sums = np.matmul(apart, member)
    own = np.take_along_axis(sums, labels[:, :, None], axis=2)[:, :, 0]
    own_size = np.take_along_axis(counts, labels, axis=1)
    inside = own / np.maximum(own_size - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        others = np.where(counts[:, None, :] > 0, sums / counts[:, None, :], np.inf)
    np.put_along_axis(others, labels[:, :, None], np.inf, axis=2)
    outside = others.min(axis=2)
    widest = np.maximum(inside, outside)
    scored = (own_size > 1) & np.isfinite(outside) & (widest > 0)
    values = np.where(scored, (outside - inside) / np.where(scored, widest, 1.0), 0.0)
    return np.asarray(np.where(scored, values, 0.0).mean(axis=1))
