"""Security headers on every response; scripts run only from our own files or with this response's nonce."""

from __future__ import annotations

import secrets
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, Response, g, make_response, request

from app.kernel.settings import settings

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def csp_nonce() -> str:
    """The nonce of this response, for `<script nonce>` and `<style nonce>`."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


@lru_cache(maxsize=4)
def _images(tile_url: str) -> str:
    """Where pictures may come from."""
    tiles = urlsplit(tile_url)
    return "'self' data:" + (f" {tiles.scheme}://{tiles.netloc.replace('{s}', '*')}" if tiles.netloc else "")


def _policy() -> str:
    images, nonce = _images(settings().tile_url), csp_nonce()
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        f"style-src-attr 'unsafe-inline'; img-src {images}; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def unkept(page: str) -> Response:
    """The answer at a secret address: neither the square nor the browser keeps it, and no search engine lists it."""
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def let_back_find(response: Response) -> None:
    """Let the button Back find the page that answered a form, such as one with errors.

    Chromium shows it again from its cache alone, and finds nothing there when the cookie has changed since, as with
    every message about what was done, and the page varies by it. No cache ever gives the answer to a form to another.
    """
    if request.method == "POST" and response.mimetype == "text/html":
        response.vary.discard("cookie")  # Werkzeug takes a name out by its small letters only


def _secure(response: Response) -> Response:
    given = {name.lower() for name, _ in response.headers}
    own = {**FIXED, "Content-Security-Policy": _policy()}
    if settings().base_url.startswith("https"):
        own["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    response.headers.extend({name: value for name, value in own.items() if name.lower() not in given})
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.vary.update(("Cookie", "Accept-Language", "HX-Request"))
    return response


def init_app(app: Flask) -> None:
    app.after_request(_secure)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
