from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.kernel import db
from app.kernel.access import SYSTEM
from app.places import actions, queries
from app.places.geometry.checking import BadBoundaries, read

cli = AppGroup("places", help="Municipalities and their boundaries.")

LARGEST = 100 * 1024 * 1024
DAGI = "Indeholder data fra Klimadatastyrelsen, DAGI (via DAWA), september 2021"


@cli.command()
def seed() -> None:
    """Write down the twelve municipalities; safe to repeat."""
    new = actions.seed()
    db.session().commit()
    click.echo(f"{new} municipalities are new, {len(actions.TWELVE) - new} were there already.")


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only check the file; change nothing.")
@click.option("--source", default=DAGI, show_default=True, help="The attribution shown on every map.")
def import_boundaries(file: Path, check: bool, source: str) -> None:
    """Load the boundaries of all municipalities from a GeoJSON FILE in WGS84."""
    known = {row.code: row.name for row in queries.everyone()}
    if not known:
        raise click.ClickException("There are no municipalities yet. Run: flask places seed")
    if file.stat().st_size > LARGEST:
        raise click.ClickException(f"{file} is larger than 100 MB. Simplify the boundaries first.")
    try:
        boundaries = read(file.read_bytes(), known)
    except BadBoundaries as bad:
        raise click.ClickException(
            f"{file} cannot be used:\n" + "\n".join(f"- {fault}" for fault in bad.faults)
        ) from None
    if not check:
        actions.import_boundaries(boundaries, source=source, by=SYSTEM)
        db.session().commit()
    click.echo(f"{len(boundaries)} boundaries are {'sound' if check else 'imported'}.")
