"""Of several votes on the same pair the latest counts."""

from __future__ import annotations

import numpy as np

from app.conversations.engine.arrays import Integers, Signs

SHIFT = 32
"""A cell's key is row * 2**32 + column: one sorted list of keys holds a whole matrix."""
COLUMN = (1 << SHIFT) - 1


def latest_of_each_pair(keys: Integers, values: Signs, moments: Integers | None) -> tuple[Integers, Signs]:
    """Sorted distinct keys and the latest value of each.

    Later means a greater moment; among equal moments, or without any, further down the batch. O(v log v).
    """
    if moments is not None and np.any(moments[1:] < moments[:-1]):
        order = np.argsort(moments, kind="stable")
        keys, values = keys[order], values[order]
    if np.all(keys[1:] > keys[:-1]):
        return keys, values
    keys, order = _sorted_stably(keys)
    last = np.append(keys[1:] != keys[:-1], True)
    return keys[last], values[order[last]]


def _sorted_stably(keys: Integers) -> tuple[Integers, Integers]:
    """Sorted keys and their former places. Key and place packed into one number sort ten times faster."""
    place_bits = len(keys).bit_length()
    column_bits = int((keys & COLUMN).max()).bit_length()
    row_bits = int(keys.max() >> SHIFT).bit_length()
    if row_bits + column_bits + place_bits > 63:
        order = np.argsort(keys, kind="stable")
        return keys[order], order
    packed = (((keys >> SHIFT) << column_bits) | (keys & COLUMN)) << place_bits
    packed |= np.arange(len(keys))
    packed.sort()
    order = packed & ((1 << place_bits) - 1)
    cell = packed >> place_bits
    return ((cell >> column_bits) << SHIFT) | (cell & ((1 << column_bits) - 1)), order
