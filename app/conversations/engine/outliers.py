"""Far outliers: base clusters so far out and so alone that they would be taken for a group of their own."""

from __future__ import annotations

import numpy as np

from app.conversations.engine.arrays import Flags, Floats

FAR = 20.0
"""Far out: beyond this many times the median distance from the middle."""


def far_outliers(centres: Floats, sizes: Floats, apart: Floats, fewest: int) -> Flags:
    """Flags (B,): far from the middle, with fewer than `fewest` people within half that distance."""
    middle = np.array([weighted_median(centres[:, axis], sizes) for axis in (0, 1)])
    out = np.hypot(*(centres - middle).T)
    near = (apart <= out[:, None] / 2) @ sizes
    return np.asarray((out > FAR * weighted_median(out, sizes)) & (near < fewest))


def weighted_median(values: Floats, weights: Floats) -> float:
    """The least value with at least half of all weight at or below it."""
    order = np.argsort(values, kind="stable")
    cumulated = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulated, cumulated[-1] / 2)])
