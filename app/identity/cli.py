from __future__ import annotations

import secrets

import click
from flask.cli import AppGroup

from app.identity import actions, ports, queries
from app.identity.models import RoleName
from app.kernel import db, jobs
from app.kernel.access import SYSTEM

cli = AppGroup("identity", help="People and their roles.")


@cli.command("create-person")
@click.argument("email")
@click.option("--name", prompt=True)
@click.option("--password", help="Made up and printed when left out.")
@click.option("--language", type=click.Choice(["da", "en"]), default="da")
def create_person(email: str, name: str, password: str | None, language: str) -> None:
    """Make an account whose address you vouch for."""
    address = email.strip().lower()
    if db.session().scalar(queries.by_email(address)) is not None:
        raise click.ClickException(f"{address} already has an account.")
    secret = password or secrets.token_urlsafe(12)
    person = actions.create_person(name=name, email=address, password=secret, language=language)
    _finish()
    click.echo(f"{person.name} <{address}> has account {person.id}.")
    if password is None:
        click.echo(f"Password: {secret}")


@cli.command("give-role")
@click.argument("email")
@click.argument("role", type=click.Choice([name.value for name in RoleName]))
@click.argument("municipality", required=False)
def give_role(email: str, role: str, municipality: str | None) -> None:
    """Give EMAIL a role, in a MUNICIPALITY named by its name or by the end of its address."""
    person = db.session().scalar(queries.by_email(email))
    if person is None:
        raise click.ClickException(
            f"Nobody has an account with {email}. Make one: flask identity create-person {email}"
        )
    everywhere = RoleName(role) == RoleName.PLATFORM_ADMINISTRATOR
    if everywhere != (municipality is None):
        raise click.ClickException("A platform administrator has no municipality, every other role has one.")
    actions.give_role(person, RoleName(role), _municipality(municipality), by=SYSTEM)
    _finish()
    click.echo(f"{person.name} is now {role.replace('_', ' ')}{f' of {municipality}' if municipality else ''}.")


def _municipality(wanted: str | None) -> int | None:
    if wanted is None:
        return None
    for home in ports.homes():
        if wanted.lower() in {home.name.lower(), home.path.rsplit("/", 1)[-1]}:
            return home.id
    known = ", ".join(home.path.rsplit("/", 1)[-1] for home in ports.homes())
    raise click.ClickException(
        f"There is no municipality called {wanted}. There are: {known or 'none, run flask places seed'}."
    )


def _finish() -> None:
    db.session().commit()
    jobs.send_queued()
