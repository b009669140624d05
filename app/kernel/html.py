"""Text that people write: simple Markdown to safe HTML."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from threading import local
from typing import Any

import bleach
from bleach.linkifier import LinkifyFilter
from flask import Flask, render_template
from jinja2.environment import Template, TemplateModule
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from app.kernel.language import voiced

TAGS = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "h3", "h4", "hr", "code"})
ATTRIBUTES = {"a": ["href", "rel"]}
PROTOCOLS = frozenset({"http", "https", "mailto"})

UNPRINTABLE = re.compile(r"[^\t\n\r -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RULES = ["emphasis", "list", "link", "blockquote", "heading", "newline", "escape", "backticks", "hr", "entity"]


def _mark_foreign(attributes: dict[Any, Any], new: bool = False) -> dict[Any, Any]:
    attributes[(None, "rel")] = "nofollow ugc noopener"
    return attributes


class _Tools(local):
    """The parser and the cleaner of one thread: neither may be used by two at once."""

    def __init__(self) -> None:
        self.markdown = MarkdownIt("zero", {"html": False, "breaks": True}).enable(RULES)
        self.cleaner = bleach.Cleaner(
            tags=TAGS,
            attributes=ATTRIBUTES,
            protocols=PROTOCOLS,
            strip=True,
            filters=[partial(LinkifyFilter, callbacks=[_mark_foreign])],
        )


_tools = _Tools()


def _lower_headings(tokens: list[Token]) -> list[Token]:
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3" if token.tag in {"h1", "h2", "h3"} else "h4"
    return tokens


@lru_cache(maxsize=8192)
def rich(text: str | None) -> Markup:
    """HTML of a text: paragraphs, lists, emphasis, links. Everything else comes out as plain text.

    Making it takes milliseconds, so what was made lately is remembered.
    """
    if not text:
        return Markup("")
    markdown = _tools.markdown
    tokens = _lower_headings(markdown.parse(text))
    return Markup(_tools.cleaner.clean(markdown.renderer.render(tokens, markdown.options, {})))  # noqa: S704 cleaned


def plain(text: str | None, length: int = 200) -> str:
    """The beginning of a text without its markup, cut at a word, for lists and descriptions."""
    words = " ".join(rich(text).striptags().split())
    return words if len(words) <= length else words[:length].rsplit(" ", 1)[0].rstrip(",.;:–-") + " …"


def printable(text: str) -> str:
    """The text without what neither a page nor an XML document may hold: control characters and halves of letters."""
    return UNPRINTABLE.sub("", text)


def rendered(template: str, **context: Any) -> Markup:
    """A template as safe HTML, to stand in another one: what people wrote was escaped when it was rendered."""
    return Markup(render_template(template, **context))  # noqa: S704 this is where templates become safe


class _Template(Template):
    """A template whose macros are made once: no page here adds names that all templates would have to know."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def init_app(app: Flask) -> None:
    app.jinja_env.template_class = _Template
    app.jinja_env.filters.update(rich=lambda text: voiced(rich(text), block=True), plain=plain, voiced=voiced)
