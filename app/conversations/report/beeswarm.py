"""The beeswarm: every statement on one line from what divides to what unites, none on top of another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.conversations.engine.analysis import Analysis
from app.conversations.engine.arrays import Floats
from app.conversations.engine.counts import Counts

MARGIN, GAP = 22, 0.8
LYING, UPRIGHT = 820, 560
"""Length of the line: from left to right on a wide screen, from top to bottom on a narrow one."""
NAMED_RADIUS = 13.0
TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Bee:
    along: float
    """Pixels along the line, from what divides."""
    across: float
    """Pixels across it, from one edge."""
    radius: float
    side: str
    """agree, disagree or neither: what the majority of all says."""
    label: str
    """The statement's number when it is one of the listed ones, else empty."""


@dataclass(frozen=True)
class Swarm:
    length: int
    breadth: float
    bees: list[Bee]
    ticks: list[tuple[float, int]]
    """Pixels along the line and percentage points."""


def draw_swarm(analysis: Analysis, length: int) -> Swarm:
    """Statements along a line from the most divisive to the least, piled up around it."""
    divided = analysis.divisiveness
    top = max(0.5, float(np.ceil(divided.max(initial=0.0) * 10) / 10))
    scale = (length - 2 * MARGIN) / top
    along = MARGIN + (top - divided) * scale
    named = set(analysis.common) | set(analysis.divisive)
    radius = _radius(len(divided), length)
    radii = np.array([NAMED_RADIUS if column in named else radius for column in range(len(divided))])
    across = pile(along, radii)
    extent = float(np.max(np.abs(across) + radii, initial=20.0)) + 4
    ids = analysis.map.visible.statements
    bees = [
        Bee(
            along=round(float(along[column]), 1),
            across=round(float(across[column]) + extent, 1),
            radius=float(radii[column]),
            side=side_of(analysis.everyone, column),
            label=str(int(ids[column])) if column in named else "",
        )
        for column in range(len(divided))
    ]
    ticks = [(round(MARGIN + (top - tick) * scale, 1), round(tick * 100)) for tick in TICKS if tick <= top]
    return Swarm(length, round(2 * extent, 1), bees, ticks)


def side_of(counts: Counts, column: int) -> str:
    """What more than half of those who voted on a statement say."""
    agrees, disagrees, votes = (int(part[column]) for part in (counts.agrees, counts.disagrees, counts.votes))
    if 2 * agrees > votes:
        return "agree"
    return "disagree" if 2 * disagrees > votes else "neither"


def pile(across: Floats, radii: Floats) -> Floats:
    """Heights (m,) around 0, each as near to 0 as its left neighbours allow; large ones are laid first."""
    heights = np.zeros(len(across))
    laid: list[int] = []
    for bee in np.lexsort((across, -radii)).tolist():
        reach = radii[bee] + radii[laid] + GAP if laid else np.zeros(0)
        apart = np.abs(across[laid] - across[bee]) if laid else np.zeros(0)
        near = np.flatnonzero(apart < reach)
        others = np.array(laid, dtype=np.int64)[near]
        lift = np.sqrt(reach[near] ** 2 - apart[near] ** 2)
        low, high = heights[others] - lift, heights[others] + lift
        tries = np.concatenate([[0.0], low, high])
        free = ~((tries[:, None] > low + 1e-9) & (tries[:, None] < high - 1e-9)).any(axis=1)
        options = tries[free]
        heights[bee] = options[np.lexsort((options, np.abs(options).round(6)))[0]]
        laid.append(bee)
    return heights


def _radius(statements: int, length: int) -> float:
    wanted = 6.5 if statements <= 120 else 5.0 if statements <= 400 else 3.0
    return wanted if length == LYING else max(2.4, 0.8 * wanted)
