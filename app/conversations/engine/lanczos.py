"""The leading eigenvectors of S'S for a sparse S, by Lanczos' method with full reorthogonalisation."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.conversations.engine.arrays import Floats

EXACT, RENEWED = 1e-7, 1e-6
"""Largest accepted residual of an eigenpair, relative to the largest eigenvalue: from nothing, and from a close start.
The axes themselves are then right to better than 1e-6."""
LONGEST = 150
"""Most steps taken. Only votes without any structure come near it; then the axes mean nothing anyway."""
MOST_NUMBERS = 30_000_000
"""Memory for the search: so many numbers at most, whatever the number of statements."""
CHECK_EVERY = 2
NOTHING_LEFT = 1e-10
"""A next direction shorter than this share of the largest diagonal element is rounding."""


def leading_eigenvectors(sparse: Any, wanted: int, start: Floats, tolerance: float = EXACT) -> tuple[Floats, Floats]:
    """The `wanted` largest eigenvalues (falling) and unit eigenvectors (wanted, m) of S'S.

    `start` (m,) is any vector; one close to the sought space (the axes of an earlier map) saves most of the
    steps. Source: Golub & Van Loan, Matrix Computations, 4th ed., 10.1. Each step costs one product with S
    and one with S', that is O(votes); no Gram matrix is ever formed. Exact up to the tolerance.
    """
    transposed = sparse.T
    size = sparse.shape[1]
    longest = min(size, LONGEST, max(wanted, MOST_NUMBERS // max(size, 1)))
    basis = np.zeros((longest, size))
    diagonal, beside = np.zeros(longest), np.zeros(longest)
    vector = _unit_outside(start, basis[:0])
    exhausted = False
    for step in range(longest):
        basis[step] = vector
        image = transposed @ (sparse @ vector)
        diagonal[step] = vector @ image
        image = _outside(image, basis[: step + 1])
        beside[step] = np.linalg.norm(image)
        led_nowhere = bool(beside[step] <= NOTHING_LEFT * max(1.0, diagonal.max()))
        exhausted |= led_nowhere
        due = not exhausted and step + 1 >= wanted and step % CHECK_EVERY == 0
        if due and _settled(diagonal, beside, step + 1, wanted, tolerance):
            break
        if step + 1 < longest:
            vector = _next(image, beside, basis, step, led_nowhere)
    values, ritz = _ritz(diagonal, beside, step + 1, wanted)
    return np.maximum(values, 0.0), ritz.T @ basis[: step + 1]


def _next(image: Floats, beside: Floats, basis: Floats, step: int, led_nowhere: bool) -> Floats:
    """The next basis vector. Where the start led no further, a fresh direction: there may be equal
    eigenvalues."""
    if not led_nowhere:
        return np.asarray(image / beside[step])
    beside[step] = 0.0
    fresh = np.random.default_rng(step).standard_normal(len(image))
    return _unit_outside(fresh, basis[: step + 1])


def _ritz(diagonal: Floats, beside: Floats, done: int, wanted: int) -> tuple[Floats, Floats]:
    across = beside[: done - 1]
    tridiagonal = np.diag(diagonal[:done]) + np.diag(across, 1) + np.diag(across, -1)
    values, vectors = np.linalg.eigh(tridiagonal)
    return values[::-1][:wanted], vectors[:, ::-1][:, :wanted]


def _settled(diagonal: Floats, beside: Floats, done: int, wanted: int, tolerance: float) -> bool:
    values, ritz = _ritz(diagonal, beside, done, wanted)
    residuals = np.abs(beside[done - 1] * ritz[-1])
    return bool(residuals.max() <= tolerance * max(values[0], 1e-300))


def _outside(vector: Floats, basis: Floats) -> Floats:
    """The part of a vector outside the space of orthonormal rows; subtracted twice, which is enough."""
    for _ in range(2):
        vector = vector - basis.T @ (basis @ vector)
    return vector


def _unit_outside(vector: Floats, basis: Floats) -> Floats:
    outside = _outside(vector, basis)
    return outside / np.linalg.norm(outside)
