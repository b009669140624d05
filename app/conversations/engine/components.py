"""The two axes of the map: principal components of the centred votes, with a fixed sign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.conversations.engine.arrays import Floats, Integers
from app.conversations.engine.centred import Centred
from app.conversations.engine.lanczos import EXACT, RENEWED, leading_eigenvectors

AXES = 2


@dataclass(frozen=True)
class Components:
    """Axes of the map over the statements they were computed from."""

    statements: Integers
    """Ids, (m,)."""
    axes: Floats
    """Unit loadings, (2, m); a row of zeros where the votes do not vary that far."""
    explained: Floats
    """Share of the total variance along each axis, (2,), in [0, 1]."""

    def onto(self, statements: Integers) -> Floats:
        """The loadings for another list of statements, (2, len(statements)); 0 for statements unknown
        here."""
        moved = np.zeros((AXES, len(statements)))
        if self.statements.size:
            place = np.minimum(np.searchsorted(self.statements, statements), len(self.statements) - 1)
            known = self.statements[place] == statements
            moved[:, known] = self.axes[:, place[known]]
        return moved


NO_COMPONENTS = Components(np.zeros(0, dtype=np.int64), np.zeros((AXES, 0)), np.zeros(AXES))


def components_of(centred: Centred, statements: Integers, earlier: Components = NO_COMPONENTS) -> Components:
    """Exact first two principal components of the centred votes.

    Signs: a first map makes the loading of greatest magnitude positive; a later map turns each axis the way
    it lay on the `earlier` one, so that a map does not mirror between updates.
    """
    m = len(statements)
    axes, explained = np.zeros((AXES, m)), np.zeros(AXES)
    before = earlier.onto(statements)
    if m and centred.total > 1e-12:
        wanted = min(AXES, m)
        tolerance = RENEWED if before.any() else EXACT
        values, vectors = leading_eigenvectors(centred.deviations, wanted, _start(before, m), tolerance)
        real = values > 1e-10 * centred.total
        axes[:wanted][real] = vectors[real]
        explained[:wanted][real] = np.minimum(values[real] / centred.total, 1.0)
    return Components(statements, np.array([_turned(*pair) for pair in zip(axes, before, strict=True)]), explained)


def _start(before: Floats, m: int) -> Floats:
    """Where the search begins: the earlier axes, or a fixed direction that favours no statement."""
    fixed = np.random.default_rng(20).standard_normal(m) / np.sqrt(m)
    return np.asarray(before.sum(axis=0) + 1e-6 * fixed) if before.any() else fixed


def _turned(axis: Floats, before: Floats) -> Floats:
    along = float(axis @ before)
    if abs(along) < 1e-9:
        magnitude = np.abs(axis)
        first_of_largest = int(np.argmax(magnitude >= magnitude.max(initial=0.0) * (1 - 1e-6))) if axis.size else 0
        along = float(axis[first_of_largest]) if axis.size else 0.0
    return -axis if along < 0 else axis
