"""Letters of groups that stay with their members from one update to the next."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

import numpy as np
from scipy.optimize import linear_sum_assignment

from app.conversations.engine.arrays import Floats, Integers


def first_letters(sizes: Floats, centres: Floats) -> list[str]:
    """A for the largest group, then falling; equal sizes by position from left to right, then from below."""
    nobody = np.zeros((len(sizes), 0), dtype=np.int64)
    return kept_letters(nobody, [], sizes, centres)


def kept_letters(shared: Integers, known: Sequence[str], sizes: Floats, centres: Floats) -> list[str]:
    """Letters of G new groups, given how many members each shares with each old one, (G, old).

    Old and new are matched so that the matched pairs share most members in all; a new group without a match,
    or without a shared member, takes the first free letter.
    """
    letters = [""] * len(sizes)
    for new, old in zip(*linear_sum_assignment(shared, maximize=True), strict=True):
        if shared[new, old] > 0:
            letters[int(new)] = known[int(old)]
    for group in np.lexsort((centres[:, 1], centres[:, 0], -sizes)):
        letters[int(group)] = letters[int(group)] or _free(letters)
    return letters


def shared_members(new: Integers, old: Integers, new_groups: int, old_groups: int) -> Integers:
    """Counts (new_groups, old_groups) over people with a group in both; -1 is no group."""
    both = (new >= 0) & (old >= 0)
    pairs = new[both] * old_groups + old[both]
    return np.bincount(pairs, minlength=new_groups * old_groups).reshape(new_groups, old_groups)


def _free(taken: Sequence[str]) -> str:
    return next(letter for letter in ascii_uppercase if letter not in taken)
