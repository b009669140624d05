from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Person, Role, RoleName
from tests.factories import identity, places


def run(app: Flask, *args: str) -> str:
    return app.test_cli_runner().invoke(args=["identity", *args]).output


def test_an_account_made_by_command_signs_in_at_once(app: Flask, session: Session) -> None:
    said = run(app, "create-person", "Anna@example.org", "--name", "Anna", "--password", "tre kloge kaniner")
    assert "Anna <anna@example.org> has account" in said
    person = session.scalars(select(Person)).one()
    assert person.email_verified_at is not None
    assert person.has_password("tre kloge kaniner")
    assert "already has an account" in run(app, "create-person", "anna@example.org", "--name", "Anna")


def test_a_password_is_made_up_and_said_once(app: Flask, session: Session) -> None:
    said = run(app, "create-person", "anna@example.org", "--name", "Anna")
    password = said.rsplit("Password: ", 1)[1].strip()
    assert session.scalars(select(Person)).one().has_password(password)


def test_roles_are_given_by_address_and_name_of_the_municipality(app: Flask, session: Session) -> None:
    town = places.municipality(name="Samsø", slug="samsoe")
    identity.person(email="anna@example.org", name="Anna")
    session.commit()
    assert "Anna is now moderator of samsoe." in run(app, "give-role", "anna@example.org", "moderator", "samsoe")
    assert "Anna is now administrator of Samsø." in run(app, "give-role", "anna@example.org", "administrator", "Samsø")
    assert "platform administrator." in run(app, "give-role", "anna@example.org", "platform_administrator")
    held = session.execute(select(Role.name, Role.municipality_id).order_by(Role.id)).all()
    assert [tuple(row) for row in held] == [
        (RoleName.MODERATOR, town.id),
        (RoleName.ADMINISTRATOR, town.id),
        (RoleName.PLATFORM_ADMINISTRATOR, None),
    ]


def test_a_wrong_command_says_what_to_do(app: Flask, session: Session) -> None:
    identity.person(email="anna@example.org")
    places.municipality(slug="samsoe")
    session.commit()
    assert "flask identity create-person" in run(app, "give-role", "ingen@example.org", "moderator", "samsoe")
    assert "There are: samsoe" in run(app, "give-role", "anna@example.org", "moderator", "bornholm")
    assert "has no municipality" in run(app, "give-role", "anna@example.org", "platform_administrator", "samsoe")
    assert "every other role has one" in run(app, "give-role", "anna@example.org", "moderator")
    assert session.scalar(select(Role.id)) is None
