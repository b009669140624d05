"""Writing `.pb` files: every field that was read is kept, in the order it came."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.budgeting.engine.election import Election


def write_file(election: Election, path: Path) -> None:
    """Write a `.pb` file, packed when its name ends in .gz. The same election gives the same bytes."""
    data = text_of_election(election).encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def text_of_election(election: Election) -> str:
    """The election as `.pb` text."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\n")
    columns = _columns(election)
    _section(rows, "META", ("key", "value"), election.meta.items())
    _section(rows, "PROJECTS", columns, ([p.fields.get(name, "") for name in columns] for p in election.projects))
    _section(rows, "VOTES", election.voters.columns, election.voters.rows())
    return out.getvalue()


def _columns(election: Election) -> list[str]:
    names: dict[str, None] = {"project_id": None, "cost": None}
    for project in election.projects:
        names.update(dict.fromkeys(project.fields))
    return list(names)


def _section(rows: object, title: str, header: Sequence[str], body: Iterable[Iterable[str]]) -> None:
    writer = rows  # a csv writer has no public type
    writer.writerow([title])  # type: ignore[attr-defined]
    writer.writerow(header)  # type: ignore[attr-defined]
    writer.writerows(body)  # type: ignore[attr-defined]
