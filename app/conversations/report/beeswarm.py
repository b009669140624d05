"""The beeswarm: every statement on one line from what divides to what unites, none on top of another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.conversations.engine.analysis import Analysis
from app.conversations.engine.arrays import Floats
from app.conversations.engine.counts import Counts

WIDTH, MARGIN, GAP = 480, 20, 0.6
NAMED_RADIUS = 10.5
TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Bee:
    x: float
    y: float
    radius: float
    side: str
    """agree, disagree or neither: what the majority of all says."""
    label: str
    """The statement's number when it is one of the listed ones, else empty."""


@dataclass(frozen=True)
class Swarm:
    width: int
    height: float
    bees: list[Bee]
    ticks: list[tuple[float, int]]
    """Pixel position and percentage points."""


def draw_swarm(analysis: Analysis) -> Swarm:
    """Statements from left (most divisive) to right (least), piled up around a middle line."""
    divided = analysis.divisiveness
    top = max(0.5, float(np.ceil(divided.max(initial=0.0) * 10) / 10))
    across = MARGIN + (1 - divided / top) * (WIDTH - 2 * MARGIN)
    named = set(analysis.common) | set(analysis.divisive)
    radius = _radius(len(divided))
    radii = np.array([NAMED_RADIUS if column in named else radius for column in range(len(divided))])
    heights = pile(across, radii)
    extent = float(np.max(np.abs(heights) + radii, initial=20.0)) + 6
    ids = analysis.map.visible.statements
    bees = [
        Bee(
            x=round(float(across[column]), 1),
            y=round(float(heights[column]) + extent, 1),
            radius=float(radii[column]),
            side=side_of(analysis.everyone, column),
            label=str(int(ids[column])) if column in named else "",
        )
        for column in range(len(divided))
    ]
    ticks = [
        (round(MARGIN + (1 - tick / top) * (WIDTH - 2 * MARGIN), 1), round(tick * 100)) for tick in TICKS if tick <= top
    ]
    return Swarm(WIDTH, round(2 * extent, 1), bees, ticks)


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


def _radius(statements: int) -> float:
    return 5.0 if statements <= 120 else 3.6 if statements <= 400 else 2.4
