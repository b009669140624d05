"""Atom feeds (RFC 4287), and what else is true of answers for programs that come back on their own.

Such a program brings neither a cookie nor a wish for a language, so its address names all that the answer depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from hashlib import blake2b
from typing import Any
from xml.etree import ElementTree as ET

from flask import Flask, Response, request, url_for

from app.kernel import i18n
from app.kernel.html import printable
from app.kernel.language import language_of
from app.kernel.settings import settings

KIND = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
NEWEST = 30
NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without entries was changed last."""


@dataclass(frozen=True)
class Category:
    term: str
    label: str


@dataclass(frozen=True)
class Entry:
    """One thing that is new: its address on the square is its name for ever."""

    path: str
    title: str
    at: datetime
    authors: tuple[str, ...]
    summary: str = ""
    categories: tuple[Category, ...] = ()


@dataclass(frozen=True)
class Feed:
    """Entries, newest first, with the feed's own address and that of the page which shows the same."""

    title: str
    path: str
    page: str
    entries: list[Entry]

    @property
    def updated(self) -> datetime:
        return max((entry.at for entry in self.entries), default=NOTHING_YET)


def absolute(path: str) -> str:
    """An address as the world knows it."""
    return settings().base_url.rstrip("/") + path


def moment(at: datetime) -> str:
    """A moment as RFC 3339 writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def told(feed: Feed) -> Response:
    """The answer that holds a feed."""
    root = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": i18n.tongue()})
    _line(root, "id", absolute(feed.path))
    _line(root, "title", feed.title)
    _line(root, "updated", moment(feed.updated))
    ET.SubElement(root, "link", rel="self", type=KIND, href=absolute(feed.path))
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=absolute(feed.page))
    for entry in feed.entries:
        _entry(root, entry)
    return answer(ET.tostring(root, encoding="utf-8", xml_declaration=True), KIND)


def _entry(feed: ET.Element, entry: Entry) -> None:
    one = ET.SubElement(feed, "entry")
    _line(one, "id", absolute(entry.path))
    _written(one, "title", entry.title)
    for name in ("published", "updated"):
        _line(one, name, moment(entry.at))
    for author in entry.authors:
        _line(ET.SubElement(one, "author"), "name", author)
    ET.SubElement(one, "link", rel="alternate", type="text/html", href=absolute(entry.path))
    for category in entry.categories:
        ET.SubElement(one, "category", term=category.term, label=category.label)
    if entry.summary:
        _written(one, "summary", entry.summary)


def _line(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = printable(text)


def _written(parent: ET.Element, name: str, text: str) -> None:
    """What somebody wrote, marked with its language where that is not the language of the feed."""
    language = language_of(text)
    marked = {"xml:lang": language} if language and language != i18n.tongue() else {}
    _line(parent, name, text, type="text", **marked)


def of_list(title: str, names: Iterable[str], entries: Iterable[Entry]) -> Response:
    """The feed beside a list: `.feed` beside `.index` of a blueprint, narrowed by the same arguments."""
    narrowed = narrowing(names)
    words = f": {narrowed['q'].strip()[:200]}" if "q" in narrowed else ""
    here, page = address(".feed", names), url_for(".index", **narrowed)
    return told(Feed(f"{title}{words} – Torvet", here, page, list(entries)))


def address(endpoint: str, names: Iterable[str]) -> str:
    """Where the feed of the list is that is being shown."""
    return url_for(endpoint, **narrowing(names), **named_language())


def narrowing(names: Iterable[str]) -> dict[str, Any]:
    """The arguments of this request that narrow a list."""
    return {name: request.args[name] for name in names if request.args.get(name)}


def named_language() -> dict[str, Any]:
    """What an address needs to be answered in this language by whoever is asked later on."""
    return {} if i18n.tongue() == settings().default_language else {"lang": i18n.tongue()}


def in_named_language(view: Callable[..., Response]) -> Callable[..., Response]:
    """Answer in the language that the address names (`lang`), if it does."""

    @wraps(view)
    def speaking(*things: Any, **values: Any) -> Response:
        named = request.args.get("lang", "")
        if named not in i18n.LANGUAGES:
            return view(*things, **values)
        with i18n.speaking(named):
            return view(*things, **values)

    return speaking


def answer(body: bytes, kind: str) -> Response:
    """Something for programs, which need not be sent again while it is the same."""
    response = Response(body, content_type=f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Cookie", "Accept-Language"))
    response.set_etag(blake2b(body, digest_size=12).hexdigest(), weak=True)
    response.make_conditional(request)
    return response


def init_app(app: Flask) -> None:
    app.jinja_env.globals["named_language"] = named_language
