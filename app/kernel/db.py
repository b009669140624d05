"""The database: base class, column types shared by all tables, one session per request or job."""

from __future__ import annotations

import enum
from datetime import datetime
from inspect import iscoroutinefunction
from math import inf
from time import monotonic
from typing import Annotated, Any

from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Enum, Identity, MetaData, String, Text, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session, configure_mappers, mapped_column
from sqlalchemy.pool import Pool

from app.kernel import clock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

extension = SQLAlchemy()

RESTED = 1.0
"""Seconds after which a connection is tried before it is used again."""

PrimaryKey = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Created = Annotated[datetime, mapped_column(DateTime(timezone=True), default=clock.now)]
Line = Annotated[str, mapped_column(String(200))]
LongText = Annotated[str, mapped_column(Text)]


QUIET: dict[str, Any] = {"info": {"quiet": True}}
"""For `__table_args__`: a change here shows on no page that others see, so what is kept of pages stays true."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True), int: BigInteger}


def session() -> Session:
    """The session of this request or job."""
    return extension.session


def enum_type(kind: type[enum.StrEnum]) -> Enum:
    """A string column that holds the values of an enum, checked by a named constraint."""
    return Enum(
        kind,
        native_enum=False,
        length=40,
        validate_strings=True,
        create_constraint=True,
        name=_snake(kind.__name__),
        values_callable=lambda members: [member.value for member in members],
    )


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


@event.listens_for(Pool, "checkin")
def _left(connection: Any, record: Any) -> None:
    record.info["left"] = monotonic()


@event.listens_for(Pool, "checkout")
def _still_there(connection: Any, record: Any, proxy: Any) -> None:
    """A connection that has rested is tried before it is used, so that a database that was away comes back.

    One that was used a moment ago is not: the question costs as much as a small query.
    """
    if monotonic() - record.info.get("left", inf) < RESTED:
        return
    try:
        connection.execute("select 1")
        connection.rollback()
    except Exception as away:
        raise InvalidatePoolError from away


def init_app(app: Any, url: str) -> None:
    """Bind the engine."""
    app.config["SQLALCHEMY_ENGINES"] = {
        "default": {
            "url": url,
            "pool_size": 8,
            "hide_parameters": True,  # what people wrote stays out of the logs
            "connect_args": {"connect_timeout": 5, "application_name": "torvet"},
        }
    }
    extension.init_app(app)
    _without_event_loop(app)


def _without_event_loop(app: Any) -> None:
    """Take out the closing of asynchronous sessions: there are none, and it starts an event loop in every request."""
    app.teardown_appcontext_funcs[:] = [one for one in app.teardown_appcontext_funcs if not iscoroutinefunction(one)]


def finish() -> None:
    """Resolve all relationships, so that a wrong name fails at start and not in a request."""
    configure_mappers()
