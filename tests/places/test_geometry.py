from __future__ import annotations

import json
from typing import Any

import pytest

from app.places.geometry.atlas import Atlas
from app.places.geometry.checking import BadBoundaries, read

KNOWN = {"0001": "Øst", "0002": "Vest"}


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code: Any, geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


EAST, WEST = box(10.0, 56.0, 10.5, 56.5), box(9.5, 56.0, 10.0, 56.5)


def file(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


def faults(content: bytes) -> str:
    with pytest.raises(BadBoundaries) as raised:
        read(content, KNOWN)
    return "\n".join(raised.value.faults)


def test_a_sound_file_gives_a_boundary_for_each_code() -> None:
    found = read(file(feature("0001", EAST), feature("0002", WEST)), KNOWN)
    assert set(found) == {"0001", "0002"}
    assert found["0001"]["type"] == "Polygon"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"not json", "This is not JSON"),
        (b"\xff\xfe\x00", "This is not JSON"),
        (b"[" * 100_000, "This is not JSON"),
        (b'{"type": "Feature"}', "must be “FeatureCollection”"),
        (b'{"type": "FeatureCollection", "features": []}', "has no features"),
        (b'{"type": "FeatureCollection", "features": {"a": 1}}', "has no features"),
        (file(feature("0001", EAST), crs={"properties": {"name": "EPSG:25832"}}), "must be WGS84"),
        (file(feature(751, EAST)), "four digits in quotation marks"),
        (file("nonsense"), "four digits in quotation marks"),
        (file(feature("0001", EAST), feature("9999", WEST)), "no municipality here has the code “9999”"),
        (file(feature("0001", EAST), feature("0001", WEST)), "its code is used twice"),
        (file(feature("0001", {"type": "Point", "coordinates": [10, 56]})), "must be a Polygon"),
        (file(feature("0001", {"type": "Polygon", "coordinates": [[["x", 1]]]})), "coordinates cannot be read"),
        (file(feature("0001", {"type": "Polygon", "coordinates": []})), "it is empty"),
        (file(feature("0001", {"type": "Polygon"})), "coordinates cannot be read"),
        (file(feature("0001", box(56.0, 10.0, 56.5, 10.5))), "latitude seems to come first"),
        (file(feature("0001", box(560_000, 6_200_000, 570_000, 6_210_000))), "are they in metres?"),
        (file(feature("0001", EAST)), "Vest (0002) is missing"),
        (file(feature("0001", EAST), feature("0002", box(9.5, 56.0, 10.1, 56.5))), "Øst and Vest overlap by"),
    ],
)
def test_an_unusable_file_is_refused_with_a_clear_sentence(content: bytes, fault: str) -> None:
    assert fault in faults(content)


def test_an_outline_that_crosses_itself_is_refused_with_the_place() -> None:
    bow = {"type": "Polygon", "coordinates": [[[10, 56], [10.5, 56.5], [10.5, 56], [10, 56.5], [10, 56]]]}
    assert "Øst" in faults(file(feature("0001", bow)))
    assert "Self-intersection[10.25 56.25]" in faults(file(feature("0001", bow)))


def test_a_hair_of_overlap_is_tolerated() -> None:
    assert read(file(feature("0001", EAST), feature("0002", box(9.5, 56.0, 10.0001, 56.5))), KNOWN)


def test_a_point_is_held_by_the_polygon_around_it() -> None:
    atlas = Atlas({1: EAST, 2: WEST})
    assert atlas.holding(10.25, 56.25) == 1
    assert atlas.holding(9.75, 56.25) == 2
    assert atlas.holding(12.0, 56.25) is None


def test_a_point_on_the_border_is_held_by_one_of_the_two_always_the_same() -> None:
    assert Atlas({1: EAST, 2: WEST}).holding(10.0, 56.25) == 1
    assert Atlas({2: WEST, 1: EAST}).holding(10.0, 56.25) == 1


def test_the_nearest_is_told_with_its_distance_in_kilometres() -> None:
    atlas = Atlas({1: EAST, 2: WEST})
    assert atlas.nearest(10.25, 56.25) == (1, 0.0)
    nearest = atlas.nearest(10.6, 56.25)
    assert nearest is not None
    assert nearest[0] == 1
    assert nearest[1] == pytest.approx(6.2, abs=0.1)


def test_without_boundaries_nothing_holds_and_nothing_is_near() -> None:
    empty = Atlas({})
    assert empty.holding(10.0, 56.0) is None
    assert empty.nearest(10.0, 56.0) is None
    assert empty.outlines() == {}
