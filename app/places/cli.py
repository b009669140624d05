from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.kernel import db
from app.kernel.access import SYSTEM
from app.places import actions, queries
from app.places.geometry.checking import BadBoundaries, read
from app.places.names import schemas
from app.places.names.actions import import_names

cli = AppGroup("places", help="Municipalities and their boundaries.")

LARGEST = 100 * 1024 * 1024


@cli.command()
def seed() -> None:
    """Write down the twelve municipalities; safe to repeat."""
    new = actions.seed()
    db.session().commit()
    click.echo(f"{new} municipalities are new, {len(actions.TWELVE) - new} were there already.")


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only check the file; change nothing.")
@click.option("--source", default=schemas.DAGI, show_default=True, help="The attribution shown on every map.")
def import_boundaries(file: Path, check: bool, source: str) -> None:
    """Load the boundaries of all municipalities from a GeoJSON FILE in WGS84."""
    known = _known()
    if file.stat().st_size > LARGEST:
        raise click.ClickException(f"{file} is larger than 100 MB. Simplify the boundaries first.")
    try:
        boundaries = read(file.read_bytes(), known)
    except BadBoundaries as bad:
        raise _unusable(file, bad.faults) from None
    if not check:
        actions.import_boundaries(boundaries, source=source, by=SYSTEM)
        db.session().commit()
    click.echo(f"{len(boundaries)} boundaries are {'sound' if check else 'imported'}.")


@cli.command("import-names")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only check the files; change nothing.")
def load_names(folder: Path, check: bool) -> None:
    """Load postcodes, parishes and local communities from the files in FOLDER, in place of those that were loaded."""
    known = _known()
    try:
        names = schemas.read(folder, known)
    except schemas.BadNames as bad:
        raise _unusable(folder, bad.faults) from None
    number = len({(name.kind, name.code) for name in names})
    if not check:
        import_names(names, by=SYSTEM)
        db.session().commit()
    click.echo(f"{number} names of places are {'sound' if check else 'imported'}.")


def _known() -> dict[str, str]:
    known = {row.code: row.name for row in queries.everyone()}
    if not known:
        raise click.ClickException("There are no municipalities yet. Run: flask places seed")
    return known


def _unusable(path: Path, faults: list[str]) -> click.ClickException:
    return click.ClickException(f"{path} cannot be used:\n" + "\n".join(f"- {fault}" for fault in faults))
