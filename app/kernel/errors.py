"""Errors as pages: each looks like the site and says what to do next."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Flask, Response, flash, g, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from redis import RedisError
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Conflict, HTTPException

from app.kernel import access, kept
from app.kernel.redirects import page_before, to_path

log = structlog.get_logger()
PAGES = {400, 403, 404, 409, 413, 422, 429, 500, 503}


class Stale(Conflict):
    """Somebody else changed it since the form was opened."""


def check_version(thing: Any, seen: int) -> None:
    """Raise Stale unless this is the version the form was opened on."""
    if thing.version != seen:
        raise Stale


def page(status: int, description: Any = None) -> Response:
    """The error page of a status, or JSON for those who ask for it."""
    if request.accept_mimetypes.best == "application/json":
        return make_response(jsonify(error={"status": status, "message": str(description or "")}), status)
    name = status if status in PAGES else (404 if status < 500 else 500)
    words = {"description": description, "request_id": g.get("request_id"), "came_from": page_before("")}
    return make_response(render_template(f"errors/{name}.html", **words), status)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    described = error.description if error.code in {403, 409, 413, 422} else None
    custom = described if described != type(error).description else None
    response = page(error.code or 500, custom)
    for name, value in error.get_headers():
        if name.lower() in {"retry-after", "allow"}:
            response.headers[name] = value
    return response


def _unauthorized(error: HTTPException) -> Response:
    """Lead to the sign-in page and back; what was typed is kept."""
    if request.accept_mimetypes.best == "application/json":
        return page(401, error.description)
    if request.method == "GET":
        back = request.full_path.rstrip("?")
    else:
        back = kept.keep()
        flash(_("Sign in or create an account to go on. What you wrote is kept."), "info")
    return _lead(url_for("identity.sign_in") + "?" + urlencode({"next": back}))


def _csrf(error: CSRFError) -> Response:
    back = kept.keep()
    flash(_("The page had been open for too long. What you wrote is kept: look it over and send it again."), "warning")
    return _lead(back)


def _lead(target: str) -> Response:
    if "HX-Request" in request.headers:
        return make_response("", 204, {"HX-Redirect": target})
    return to_path(target)


def _away(error: Exception) -> Response:
    """PostgreSQL or Valkey does not answer."""
    log.error("service.away", error=type(error).__name__)
    _without_person()
    response = page(503)
    response.headers["Retry-After"] = "30"
    return response


def _integrity(error: IntegrityError) -> Response:
    log.warning("integrity", constraint=getattr(getattr(error.orig, "diag", None), "constraint_name", None))
    return page(409)


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected")
    _without_person()
    return page(500)


def _without_person() -> None:
    """The page must not ask the database who is reading."""
    g._login_user = AnonymousUserMixin()
    g.actor = access.VISITOR


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(401, _unauthorized)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(IntegrityError, _integrity)
    app.register_error_handler(StaleDataError, lambda error: page(409))
    app.register_error_handler(DataError, lambda error: page(422))
    for away in (OperationalError, InterfaceError, PoolTimeout, RedisError):
        app.register_error_handler(away, _away)
    app.register_error_handler(500, _unexpected)
