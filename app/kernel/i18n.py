"""Danish and English: which language a reader gets, and how dates and numbers are written."""

from __future__ import annotations

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user

from app.kernel.settings import settings
from config import ROOT

LANGUAGES = {"da": "Dansk", "en": "English"}
babel = Babel()


def _language() -> str:
    """The reader's choice; else what the person chose earlier; else the browser's wish; else the default."""
    if not has_request_context():
        return str(g.get("language") or babel_default())
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    if current_user and current_user.is_authenticated and current_user.language in LANGUAGES:
        return str(current_user.language)
    return request.accept_languages.best_match(list(LANGUAGES), babel_default()) or babel_default()


def _locale() -> str:
    """The language with its way of writing dates: English here is that of Europe, with the day before the month."""
    language = _language()
    return "en_GB" if language == "en" else language


def babel_default() -> str:
    return str(settings().default_language)


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Copenhagen"
    app.config["BABEL_DEFAULT_LOCALE"] = settings(app).default_language
    babel.init_app(app, locale_selector=_locale)
    app.jinja_env.globals.update(get_locale=get_locale, LANGUAGES=LANGUAGES)
    app.jinja_env.add_extension("jinja2.ext.i18n")
