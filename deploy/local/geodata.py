"""Real boundaries and names of places, from the folder of open data beside the project, where there is one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
from click import ClickException

from deploy.local import say
from deploy.local.place import ROOT

BOUNDARIES = "bra_municipalities.geojson"
MISSING = "SELECT count(boundary_at) = 0 FROM municipalities", "SELECT count(*) = 0 FROM place_names"


def folder(environ: Mapping[str, str] = os.environ) -> Path:
    """`TORVET_DATA`, or `shared/data` beside the project."""
    return Path(environ.get("TORVET_DATA") or ROOT.parent / "shared" / "data") / "geo"


def load(url: str, flask: Callable[..., None], source: Path) -> None:
    """Import what is not there yet. A square without it works too, so a faulty file is told and passed over."""
    if not (source / BOUNDARIES).is_file():
        return
    commands = ("import", source / BOUNDARIES), ("import-names", source)
    for question, (verb, path) in zip(MISSING, commands, strict=True):
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute(question).fetchone()
        if row is None or not row[0]:
            continue
        try:
            flask("places", verb, str(path))
        except ClickException as fault:
            say.fault(fault.message)
