"""Places on a page that features further down the list fill, so that imports keep pointing one way."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from markupsafe import Markup

Filler = Callable[..., Markup | str]

_fillers: dict[str, list[Filler]] = {}


def fill(name: str) -> Callable[[Filler], Filler]:
    """Register a function that renders something into the slot; fillers stand in the order of the features."""

    def register(filler: Filler) -> Filler:
        _fillers.setdefault(name, []).append(filler)
        return filler

    return register


def slot(name: str, **context: object) -> Markup:
    """All that the slot holds for this page; what is not safe HTML is shown as text."""
    return Markup("").join(filler(**context) for filler in _fillers.get(name, []))


def init_app(app: Flask) -> None:
    app.jinja_env.globals["slot"] = slot
