"""Whole pages of visitors, kept for a moment: nobody waits for the same page to be made again.

Only what somebody without a cookie asks for is kept, and only answers that set none: such a page depends on its
address, the language and whether a part was asked for. Every answer has a nonce of its own all the same.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie
from werkzeug.wrappers import Response

from app.kernel import logs, shared
from app.kernel.i18n import LANGUAGES
from app.kernel.settings import settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

log = structlog.get_logger()
KINDS = ("text/html", "application/geo+json", "application/atom+xml", "text/calendar", "application/xml")
NONCE = re.compile(r"'nonce-([\w-]+)'")
OWN = {"content-security-policy", "content-length", "x-request-id", "cache-control", "set-cookie", "etag"}
LONGEST = 200
"""Characters of a query whose page is kept."""


@dataclass(frozen=True)
class Kept:
    """A page without its nonce."""

    headers: Headers
    policy: str
    pieces: list[bytes]
    etag: str

    def told(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        """The answer when the application was not asked; it stands in the log all the same."""
        given = environ.get("HTTP_X_REQUEST_ID", "")
        request_id = given if logs.SAFE_ID.match(given) else secrets.token_hex(8)
        log.info("request", method="GET", route="kept", request_id=request_id)
        return self.answer(environ, start, request_id)

    def answer(self, environ: WSGIEnvironment, start: StartResponse, request_id: str) -> list[bytes]:
        """The page with a nonce of this answer, or word that the reader has it already."""
        same = self.etag in environ.get("HTTP_IF_NONE_MATCH", "")
        headers = [("ETag", self.etag), ("Cache-Control", "no-cache"), ("X-Request-ID", request_id)]
        if same:
            start("304 NOT MODIFIED", headers + [pair for pair in self.headers if pair[0].lower() == "vary"])
            return []
        nonce = secrets.token_urlsafe(16)
        body = nonce.encode().join(self.pieces)
        headers += [("Content-Security-Policy", self.policy.replace(shared.HOLE, nonce))] if self.policy else []
        start("200 OK", [*self.headers, *headers, ("Content-Length", str(len(body)))])
        return [body]


class VisitorsPages:
    """The gate before the application."""

    def __init__(self, app: Flask, wsgi: WSGIApplication) -> None:
        self.app, self.wsgi = app, wsgi

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key, generations = self._key(environ), shared.generations(self.app)
        generation = generations.lately() if key and generations else None
        if generation is None:
            return self.wsgi(environ, start_response)
        environ["torvet.generation"] = generation
        kept = shared.store.get((generation, key))
        return kept.told(environ, start_response) if kept else self._made(environ, start_response, (generation, key))

    def _key(self, environ: WSGIEnvironment) -> tuple[Any, ...] | None:
        """What a page depends on; None for requests whose answer is not kept."""
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] != "GET" or len(query) > LONGEST or path.startswith(("/static/", "/files/")):
            return None
        if self.app.config["SESSION_COOKIE_NAME"] in parse_cookie(environ):
            return None
        language = _language(environ.get("HTTP_ACCEPT_LANGUAGE", ""), settings(self.app).default_language)
        host = environ.get("HTTP_HOST", ""), environ["wsgi.url_scheme"]
        return (*host, path, query, language, "HTTP_HX_REQUEST" in environ)

    def _made(self, environ: WSGIEnvironment, start: StartResponse, place: tuple[Any, ...]) -> Iterable[bytes]:
        """The answer of the application, kept when it is the same for every visitor.

        It is asked for in full: that the first to come has it already must not mean that nothing is kept for the next.
        """
        whole = {name: value for name, value in environ.items() if name != "HTTP_IF_NONE_MATCH"}
        made = Response.from_app(self.wsgi, whole)
        alike = made.status_code == 200 and "Set-Cookie" not in made.headers and not made.cache_control.no_store
        if not alike or made.mimetype not in KINDS:
            return made(environ, start)
        kept = _kept(made)
        shared.store.put(place, kept, sum(map(len, kept.pieces)), settings(self.app).keep_seconds)
        return kept.answer(environ, start, made.headers.get("X-Request-ID", ""))


def _kept(made: Response) -> Kept:
    policy, body = made.headers.get("Content-Security-Policy", ""), made.get_data()
    made.close()
    nonce = match[1] if (match := NONCE.search(policy)) else ""
    pieces = body.split(nonce.encode()) if nonce else [body]
    etag = f'W/"{blake2b(b"".join(pieces), digest_size=12).hexdigest()}"'
    same = [pair for pair in made.headers if pair[0].lower() not in OWN]
    return Kept(same, policy.replace(nonce, shared.HOLE) if nonce else policy, pieces, etag)


@lru_cache(maxsize=1024)
def _language(wished: str, default: str) -> str:
    accepted = parse_accept_header(wished, LanguageAccept)
    return accepted.best_match(list(LANGUAGES), default) or default


def init_app(app: Flask) -> None:
    if settings(app).keep_seconds:
        app.wsgi_app = VisitorsPages(app, app.wsgi_app)  # type: ignore[method-assign]
