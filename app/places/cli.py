from __future__ import annotations

import click
from flask.cli import AppGroup

from app.kernel import db
from app.places import actions

cli = AppGroup("places", help="Municipalities and their boundaries.")


@cli.command()
def seed() -> None:
    """Write down the twelve municipalities; safe to repeat."""
    new = actions.seed()
    db.session().commit()
    click.echo(f"{new} municipalities are new, {len(actions.TWELVE) - new} were there already.")
