"""Shares and their tests, with the small corrections Polis uses. All work elementwise on arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.conversations.engine.arrays import Floats

SIGNIFICANT = 1.2816
"""z of the 90 % level, one-sided."""

Numbers = NDArray[np.int64] | NDArray[np.float64]


def share(successes: Numbers, trials: Numbers) -> Floats:
    """(s + 1) / (n + 2), in (0, 1): a share drawn towards one half where there are few votes."""
    return np.asarray((successes + 1.0) / (trials + 2.0))


def one_proportion_z(successes: Numbers, trials: Numbers) -> Floats:
    """2 sqrt(n + 1) ((s + 1) / (n + 1) - 1/2): how far a share stands above one half, in standard errors."""
    more = trials + 1.0
    return np.asarray(2.0 * np.sqrt(more) * ((successes + 1.0) / more - 0.5))


def two_proportion_z(inside: Numbers, inside_of: Numbers, outside: Numbers, outside_of: Numbers) -> Floats:
    """How far the share inside stands above the share outside, in standard errors; every count first plus
    one.

    q = (si + so) / (ni + no); z = (si/ni - so/no) / sqrt(q (1 - q) (1/ni + 1/no)); 0 where q = 1.
    """
    si, ni, so, no = inside + 1.0, inside_of + 1.0, outside + 1.0, outside_of + 1.0
    pooled = (si + so) / (ni + no)
    error = np.sqrt(np.maximum(pooled * (1.0 - pooled), 0.0) * (1.0 / ni + 1.0 / no))
    defined = error > 0
    return np.asarray(np.where(defined, (si / ni - so / no) / np.where(defined, error, 1.0), 0.0))
