"""Writing `.pb` files: every field that was read is kept, in the order it came."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

from app.budgeting.engine.election import Election


def write_file(election: Election, path: Path) -> None:
    """Write a `.pb` file, packed when its name ends in .gz. The same election gives the same bytes."""
    data = text_of_election(election).encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def text_of_election(election: Election) -> str:
    """The election as `.pb` text."""
    names = columns(election)
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\n")
    rows.writerows([["META"], ["key", "value"], *election.meta.items(), ["PROJECTS"], names])
    rows.writerows([p.fields.get(name, "") for name in names] for p in election.projects)
    rows.writerows([["VOTES"], election.voters.columns])
    rows.writerows(election.voters.rows())
    return out.getvalue()


def columns(election: Election) -> list[str]:
    """The columns of PROJECTS, in the order they were met."""
    names: dict[str, None] = {"project_id": None, "cost": None}
    for project in election.projects:
        names.update(dict.fromkeys(project.fields))
    return list(names)
