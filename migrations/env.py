"""How migrations run: one transaction each, one runner at a time, and never waiting long for a lock."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from alembic import context
from alembic.operations.ops import MigrationScript
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app import FEATURES
from app.kernel import db
from config import Config

PATIENCE = "-c lock_timeout=5s -c statement_timeout=15min"
ONE_AT_A_TIME = 7_867_001
"""The number of the advisory lock that a runner of migrations holds."""


def metadata() -> Any:
    """All tables of all features."""
    for feature in FEATURES:
        if find_spec(f"app.{feature}") and find_spec(f"app.{feature}.models"):
            import_module(f"app.{feature}.models")
    return db.Base.metadata


def url() -> str:
    """The database to migrate: the caller's, else the settings'."""
    given = context.config.attributes.get("url")
    return (Config(database_url=given) if given else Config.from_env()).sqlalchemy_url


def number_revisions(migration: Any, revision: Any, scripts: Iterable[MigrationScript]) -> None:
    """Name new revisions 0001, 0002, …"""
    from alembic.script import ScriptDirectory

    known = ScriptDirectory.from_config(context.config).walk_revisions()
    highest = max((int(found.revision) for found in known if found.revision.isdigit()), default=0)
    for script in scripts:
        script.rev_id = f"{highest + 1:04}"


def run() -> None:
    engine = create_engine(url(), poolclass=NullPool, connect_args={"options": PATIENCE})
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": ONE_AT_A_TIME})
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=metadata(),
            transaction_per_migration=True,
            compare_server_default=True,
            process_revision_directives=number_revisions,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
