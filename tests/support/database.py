"""Databases for tests: one template built by the migrations, one clone per worker, one transaction per test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from alembic import command
from alembic.config import Config as Alembic
from flask import Flask
from psycopg import sql

from app.kernel import db
from config import ROOT
from tests.support import servers

TEMPLATE = "torvet_template"
numbers = count(1)


def url_of(database: str) -> str:
    """The address of a database on the run's PostgreSQL."""
    parts = urlsplit(servers.addresses()["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{database}"))


def create(database: str, template: str = "template0") -> None:
    """Create a database as a copy of another."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(template))
    _execute(statement)


def drop(database: str) -> None:
    _execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def alembic(database: str) -> Alembic:
    """Alembic, pointed at a database of this run."""
    settings = Alembic(toml_file=ROOT / "pyproject.toml")
    settings.attributes["url"] = url_of(database)
    return settings


def template() -> str:
    """The name of the database that the migrations built, once per run."""
    with servers.locked("template") as folder:
        built = folder / "template.built"
        if not built.exists():
            drop(TEMPLATE)
            create(TEMPLATE)
            command.upgrade(alembic(TEMPLATE), "heads")
            built.touch()
    return TEMPLATE


@contextmanager
def clone(prefix: str) -> Iterator[str]:
    """A database of one's own, with all tables, for as long as the block lasts."""
    name = f"{prefix}_{os.getpid()}_{next(numbers)}"
    create(name, template())
    try:
        yield name
    finally:
        drop(name)


def _execute(statement: sql.Composed) -> None:
    with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def isolated(app: Flask) -> Iterator[None]:
    """All that happens in the block, commits included, is one transaction that is rolled back.

    Sessions join it by savepoints. Only this application's sessions do, so that others may really commit.
    """
    with app.app_context():
        make, engine = db.extension.sessionmaker, db.extension.engine
    usual = dict(make.kw)
    with engine.connect() as connection, connection.begin() as outer:
        make.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            yield
        finally:
            make.kw.clear()
            make.kw.update(usual)
            outer.rollback()


def hang_up(app: Flask) -> None:
    """Close an application's connections to the servers."""
    with app.app_context():
        db.session().close()
        db.extension.engine.dispose()
    app.extensions["valkey"].close()


@pytest.fixture(scope="session")
def worker_database() -> Iterator[str]:
    """The database of this worker."""
    with clone("worker") as name:
        yield name


@pytest.fixture
def empty_database() -> Iterator[str]:
    """A database without any table."""
    name = f"empty_{os.getpid()}_{next(numbers)}"
    create(name)
    yield name
    drop(name)
