"""The answer to a form that was sent: look there, by GET, so that reloading never sends it again."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, redirect, url_for


def see_other(endpoint: str, **values: Any) -> Response:
    """Lead to the page of an endpoint."""
    return to_path(url_for(endpoint, **values))


def to_path(path: str, code: int = 303) -> Response:
    """Lead to a path of this site."""
    return cast(Response, redirect(path, code))
