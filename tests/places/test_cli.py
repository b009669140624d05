from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from app.places.models import Municipality
from tests.factories import places

RING = [[10.0, 56.0], [10.5, 56.0], [10.5, 56.5], [10.0, 56.5], [10.0, 56.0]]


def written(folder: Path, code: str) -> Path:
    geometry = {"type": "Polygon", "coordinates": [RING]}
    feature: dict[str, Any] = {"type": "Feature", "properties": {"code": code}, "geometry": geometry}
    path = folder / "boundaries.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def test_an_import_stores_boundary_source_and_moment(app: Flask, session: Session, tmp_path: Path) -> None:
    town = places.municipality(code="0741")
    session.commit()
    file = str(written(tmp_path, "0741"))
    done = app.test_cli_runner().invoke(args=["places", "import", file, "--source", "Et kort"])
    assert done.output == "1 boundaries are imported.\n"
    session.refresh(town, ["boundary", "boundary_source", "boundary_at"])
    assert town.boundary == {"type": "Polygon", "coordinates": [RING]}
    assert town.boundary_source == "Et kort"
    assert town.boundary_at is not None


def test_a_check_changes_nothing(app: Flask, session: Session, tmp_path: Path) -> None:
    town = places.municipality(code="0741")
    session.commit()
    done = app.test_cli_runner().invoke(args=["places", "import", str(written(tmp_path, "0741")), "--check"])
    assert done.output == "1 boundaries are sound.\n"
    session.refresh(town)
    assert town.boundary_at is None


def test_a_faulty_file_ends_in_a_list_of_faults_and_changes_nothing(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    places.municipality(code="0741", name="Øen")
    session.commit()
    done = app.test_cli_runner().invoke(args=["places", "import", str(written(tmp_path, "0999"))])
    assert done.exit_code == 1
    assert "no municipality here has the code “0999”" in done.output
    assert session.query(Municipality).filter(Municipality.boundary_at.is_not(None)).count() == 0


def test_an_import_before_the_seed_says_what_to_run(app: Flask, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(args=["places", "import", str(written(tmp_path, "0741"))])
    assert "flask places seed" in done.output
