"""Danish and English: which language a reader gets, and how dates and numbers are written."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import flask_babel
from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale, get_translations
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

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


def locale_of(language: str) -> str:
    """A language with its way of writing dates: English here is that of Europe, with the day before the month."""
    return "en_GB" if language == "en" else language


def _locale() -> str:
    return locale_of(_language())


def speaking(language: str) -> AbstractContextManager[None]:
    """Everything in this block is written in the language of somebody else than the one who asks."""
    return force_locale(locale_of(language))


def babel_default() -> str:
    return str(settings().default_language)


def tongue() -> str:
    """The language that is being written now: da or en. Templates ask a hundred times a page."""
    held = g.get("_flask_babel") if has_app_context() else None
    locale = getattr(held, "babel_locale", None) or get_locale()
    return locale.language if locale else "da"


@lru_cache(maxsize=8192)
def _said(language: str, context: str | None, message: str) -> str:
    words = get_translations()
    return str(words.ugettext(message) if context is None else words.upgettext(context, message))


@lru_cache(maxsize=8192)
def _plain(language: str, context: str | None, message: str, safe: bool) -> str:
    """A translation without places to fill, as a template writes it."""
    return _filled(safe, _said(language, context, message), {})


@lru_cache(maxsize=8192)
def _counted(language: str, context: str | None, one: str, many: str, number: int) -> str:
    words = get_translations()
    found = words.ungettext(one, many, number) if context is None else words.unpgettext(context, one, many, number)
    return str(found)


def _filled(safe: bool, text: str, values: dict[str, Any]) -> str:
    return (Markup(text) if safe else text) % values  # noqa: S704 a translation, not what people wrote


@pass_eval_context
def _gettext(escaping: EvalContext, message: str, **values: Any) -> str:
    if not values:
        return _plain(tongue(), None, message, escaping.autoescape)
    return _filled(escaping.autoescape, _said(tongue(), None, message), values)


@pass_eval_context
def _pgettext(escaping: EvalContext, context: str, message: str, **values: Any) -> str:
    return _filled(escaping.autoescape, _said(tongue(), context, message), values)


@pass_eval_context
def _ngettext(escaping: EvalContext, one: str, many: str, number: int, **values: Any) -> str:
    return _filled(escaping.autoescape, _counted(tongue(), None, one, many, number), {"num": number, **values})


@pass_eval_context
def _npgettext(escaping: EvalContext, context: str, one: str, many: str, number: int, **values: Any) -> str:
    return _filled(escaping.autoescape, _counted(tongue(), context, one, many, number), {"num": number, **values})


@lru_cache(maxsize=8192)
def _date(value: date | None, format: str | None, language: str) -> str:
    return flask_babel.format_date(value, format)


@lru_cache(maxsize=8192)
def _datetime(value: datetime | None, format: str | None, language: str) -> str:
    return flask_babel.format_datetime(value, format)


@lru_cache(maxsize=8192)
def _number(value: Any, language: str) -> str:
    return flask_babel.format_number(value)


def _write_quickly(app: Flask) -> None:
    """What templates write most is remembered: to look up words, dates and numbers anew costs a third of a page."""
    words = {"gettext": _gettext, "ngettext": _ngettext, "pgettext": _pgettext, "npgettext": _npgettext}
    app.jinja_env.globals.update(words, _=_gettext)
    app.jinja_env.filters.update(
        dateformat=lambda value=None, shape=None: _date(value, shape, tongue()),
        datetimeformat=lambda value=None, shape=None: _datetime(value, shape, tongue()),
        numberformat=lambda value: _number(value, tongue()),
    )


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Copenhagen"
    app.config["BABEL_DEFAULT_LOCALE"] = settings(app).default_language
    babel.init_app(app, locale_selector=_locale)
    app.jinja_env.globals.update(get_locale=get_locale, LANGUAGES=LANGUAGES)
    _write_quickly(app)
