"""The web face: the application class and the way of a request."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, Response, has_request_context, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BuildError

from app.kernel import (
    access,
    answers,
    db,
    dev,
    errors,
    feeds,
    files,
    forms,
    headers,
    health,
    html,
    i18n,
    jobs,
    kept,
    limits,
    logs,
    mail,
    pages,
    shared,
    slots,
    statics,
    tasks,
    uploads,
)
from config import ROOT, Config

PARTS = (
    *(logs, i18n, headers, limits, access, forms, shared, kept, html, files),
    *(uploads, mail, jobs, errors, health, slots, tasks, feeds),
)


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, with one signer for all requests; the last to say what an answer varies by."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        self._signer = self._signer or super().get_signing_serializer(app)
        return self._signer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        super().save_session(app, session, response)
        headers.let_back_find(response)


class Torvet(Flask):
    """A Flask application in which one request is one transaction.

    Below 400 the request commits, and what it queued leaves after that; at 400 and above, or when it raises, all is
    rolled back, unless the answer is `Unfinished`. The commit happens inside the dispatch, so that a broken constraint
    still meets the error handlers.
    """

    settings: Config

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.session_interface = Sessions()
        self._path = lru_cache(maxsize=16_384)(self._build_path)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is asynchronous; Flask would look into every function of every request to find that out."""
        return func

    def url_for(self, endpoint: str, **values: Any) -> str:
        """As Flask's, but the path of a page is worked out once: a list names a hundred of them."""
        try:
            if any(name.startswith("_") for name in values) or not has_request_context():
                return super().url_for(endpoint, **values)
            own = f"{request.blueprint}{endpoint}" if endpoint.startswith(".") else endpoint
            return self._path(own, tuple(values.items()))
        except (TypeError, BuildError):
            return super().url_for(endpoint, **values)

    def _build_path(self, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return self.url_map.bind("localhost").build(endpoint, dict(values))

    def dispatch_request(self) -> Response:
        try:
            response = self.make_response(super().dispatch_request())
            if answers.lasts(response):
                db.session().commit()
            else:
                db.session().rollback()
        except BaseException:
            db.session().rollback()
            jobs.forget()
            raise
        if answers.lasts(response):
            jobs.send_queued()
        else:
            jobs.forget()
        return response


def build(config: Config) -> Torvet:
    """An application with the kernel's services and no features yet."""
    folders = {"root_path": str(ROOT), "template_folder": "templates", "static_folder": str(statics.FOLDER)}
    app = Torvet("app", static_url_path=statics.address(config), **folders)
    app.settings = config
    secure = config.base_url.startswith("https")
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=config.max_request_bytes,
        FILE_MEGABYTES=config.max_upload_bytes // 1024**2,
        SESSION_COOKIE_NAME="__Host-torvet" if secure else "torvet",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        SEND_FILE_MAX_AGE_DEFAULT=statics.KEPT if config.production else None,
        TESTING=config.environment == "test",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["static_path"] = app.static_url_path
    pages.init_app(app)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies)  # type: ignore[method-assign]
    db.init_app(app, config.sqlalchemy_url)
    for part in PARTS:
        part.init_app(app)
    if not config.production:
        app.register_blueprint(dev.bp)
    return app
