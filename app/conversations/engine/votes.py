"""A batch of votes: checked columns of participant, statement, vote and, when known, moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.conversations.engine.arrays import Integers, Signs

AGREE, PASS, DISAGREE = 1, 0, -1


class VotesError(ValueError):
    """Votes that cannot be counted; the message says which and why."""


@dataclass(frozen=True)
class VoteBatch:
    """Votes in the order they came. All arrays have shape (v,); `moments` are milliseconds, or None."""

    participants: Integers
    statements: Integers
    values: Signs
    moments: Integers | None = None

    @classmethod
    def of(
        cls,
        participants: ArrayLike,
        statements: ArrayLike,
        values: ArrayLike,
        moments: ArrayLike | None = None,
    ) -> VoteBatch:
        """Check and pack four columns of equal length; ids are whole numbers, votes -1, 0 or 1."""
        people, topics = _whole(participants, "participant"), _whole(statements, "statement")
        signs = _whole(values, "vote")
        times = None if moments is None else _whole(moments, "moment")
        lengths = {len(people), len(topics), len(signs)} | (set() if times is None else {len(times)})
        if len(lengths) != 1:
            raise VotesError(f"The columns differ in length: {sorted(lengths)}.")
        wrong = np.flatnonzero((signs < DISAGREE) | (signs > AGREE))
        if wrong.size:
            raise VotesError(f"Vote {wrong[0] + 1} is {signs[wrong[0]]}; a vote is 1, 0 or -1.")
        return cls(people, topics, signs.astype(np.int8), times)

    def __len__(self) -> int:
        return len(self.participants)

    def part(self, chosen: slice | Integers) -> VoteBatch:
        """The votes at the given places, in that order."""
        moments = None if self.moments is None else self.moments[chosen]
        return VoteBatch(self.participants[chosen], self.statements[chosen], self.values[chosen], moments)


def votes_of_authors(authors: Sequence[int], statements: Sequence[int]) -> VoteBatch:
    """Whoever writes a statement agrees with it: the votes that follow from authorship."""
    return VoteBatch.of(authors, statements, np.ones(len(authors), dtype=np.int64))


def _whole(values: ArrayLike, name: str) -> Integers:
    """The values as 64-bit whole numbers; anything else is refused with its place."""
    array = np.atleast_1d(np.asarray(values))
    if array.ndim != 1:
        raise VotesError(f"The {name} column must be one list of numbers.")
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.dtype.kind == "i" or (array.dtype.kind == "u" and array.dtype.itemsize < 8):
        return array.astype(np.int64, copy=False)
    if array.dtype.kind not in "uf":
        raise VotesError(f"The {name} column holds something that is not a number.")
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero(~(np.abs(array) < 2.0**62) | (array != np.floor(array)))
    if wrong.size:
        raise VotesError(f"{name.capitalize()} {wrong[0] + 1} is {array[wrong[0]]}, not a whole number.")
    return array.astype(np.int64)
