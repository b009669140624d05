"""Whether the database is migrated and filled, written on the database itself: the note goes where the data go."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from deploy.local import place
from deploy.local.stamp import Stamp, digest
from deploy.local.trouble import Trouble

FILLED = "Torvet: the demo square is loaded"


def ensure(env: Mapping[str, str], var: Path, *, own: bool) -> str:
    """Migrate and fill, in a process of its own, unless that was done; give back the demo sign-ins.

    A database of somebody else's is always migrated and never filled.
    """
    told = var / "stamps" / "sign-ins"
    if own and (done := _done(env["DATABASE_URL"], var)) and done.fresh and told.exists():
        return told.read_text()
    said = _run(env, fill=own)
    if own and (done := _done(env["DATABASE_URL"], var)):
        done.press()
        told.write_text(said)
    return said


def filled(connection: psycopg.Connection[Any]) -> bool:
    """Whether the demo square was loaded into this database."""
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    return row is not None and row[0] == FILLED


def note_filled(connection: psycopg.Connection[Any]) -> None:
    name = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(FILLED)))


def _done(url: str, var: Path) -> Stamp | None:
    """What was done: these migrations, on this very cluster, and the filling. None while it is not filled."""
    with psycopg.connect(url) as connection:
        if not filled(connection):
            return None
        cluster = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
        version = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    migrations = (place.ROOT / "migrations").rglob("*.py")
    return Stamp(var / "stamps" / "prepared", digest(migrations, str(cluster), str(version)))


def _run(env: Mapping[str, str], *, fill: bool) -> str:
    command = [sys.executable, "-m", "deploy.local", "prepare", *(["--fill"] if fill else [])]
    done = subprocess.run(command, cwd=place.ROOT, env={**os.environ, **env}, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise Trouble("Torvet was not started: the reason stands above.")
    return done.stdout
