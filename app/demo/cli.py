from __future__ import annotations

import time

import click
from flask import current_app
from flask.cli import AppGroup

from app.demo import actions
from app.demo.actions.square import PASSWORD
from app.kernel import db
from app.kernel.settings import settings

cli = AppGroup("demo", help="A square to look around in, or to measure with.")


@cli.command()
@click.option("--seed", default=751, show_default=True, help="The same number makes the same square.")
@click.option("--scale", type=click.IntRange(1, 1_000_000), help="Add so many ideas, with all that belongs to them.")
def load(seed: int, scale: int | None) -> None:
    """Fill an empty database with the demo square; with --scale also by the thousand."""
    if settings(current_app).production:
        raise click.ClickException("The demo square has known passwords and is never loaded in production.")
    began = time.monotonic()
    if not actions.is_loaded():
        square = actions.load(seed)
        click.echo(f"{len(square.challenges)} challenges, {len(square.proposals)} ideas.")
    elif scale is None:
        raise click.ClickException("There are people here already. The demo square is only loaded into an empty one.")
    if scale is not None:
        counts = actions.load_scale(scale, seed)
        click.echo(", ".join(f"{number:,} {name}" for name, number in counts.items()) + ".")
    db.session().commit()
    click.echo(f"Loaded in {time.monotonic() - began:.1f} s.")


@cli.command("sign-ins")
def sign_ins() -> None:
    """Tell whom one can sign in as."""
    click.echo(f"Sign in with the password {PASSWORD} as")
    for address, role in actions.SIGN_INS.items():
        click.echo(f"  {address:32} {role}")
