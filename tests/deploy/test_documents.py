"""What the documents promise is there: every setting, every link, every picture, every command, every unit."""

from __future__ import annotations

import configparser
import re
from dataclasses import fields
from pathlib import Path

import jsonschema
import pytest
import yaml

from config import ROOT, Config
from deploy.local.commands import PUBLIC

README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
LOCAL_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?) \|", re.MULTILINE)


def test_the_table_of_settings_has_each_setting_once_with_its_usual_value() -> None:
    rows = ROW.findall(README)
    assert [name.lower() for name, _ in rows] == [field.name for field in fields(Config)]
    for name, told in rows:
        usual = str(getattr(Config(), name.lower())).removeprefix(f"{ROOT}/")
        assert f"`{usual}`" in told or told.startswith(("empty", "one for development", "12 MB")), name
        assert not usual if told == "empty" else usual, name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_the_documents_leads_somewhere(page: Path) -> None:
    gone = [link for link in LOCAL_LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert not gone


def test_pictures_are_small_and_described() -> None:
    for picture in (ROOT / "docs" / "images").iterdir():
        assert picture.stat().st_size < 200_000, picture
        told = re.findall(rf"!\[([^\]]+)\]\([^)]*{picture.name}\)", "\n".join(page.read_text() for page in PAGES))
        assert told, f"{picture.name} is nowhere shown"


def test_each_command_is_told_of_wherever_commands_are() -> None:
    makefile, running = (ROOT / "Makefile").read_text(), (ROOT / "docs" / "running.md").read_text()
    for command in PUBLIC:
        assert f"`make {command}`" in running, command
        assert re.search(rf"^[\w ]*\b{command}\b[\w ]*:\n", makefile, re.MULTILINE), command


def test_the_licence_is_whole_and_named_alike() -> None:
    licence = (ROOT / "LICENSE").read_text()
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert all(f"\n{number}." in licence for number in range(1, 16))
    assert "‘Compatible Licences’ according to Article 5 EUPL are:" in licence
    assert "EUPL-1.2" in README


def test_publiccode_tells_catalogues_what_they_ask() -> None:
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    jsonschema.validate(told, PUBLICCODE)
    for text in told["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert all(len(feature) <= 100 for feature in text["features"])


def sandbox(unit: Path) -> str:
    return unit.read_text().partition("# The sandbox")[2].partition("[Install]")[0]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_each_unit_starts_a_part_of_the_procfile_and_is_kept_in_a_sandbox(unit: Path) -> None:
    parts = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(unit)
    service = read["Service"]
    program, _, words = service["ExecStart"].rpartition("/bin/")[2].partition(" ")
    part = parts[unit.stem.removeprefix("torvet-")]
    assert part.startswith(program)
    assert words.split()[-2:] == part.split()[-2:] or words.split()[-1] == part.split()[-1]
    assert sandbox(unit) == sandbox(UNITS[0])


TEXT = {"type": "string", "minLength": 1}
WORDS = {"type": "array", "items": TEXT, "minItems": 1}
PUBLICCODE = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        *("publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType"),
        *("description", "legal", "maintenance", "localisation"),
    ],
    "properties": {
        "publiccodeYmlVersion": {"enum": ["0.4", "0.4.0", "0.5", "0.5.0"]},
        "name": TEXT,
        "url": {"type": "string", "pattern": "^https://"},
        "landingURL": {"type": "string", "pattern": "^https://"},
        "releaseDate": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "softwareVersion": TEXT,
        "platforms": WORDS,
        "categories": WORDS,
        "developmentStatus": {"enum": ["concept", "development", "beta", "stable", "obsolete"]},
        "softwareType": {"enum": ["standalone/web", "standalone/other", "library", "addon"]},
        "intendedAudience": {"type": "object"},
        "description": {
            "type": "object",
            "patternProperties": {
                "^[a-z]{2}$": {"type": "object", "required": ["shortDescription", "longDescription", "features"]}
            },
            "additionalProperties": False,
        },
        "legal": {"type": "object", "required": ["license"]},
        "maintenance": {
            "type": "object",
            "required": ["type", "contacts"],
            "properties": {"type": {"enum": ["internal", "contract", "community", "none"]}},
        },
        "localisation": {"type": "object", "required": ["localisationReady", "availableLanguages"]},
        "dependsOn": {"type": "object"},
    },
}
"""The fields of publiccode.yml 0.4 that are used here: https://yml.publiccode.tools/schema.core.html"""
