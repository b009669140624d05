"""Keyset paging: a page starts after the last row seen, so it costs the same however deep it lies."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_

from app.kernel import db

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page and the token of the next one (None on the last)."""

    items: list[Row]
    next: str | None


@dataclass(frozen=True)
class Key:
    """One column of an order. The last key must be unique; none may be null."""

    column: Any
    descending: bool = True

    def after(self, value: Any) -> ColumnElement[bool]:
        return self.column < value if self.descending else self.column > value

    @property
    def order(self) -> Any:
        return self.column.desc() if self.descending else self.column.asc()


def page(select: Select[Any], *keys: Key, after: str | None = None, size: int = 20) -> Page[Any]:
    """Fetch the page after a token. A token that is not ours starts from the beginning."""
    rows = list(db.session().scalars(beginning_after(select, *keys, after=after).limit(size + 1)).unique())
    return cut(rows, *keys, size=size)


def beginning_after(select: Select[Any], *keys: Key, after: str | None = None) -> Select[Any]:
    """The rows after a token, in order, for a statement that fetches more than the page itself."""
    values = _open(after, keys)
    if values is not None:
        select = select.where(_beyond(keys, values))
    return select.order_by(None).order_by(*(key.order for key in keys))


def cut(rows: list[Any], *keys: Key, size: int = 20) -> Page[Any]:
    """A page of rows of which one more than its size was fetched, if there was one."""
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, _seal([getattr(rows[-1], key.column.key) for key in keys]) if more else None)


def _beyond(keys: tuple[Key, ...], values: list[Any]) -> ColumnElement[bool]:
    branches = []
    for depth, key in enumerate(keys):
        equal = [earlier.column == value for earlier, value in zip(keys[:depth], values, strict=False)]
        branches.append(and_(*equal, key.after(values[depth])))
    return or_(*branches)


def _seal(values: list[Any]) -> str:
    plain = [{"t": value.isoformat()} if isinstance(value, (date, datetime)) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _open(token: str | None, keys: tuple[Key, ...]) -> list[Any] | None:
    if not token:
        return None
    try:
        raw = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        values = [datetime.fromisoformat(v["t"]) if isinstance(v, dict) else v for v in raw]
    except (ValueError, binascii.Error, KeyError, TypeError, RecursionError):
        return None
    fits = len(values) == len(keys) and all(_fits(key, value) for key, value in zip(keys, values, strict=True))
    return values if fits else None


def _fits(key: Key, value: Any) -> bool:
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) >= 2**62):
        return False
    if isinstance(value, str) and value.encode(errors="ignore").replace(b"\0", b"").decode() != value:
        return False
    wanted = key.column.type.python_type
    return isinstance(value, (int, float) if wanted is float else wanted)
