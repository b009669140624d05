"""How close somebody stands to the middle, to the own group, and how far beyond it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.conversations.engine.arrays import Floats, Integers
from app.conversations.engine.positions import centre_of


@dataclass(frozen=True)
class Closeness:
    """Per participant, all (n,)."""

    centricness: Floats
    """1 - distance to the middle of all placed participants; at most 1, may be negative."""
    coreness: Floats
    """1 - distance to the middle of the own group; NaN without a group."""
    extremeness: Floats
    """How far beyond the own group's middle, in the direction away from everybody's middle; NaN without a
    group."""


def closeness(points: Floats, group: Integers, groups: int) -> Closeness:
    """From positions (n, 2) and groups 0 … G - 1, or -1 for no group."""
    middle = centre_of(points[group >= 0] if groups else points)
    coreness, extremeness = np.full(len(points), np.nan), np.full(len(points), np.nan)
    for one in range(groups):
        members = group == one
        own = centre_of(points[members])
        away = own - middle
        length = float(np.hypot(*away))
        coreness[members] = 1.0 - np.hypot(*(points[members] - own).T)
        direction = away / length if length > 0 else np.zeros(2)
        extremeness[members] = (points[members] - own) @ direction
    return Closeness(1.0 - np.hypot(*(points - middle).T), coreness, extremeness)
