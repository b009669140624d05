"""The boundaries of one version, ready for questions: which holds this point, which is nearest, how are they drawn?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import mapping, shape

KM_PER_DEGREE = 111.32
SCALE = np.array([KM_PER_DEGREE * math.cos(math.radians(56.2)), KM_PER_DEGREE])
"""Kilometres per degree of longitude and latitude in East Jutland; over the region it errs by less than 1 %."""
DRAWN_WITHIN = 0.25
"""Kilometres: detail smaller than this is left out of the drawing."""


class Atlas:
    """Polygons by id, in a tree. Empty before an import."""

    def __init__(self, boundaries: Mapping[int, Any]) -> None:
        self.ids = sorted(boundaries)
        shapes = [shape(boundaries[key]) for key in self.ids]
        self.shapes = [shapely.transform(one, lambda degrees: degrees * SCALE) for one in shapes]
        shapely.prepare(self.shapes)
        self.tree = STRtree(self.shapes)

    def holding(self, longitude: float, latitude: float) -> int | None:
        """The id whose polygon holds the point; on a shared border the smaller id."""
        found = self.tree.query(_point(longitude, latitude), predicate="intersects")
        return self.ids[int(found.min())] if found.size else None

    def nearest(self, longitude: float, latitude: float) -> tuple[int, float] | None:
        """The nearest id and how far away it is in kilometres; 0 inside."""
        if not self.ids:
            return None
        found, distances = self.tree.query_nearest(_point(longitude, latitude), return_distance=True, all_matches=True)
        return self.ids[int(found.min())], float(distances[0])

    def outlines(self) -> dict[int, dict[str, Any]]:
        """A GeoJSON geometry of few points for each id; neighbours keep the same border."""
        if not self.ids:
            return {}
        simple = shapely.coverage_simplify(self.shapes, DRAWN_WITHIN)
        degrees = [shapely.transform(one, lambda km: np.round(km / SCALE, 4)) for one in simple]
        return dict(zip(self.ids, (mapping(one) for one in degrees), strict=True))


def _point(longitude: float, latitude: float) -> shapely.Point:
    return shapely.Point(np.array([longitude, latitude]) * SCALE)
