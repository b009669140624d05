"""What waits for somebody. Each feature names its lists; one question finds out which of them are not empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from flask import Flask
from markupsafe import Markup
from sqlalchemy import Select, select

from app.kernel import access, clock, db
from app.kernel.html import rendered

Lists = Mapping[str, Select[Any]]

_makers: list[tuple[str, Callable[[access.Actor], Lists]]] = []


def waits(template: str, lists: Callable[[access.Actor], Lists]) -> None:
    """Register what may wait for an actor: lists by name, and the template that shows those that hold something.

    To the lists the actor's id is a value in a statement, as in `access.requires`.
    """
    _makers.append((template, lists))


@lru_cache(maxsize=256)
def _all_lists(actor: access.Actor, today: date) -> tuple[Select[Any], tuple[tuple[str, Lists], ...]]:
    """The question which lists hold something, and the lists."""
    lists = tuple((template, maker(actor)) for template, maker in _makers)
    wanted: list[Any] = [one.order_by(None).exists() for _, named in lists for one in named.values()]
    return select(*wanted), lists


def waiting() -> Markup:
    """All that waits for the reader, in the order of the features; nothing for visitors."""
    actor, session, today = access.current_actor(), db.session(), clock.today()
    if not actor.signed_in:
        return Markup("")
    question, lists = _all_lists(access.unnamed(actor), today)
    me = {"me": actor.id}
    held = iter(session.execute(question, me).one())
    shown = Markup("")
    for template, named in lists:
        found = {name: list(session.scalars(one, me).unique()) if next(held) else [] for name, one in named.items()}
        if any(found.values()):
            shown += rendered(template, today=today, **found)
    return shown


def init_app(app: Flask) -> None:
    app.jinja_env.globals["waiting_tasks"] = waiting
