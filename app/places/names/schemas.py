"""What the files of place names hold. Every fault is one sentence that names the file and the line."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.places.names.models import NameKind, key_of

LARGEST = 20 * 1024 * 1024
LONGEST = 100
DAGI = "Indeholder data fra Klimadatastyrelsen, DAGI (via DAWA), september 2021"
AARHUS = "Aarhus Kommune, Open Data DK, CC BY 4.0"

Row = Mapping[str, Any]
Numbered = Iterator[tuple[int, Row]]


class BadNames(ValueError):
    """The files cannot be used. `faults` says why, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Name:
    """One name in one municipality, by its code."""

    kind: NameKind
    code: str
    name: str
    municipality_code: str
    share: float
    source: str


@dataclass(frozen=True)
class File:
    """A file of names: how it is read, and under which columns its code and its municipalities stand."""

    kind: NameKind
    rows: Callable[[Path], Numbered]
    code: str
    shares: Callable[[Row], dict[str, float]]
    source: str


def _of_csv(path: Path) -> Numbered:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from enumerate(csv.DictReader(lines), 2)


def _of_geojson(path: Path) -> Numbered:
    collection = json.loads(path.read_text(encoding="utf-8-sig"))
    yield from enumerate((feature["properties"] for feature in collection["features"]), 1)


def _several(row: Row) -> dict[str, float]:
    pairs = (pair.partition(":") for pair in row["municipality_land_shares"].split(";"))
    return {code: float(share) for code, _colon, share in pairs}


def _one(row: Row) -> dict[str, float]:
    return {row["municipality_code"]: 1.0}


FILES = {
    "bra_postcodes.csv": File(NameKind.POSTCODE, _of_csv, "postcode", _several, DAGI),
    "bra_parishes.csv": File(NameKind.PARISH, _of_csv, "parish_code", _one, DAGI),
    "aarhus_local_communities.geojson": File(NameKind.COMMUNITY, _of_geojson, "code", _one, AARHUS),
}


def read(folder: Path, known: Mapping[str, str]) -> list[Name]:
    """The names in the municipalities known by code; raise BadNames unless all is well."""
    present = {folder / name: file for name, file in FILES.items() if (folder / name).is_file()}
    if not present:
        raise BadNames([f"There is none of these files: {', '.join(FILES)}."])
    names: list[Name] = []
    faults: list[str] = []
    for path, file in present.items():
        for number, name in _read(path, file):
            if isinstance(name, str):
                faults.append(f"{path.name}, {number}: {name}")
            elif name.municipality_code in known:
                names.append(name)
    if not faults and not names:
        faults = ["None of the names lies in one of the municipalities here."]
    if faults:
        raise BadNames(faults)
    return names


def _read(path: Path, file: File) -> Iterator[tuple[int, Name | str]]:
    """Every name with its line, or what is wrong there."""
    if path.stat().st_size > LARGEST:
        yield 0, "the file is larger than 20 MB."
        return
    seen: set[str] = set()
    try:
        for number, row in file.rows(path):
            for name in _names(row, file, seen):
                yield number, name
    except (ValueError, KeyError, TypeError, csv.Error, RecursionError) as fault:
        yield 0, f"the file cannot be read ({type(fault).__name__}: {fault})."


def _names(row: Row, file: File, seen: set[str]) -> Iterator[Name | str]:
    try:
        code, name, shares = str(row[file.code]).strip(), str(row["name"]).strip(), file.shares(row)
    except (KeyError, ValueError, TypeError, AttributeError):
        yield f"it needs “{file.code}”, “name” and the municipality it lies in."
        return
    fault = _fault(file.kind, code, name, shares, seen)
    seen.add(code)
    if fault:
        yield fault
    else:
        yield from (Name(file.kind, code, name, where, share, file.source) for where, share in shares.items())


def _fault(kind: NameKind, code: str, name: str, shares: Mapping[str, float], seen: set[str]) -> str | None:
    if not code or code in seen:
        return f"its code “{code}” is used twice." if code else "it has no code."
    if kind == NameKind.POSTCODE and not (len(code) == 4 and code.isascii() and code.isdigit()):
        return f"“{code}” is no postcode of four digits."
    if not key_of(name) or len(name) > LONGEST:
        return f"“{name[:40]}” is no name of 1 to {LONGEST} letters."
    if not all(0 < share <= 1 for share in shares.values()):
        return "a share of its land is not between 0 and 1."
    return None
