"""Brings the database up to date and fills the square once. Runs in a process of its own, which then ends."""

from __future__ import annotations

import psycopg
from alembic import command
from alembic.config import Config as Alembic
from flask import Flask
from flask.cli import ScriptInfo
from psycopg import sql

from app import create_app
from config import Config, ConfigError
from deploy.local import say
from deploy.local.place import ROOT
from deploy.local.trouble import Trouble

FILLED = "Torvet: the demo square is loaded"
"""Written on the database itself, so that it goes where the data go."""


def prepare(*, fill: bool) -> None:
    """Check the settings, migrate, and load the demo square unless it is there or `fill` is false."""
    try:
        config = Config.from_env()
    except ConfigError as fault:
        raise Trouble(str(fault)) from fault
    try:
        command.upgrade(Alembic(toml_file=ROOT / "pyproject.toml"), "head")
        app = create_app(config)
        if "demo" in app.cli.commands:
            if fill:
                _fill(app, config)
            _introduce(app)
    except psycopg.OperationalError as error:
        raise Trouble(f"The database cannot be reached: {error}") from error


def _fill(app: Flask, config: Config) -> None:
    with psycopg.connect(config.database_url, autocommit=True) as connection:
        if _comment(connection) != FILLED:
            say.line("Loading the demo square …")
            _flask(app, "demo", "load")
            name = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(FILLED)))


def _introduce(app: Flask) -> None:
    """Print the demo sign-ins, if the demo square can tell them."""
    group = app.cli.commands["demo"]
    if "sign-ins" in getattr(group, "commands", {}):
        _flask(app, "demo", "sign-ins")


def _flask(app: Flask, *words: str) -> None:
    app.cli.main(args=list(words), prog_name="flask", standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))


def _comment(connection: psycopg.Connection) -> str | None:
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    return row[0] if row else None
