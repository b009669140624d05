"""Brings the database up to date and fills the square once. Runs in a process of its own, which then ends."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from functools import partial

import psycopg
from alembic import command
from alembic.config import Config as Alembic
from alembic.util import CommandError
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import OperationalError

from app import create_app
from config import Config, ConfigError
from deploy.local import geodata, prepared, say
from deploy.local.place import ROOT
from deploy.local.trouble import Trouble


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
    except (psycopg.OperationalError, OperationalError) as error:
        raise Trouble(f"The database cannot be used: {error}") from error
    except CommandError as error:
        raise Trouble(f"The database cannot be migrated: {error}") from error


def _fill(app: Flask, config: Config) -> None:
    with psycopg.connect(config.database_url, autocommit=True) as connection:
        if not prepared.filled(connection):
            with redirect_stdout(sys.stderr):
                say.line("Loading the demo square …")
                _flask(app, "demo", "load")
            prepared.note_filled(connection)
    with redirect_stdout(sys.stderr):
        geodata.load(config.database_url, partial(_flask, app), geodata.folder())


def _introduce(app: Flask) -> None:
    """Print the demo sign-ins, if the demo square can tell them."""
    group = app.cli.commands["demo"]
    if "sign-ins" in getattr(group, "commands", {}):
        _flask(app, "demo", "sign-ins")


def _flask(app: Flask, *words: str) -> None:
    app.cli.main(args=list(words), prog_name="flask", standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))
