"""Hashes of many whole numbers at once, the same everywhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]


def scrambled(numbers: Words) -> Words:
    """Every number by a hash of its own (different numbers never meet): the last steps of SplitMix64."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def scramble(number: int) -> np.uint64:
    """The hash of one number."""
    return np.uint64(scrambled(np.array([number], dtype=np.uint64))[0])
