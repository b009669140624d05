"""Votes minus their column's mean: what the map is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from app.conversations.engine.arrays import Floats, Integers, sparse_rows
from app.conversations.engine.matrix import VoteMatrix

SIGNS = np.array([-1.0, 0.0, 1.0])
"""The votes in the order of their kinds."""


@dataclass(frozen=True)
class Centred:
    """The sparse matrix of v - mean_j on the cells voted on, nothing elsewhere.

    Polis gives an empty cell its column's mean and then centres the columns: every empty cell becomes
    exactly 0. So the sparse matrix *is* the imputed, centred matrix, at a cost that follows the votes and
    not n x m.
    """

    means: Floats
    """Mean vote of each statement among those who voted on it, (m,), in [-1, 1]; 0 when nobody did."""
    deviations: Any
    """csr_array (n, m)."""
    seen: Integers
    """Votes of each participant on these statements, (n,)."""
    total: float
    """Sum of squares of all cells: (n - 1) times the total variance."""


def centre(matrix: VoteMatrix) -> Centred:
    """Centre the votes of a matrix. O(votes)."""
    n, m = matrix.shape
    kinds = np.bincount(matrix.kinds, minlength=3 * m).reshape(m, 3)
    votes = kinds.sum(axis=1)
    means = (kinds[:, 2] - kinds[:, 0]) / np.maximum(votes, 1)
    deviation = SIGNS - means[:, None]
    total = float(np.sum(kinds * deviation**2))
    deviations = sparse_rows(deviation.ravel()[matrix.kinds], matrix.columns, matrix.offsets, (n, m))
    return Centred(means, deviations, matrix.votes_cast, total)
