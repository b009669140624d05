"""The map as shapes: where each participant's mark stands in the picture, and each group's outline and
name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from app.conversations.engine.arrays import Flags, Floats, Integers
from app.conversations.engine.opinion_map import OpinionMap

WIDTH, MARGIN = 480, 26
LOWEST, HIGHEST = 260, 440
"""The picture is as high as the positions need, within these bounds."""
MOST_DRAWN = 1500
SHAPES = ("circle", "square", "triangle", "diamond", "cross")
CORE = 0.9
"""An outline holds the nine tenths of a group that lie nearest its middle."""


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    shape: str
    kind: str
    """g1 … g5, or "none"."""


@dataclass(frozen=True)
class Outline:
    name: str
    kind: str
    shape: str
    size: int
    points: str
    """Corners for an SVG polygon."""
    x: float
    y: float
    place: str
    """Where in the picture it lies: left, right, up, down or middle."""


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    marks: list[Mark]
    outlines: list[Outline]
    outside: int
    """How many stand beyond the picture, drawn at its edge."""
    everyone: int


def draw_map(found: OpinionMap) -> Drawing:
    """Marks at one scale both ways. The picture spans where nearly everybody stands; who is further out stands at
    its edge. Above 1,500 people every so-manieth is drawn."""
    group = found.crowd if found.groups else np.full(len(found.points), -1)
    places, beyond, height = _in_picture(found.points)
    outlines = [_outline(found, places, group, one, height) for one in range(found.groups)]
    drawn = np.lexsort((found.points[:, 1], found.points[:, 0]))[:: max(1, -(-len(places) // MOST_DRAWN))]
    marks = [_mark(places[row], int(group[row]), found.groups, bool(found.placed[row])) for row in drawn.tolist()]
    return Drawing(WIDTH, height, marks, outlines, int(beyond.sum()), len(places))


def kind_of(group: int) -> str:
    """The class that colours a group; five colours go round."""
    return f"g{group % len(SHAPES) + 1}"


def _in_picture(points: Floats) -> tuple[Floats, Flags, int]:
    """Pixel positions (n, 2), who lies beyond the picture, and its height."""
    if not len(points):
        return np.zeros((0, 2)), np.zeros(0, dtype=np.bool_), LOWEST
    low, high = np.quantile(points, (0.01, 0.99), axis=0)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 1e-9) * 1.12
    height = int(np.clip(WIDTH * half[1] / half[0], LOWEST, HIGHEST))
    room = np.array([WIDTH / 2 - MARGIN, height / 2 - MARGIN])
    scaled = (points - middle) * (room / half).min()
    beyond = (np.abs(scaled) > room + MARGIN / 3).any(axis=1)
    edge = room + MARGIN / 2
    inside = np.clip(scaled, -edge, edge) * np.array([1.0, -1.0])
    return np.round(inside + np.array([WIDTH / 2, height / 2]), 1), beyond, height


def _mark(place: Floats, group: int, groups: int, is_placed: bool) -> Mark:
    x, y = float(place[0]), float(place[1])
    if group >= 0:
        return Mark(x, y, SHAPES[group % len(SHAPES)], kind_of(group))
    return Mark(x, y, "circle", "crowd" if is_placed and not groups else "none")


def _outline(found: OpinionMap, places: Floats, group: Integers, one: int, height: int) -> Outline:
    members = places[group == one]
    middle = np.median(members, axis=0)
    away = np.hypot(*(members - middle).T)
    core = members[away <= np.quantile(away, CORE)]
    return Outline(
        name=found.letters[one],
        kind=kind_of(one),
        shape=SHAPES[one % len(SHAPES)],
        size=len(members),
        points=_corners(core),
        x=float(np.clip(round(middle[0], 1), MARGIN, WIDTH - MARGIN)),
        y=float(np.clip(round(middle[1], 1), MARGIN, height - MARGIN)),
        place=_place(middle, height),
    )


def _corners(points: Floats) -> str:
    try:
        corners = points[ConvexHull(points).vertices]
    except (QhullError, ValueError):
        return ""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _place(middle: Floats, height: int) -> str:
    across, down = (middle - np.array([WIDTH / 2, height / 2])) / np.array([WIDTH, height])
    if max(abs(across), abs(down)) < 0.06:
        return "middle"
    if abs(across) >= abs(down):
        return "right" if across > 0 else "left"
    return "down" if down > 0 else "up"
