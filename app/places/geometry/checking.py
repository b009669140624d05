"""Is this file a complete, sound set of boundaries? Every fault is one sentence that names the feature."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

DENMARK = (7.0, 54.0, 16.0, 58.5)
"""West, south, east, north."""
WGS84_NAMES = ("CRS84", "EPSG::4326", "EPSG:4326")
OVERLAP_TOLERANCE = 0.001
"""Neighbours may overlap by a thousandth of the smaller one: sources round their borders differently."""

Boundaries = dict[str, dict[str, Any]]


class BadBoundaries(ValueError):
    """The file cannot be used. `faults` says why, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def read(content: bytes, known: Mapping[str, str]) -> Boundaries:
    """The GeoJSON geometry of each known code (code → name); raise BadBoundaries unless all is well."""
    features = _features(content)
    faults: list[str] = []
    shapes: dict[str, BaseGeometry] = {}
    for number, feature in enumerate(features, 1):
        code, fault = _code(feature, known, shapes)
        where = f"Feature {number}" + (f" ({known[code]})" if code in known else "")
        geometry = None if fault else _shape(feature)
        fault = fault or _fault_of(geometry)
        if fault:
            faults.append(f"{where}: {fault}")
        elif isinstance(geometry, BaseGeometry):
            shapes[code] = geometry
    if not faults:
        faults = [*_missing(shapes, known), *_overlaps(shapes, known)]
    if faults:
        raise BadBoundaries(faults)
    return {code: json.loads(json.dumps(mapping(geometry))) for code, geometry in shapes.items()}


def _features(content: bytes) -> list[Any]:
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise BadBoundaries([f"This is not JSON: {fault}."]) from None
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise BadBoundaries(["This is not GeoJSON with boundaries: its type must be “FeatureCollection”."])
    named = json.dumps(found.get("crs") or "CRS84")
    if not any(name in named for name in WGS84_NAMES):
        raise BadBoundaries([f"The coordinates must be WGS84 (EPSG:4326), but the file says {named[:120]}."])
    features = found.get("features")
    if not isinstance(features, list) or not features:
        raise BadBoundaries(["The collection has no features."])
    return features


def _code(feature: Any, known: Mapping[str, str], seen: Mapping[str, Any]) -> tuple[str, str | None]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    if not isinstance(code, str):
        return "", "it needs a property “code”, four digits in quotation marks, such as “0751”."
    if code not in known:
        return code, f"no municipality here has the code “{code}”."
    return code, "its code is used twice." if code in seen else None


def _shape(feature: dict[str, Any]) -> BaseGeometry | str:
    """The geometry of a feature, or what is wrong with it."""
    raw = feature.get("geometry")
    if not isinstance(raw, dict) or raw.get("type") not in {"Polygon", "MultiPolygon"}:
        return "its geometry must be a Polygon or a MultiPolygon."
    try:
        geometry = shapely.force_2d(shape(raw))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        return "its coordinates cannot be read."
    return "it is empty." if geometry.is_empty else geometry


def _fault_of(geometry: BaseGeometry | str | None) -> str | None:
    if not isinstance(geometry, BaseGeometry):
        return geometry
    west, south, east, north = geometry.bounds
    if not all(map(math.isfinite, (west, south, east, north))):
        return "it has coordinates that are not numbers."
    if not (DENMARK[0] <= west and east <= DENMARK[2] and DENMARK[1] <= south and north <= DENMARK[3]):
        swapped = DENMARK[1] <= west and east <= DENMARK[3]
        hint = "latitude seems to come first" if swapped else "are they in metres?"
        return f"it lies outside Denmark in WGS84 degrees, longitude first ({west:g} {south:g}: {hint})."
    return None if geometry.is_valid else f"its outline is not valid: {explain_validity(geometry)}."


def _missing(shapes: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[str]:
    for code in sorted(set(known) - set(shapes)):
        yield f"{known[code]} ({code}) is missing."


def _overlaps(shapes: Mapping[str, BaseGeometry], known: Mapping[str, str]) -> Iterator[str]:
    for (one, left), (other, right) in combinations(sorted(shapes.items()), 2):
        shared = left.intersection(right).area / min(left.area, right.area)
        if shared > OVERLAP_TOLERANCE:
            yield f"{known[one]} and {known[other]} overlap by {shared:.1%} of the smaller one."
