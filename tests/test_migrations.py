"""Migrations: in one line, without drift, up and down on a filled database."""

from __future__ import annotations

import ast
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from psycopg import sql

from app.kernel import db
from app.moderation.models import DecisionKind
from config import ROOT
from tests.factories import moderation
from tests.support import database, square

VERSIONS = ROOT / "migrations" / "versions"


def files() -> list[Path]:
    return sorted(VERSIONS.glob("*.py"))


@pytest.fixture
def filled(committed: Flask) -> str:
    """The name of a database with every factory's rows in it, and with what only the newest revisions know."""
    square.build()
    case = moderation.case()
    moderation.notice(case, reason_code="child_abuse")
    moderation.decision(case, DecisionKind.HIDE, reason_code="child_abuse", reason="Det er det.")
    db.session().commit()
    db.session().close()
    name = db.extension.engine.url.database
    db.extension.engine.dispose()
    assert name
    return name


def counts(name: str) -> dict[str, int]:
    """How many rows each table has."""
    with psycopg.connect(database.url_of(name)) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        count = sql.SQL("SELECT count(*) FROM {}")
        rows = {table: connection.execute(count.format(sql.Identifier(table))).fetchone() for (table,) in tables}
    return {table: row[0] for table, row in rows.items() if row and table != "alembic_version"}


def test_there_is_one_line_of_migrations_numbered_in_order() -> None:
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert len(script.get_heads()) == 1, f"several heads: {script.get_heads()}"
    line = [revision.revision for revision in script.walk_revisions()][::-1]
    assert line == [f"{number:04}" for number in range(1, len(line) + 1)]
    assert [file.name[:4] for file in files()] == line


def test_the_models_and_the_migrations_agree(empty_database: str) -> None:
    command.upgrade(database.alembic(empty_database), "head")
    command.check(database.alembic(empty_database))


def test_migrations_go_down_and_up_again_on_a_filled_database(filled: str) -> None:
    settings, before = database.alembic(filled), counts(filled)
    down = ScriptDirectory.from_config(settings).get_revisions("heads")[0]
    kept = before
    while down.down_revision:
        command.downgrade(settings, "-1")
        kept = {table: rows for table, rows in kept.items() if table in counts(filled)}
        down = ScriptDirectory.from_config(settings).get_revisions(down.down_revision)[0]
    command.upgrade(settings, "head")
    command.check(settings)
    after = counts(filled)
    assert set(after) == set(before)
    assert {table: after[table] for table in kept} == kept


def test_the_first_migration_can_be_taken_back_too(empty_database: str) -> None:
    command.upgrade(database.alembic(empty_database), "head")
    command.downgrade(database.alembic(empty_database), "base")
    assert counts(empty_database) == {}


def test_a_migration_knows_no_models() -> None:
    for file in files():
        nodes = list(ast.walk(ast.parse(file.read_text())))
        modules = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        modules |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        assert not {name for name in modules if name.split(".")[0] == "app"}, file.name


def test_a_migration_can_be_taken_back_or_says_why_not() -> None:
    for file in files():
        tree = ast.parse(file.read_text())
        down = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "downgrade")
        does_something = any(not isinstance(node, ast.Pass | ast.Constant) for node in down.body)
        assert ast.get_docstring(tree), f"{file.name} does not say what it does"
        assert does_something or ast.get_docstring(down), f"{file.name} cannot be taken back and does not say why"


def test_a_migration_gives_up_rather_than_block_the_site() -> None:
    settings = (ROOT / "migrations" / "env.py").read_text()
    assert "lock_timeout=5s" in settings
    assert "statement_timeout" in settings
