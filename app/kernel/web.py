"""The web face: the application class and the way of a request."""

from __future__ import annotations

from flask import Flask

from app.kernel import db
from config import ROOT, Config


class Torvet(Flask):
    settings: Config


def build(config: Config) -> Torvet:
    """An application with the kernel's services and no features yet."""
    app = Torvet("app", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.settings = config
    app.config["SECRET_KEY"] = config.secret_key
    app.config["MAX_CONTENT_LENGTH"] = config.max_upload_bytes
    db.init_app(app, config.sqlalchemy_url)
    return app
