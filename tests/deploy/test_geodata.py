"""A square that is started beside a folder of open data gets its real boundaries and names of places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click import ClickException
from flask import Flask

from app.kernel import db
from app.places.models import PlaceName
from app.places.names.queries import find
from deploy.local import geodata
from tests.factories import places

RING = [[10.0, 56.0], [10.5, 56.0], [10.5, 56.5], [10.0, 56.5], [10.0, 56.0]]


def filled(folder: Path, code: str) -> Path:
    shape = {"type": "Polygon", "coordinates": [RING]}
    feature = {"type": "Feature", "properties": {"code": code}, "geometry": shape}
    (folder / geodata.BOUNDARIES).write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    (folder / "bra_parishes.csv").write_text(f"parish_code,name,municipality_code\n1,Onsbjerg,{code}\n")
    return folder


def load(app: Flask, source: Path) -> list[str]:
    """Load, and give back the commands that were run."""
    ran: list[str] = []

    def flask(*words: str) -> None:
        ran.append(words[1])
        done = app.test_cli_runner().invoke(args=list(words), standalone_mode=False)
        if isinstance(done.exception, ClickException):
            raise done.exception

    geodata.load(app.settings.database_url, flask, source)  # type: ignore[attr-defined]
    return ran


def test_boundaries_and_names_are_loaded_once(committed: Flask, tmp_path: Path) -> None:
    town = places.municipality(code="0741", name="Øen")
    db.session().commit()
    assert load(committed, filled(tmp_path, "0741")) == ["import", "import-names"]
    assert load(committed, tmp_path) == []
    db.session().rollback()
    assert find("Onsbjerg").municipality == town


def test_without_the_folder_nothing_is_done(committed: Flask, tmp_path: Path) -> None:
    assert load(committed, tmp_path / "nowhere") == []


def test_a_faulty_file_is_told_and_passed_over(
    committed: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places.municipality(code="0741")
    db.session().commit()
    assert load(committed, filled(tmp_path, "0999")) == ["import", "import-names"]
    assert "no municipality here has the code “0999”" in "".join(capsys.readouterr())
    assert db.session().query(PlaceName).count() == 0


def test_the_folder_is_named_by_a_variable_or_lies_beside_the_project() -> None:
    assert geodata.folder({"TORVET_DATA": "/data"}) == Path("/data/geo")
    assert geodata.folder({}).parts[-3:] == ("shared", "data", "geo")
