"""An election as a folder of CSV tables, for spreadsheets: meta.csv, projects.csv, ballots.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.budgeting.engine.election import Election
from app.budgeting.engine.pabulib.problems import PabulibError, Problem, fail
from app.budgeting.engine.pabulib.reader import read_text
from app.budgeting.engine.pabulib.source import MOST_COLUMNS, read_bytes, text_of
from app.budgeting.engine.pabulib.writer import columns

NEEDED = ("budget", "vote_type")


def write_tables(election: Election, folder: Path) -> None:
    """Write the three tables, comma-separated, in UTF-8 with a byte order mark as spreadsheets want it."""
    folder.mkdir(parents=True, exist_ok=True)
    names = columns(election)
    _write(folder / "meta.csv", ("key", "value"), election.meta.items())
    _write(folder / "projects.csv", names, ([p.fields.get(name, "") for name in names] for p in election.projects))
    _write(folder / "ballots.csv", election.voters.columns, election.voters.rows())


def read_tables(folder: Path) -> Election:
    """The election in such a folder. Ballots are one row per voter with a list in `vote`, or one row per project named,
    with the columns voter_id, project_id and, where there are points, points."""
    meta = {row[0]: row[1] if len(row) > 1 else "" for row in _read(folder / "meta.csv")[1]}
    header, projects = _read(folder / "projects.csv")
    columns_of_votes, ballots = _one_per_voter(*_read(folder / "ballots.csv"))
    missing = [Problem(0, f"meta.csv, {key}", f"a row {key}") for key in NEEDED if not meta.get(key)]
    if missing:
        raise PabulibError(missing)
    meta |= {"num_projects": str(len(projects)), "num_votes": str(len(ballots))}
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\n")
    rows.writerows([["META"], ["key", "value"], *meta.items(), ["PROJECTS"], header, *projects])
    rows.writerows([["VOTES"], columns_of_votes, *ballots])
    return read_text(out.getvalue())


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a table with commas, semicolons or tabs between the cells."""
    text = text_of(read_bytes(path))
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise fail(0, path.name, "a CSV table", str(error)) from error
    rows = [row for row in rows if any(row)]
    if not rows or len(rows[0]) > MOST_COLUMNS:
        raise fail(1, path.name, f"a header of at most {MOST_COLUMNS} columns")
    width = len(rows[0])
    for number, row in enumerate(rows[1:], 2):
        if len(row) > width:
            raise fail(number, path.name, f"{width} cells", f"{len(row)} cells")
    return [name.lower() for name in rows[0]], [(row + [""] * width)[:width] for row in rows[1:]]


def _one_per_voter(header: Sequence[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    if "vote" in header or "project_id" not in header or "voter_id" not in header:
        return list(header), rows
    voter, project = header.index("voter_id"), header.index("project_id")
    points = header.index("points") if "points" in header else None
    votes: dict[str, list[str]] = {}
    given: dict[str, list[str]] = {}
    for row in rows:
        named = votes.setdefault(row[voter], [])
        if row[project]:
            named.append(row[project])
            given.setdefault(row[voter], []).append("" if points is None else row[points])
    if points is None:
        return ["voter_id", "vote"], [[name, ",".join(named)] for name, named in votes.items()]
    return ["voter_id", "vote", "points"], [
        [name, ",".join(named), ",".join(given.get(name, []))] for name, named in votes.items()
    ]
