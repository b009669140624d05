"""Where participants and statements stand on the map."""

from __future__ import annotations

import numpy as np

from app.conversations.engine.arrays import Floats
from app.conversations.engine.centred import Centred
from app.conversations.engine.components import Components

DECIMALS = 8
"""Positions are rounded to 1e-8, far below anything visible, so that the last bits of a sum decide nothing
later."""


def participant_positions(centred: Centred, components: Components) -> Floats:
    """p = sum over the cells voted on of (v_j - mean_j) * axis_j, times sqrt(m / cells voted on); (n, 2).

    The factor lets somebody with few votes stand as far out as somebody with many.
    """
    m = len(components.statements)
    scale = np.sqrt(m / np.maximum(centred.seen, 1))
    along = [centred.deviations @ axis for axis in components.axes]
    return np.asarray(np.round(np.stack(along, axis=1) * scale[:, None], DECIMALS) + 0.0)


def statement_positions(centred: Centred, components: Components) -> Floats:
    """Where an imagined participant stands who agreed with this statement alone:
    sqrt(m) * (1 - mean_j) * (axis1_j, axis2_j); (m, 2)."""
    m = len(components.statements)
    return np.asarray(np.sqrt(m) * ((1.0 - centred.means) * components.axes).T)


def extremity(statements: Floats) -> Floats:
    """Length of each statement's position, (m,), >= 0: how strongly it pulls people apart on the map."""
    return np.asarray(np.hypot(statements[:, 0], statements[:, 1]))


def centre_of(points: Floats) -> Floats:
    """Mean position, (2,); the origin when there is nobody."""
    return points.mean(axis=0) if len(points) else np.zeros(2)
