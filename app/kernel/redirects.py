"""The answer to a form that was sent: look there, by GET, so that reloading never sends it again."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from flask import Response, redirect, request, url_for


def see_other(endpoint: str, **values: Any) -> Response:
    """Lead to the page of an endpoint."""
    return to_path(url_for(endpoint, **values))


def to_path(path: str, code: int = 303) -> Response:
    """Lead to a path of this site."""
    return cast(Response, redirect(path, code))


def own_path(wanted: str | None, otherwise: str) -> str:
    """The path somebody asked to be led to, when it is one of our own; anything else leads elsewhere."""
    path = wanted or ""
    try:
        parts = urlsplit(path.replace("\\", "/"))
    except ValueError:
        return otherwise
    unsafe = parts.scheme or parts.netloc or not path.startswith("/") or not path.isprintable()
    return otherwise if unsafe or path.startswith(("//", "/\\")) else path


def page_before(otherwise: str) -> str:
    """The path of the page of ours that led here, as far as the browser tells."""
    _scheme, _, rest = (request.referrer or "").partition("://")
    host, slash, path = rest.partition("/")
    return own_path(slash + path, otherwise) if host == request.host else otherwise
