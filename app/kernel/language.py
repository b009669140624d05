"""Which language a text of somebody is in, so that a screen reader says it in the right voice (WCAG 3.1.2)."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup, escape

from app.kernel.i18n import tongue

_ENGLISH = """
a about all an and are be because between could every from had has have how if in is it its my not of only or our out
people should that the their them there they this we what when where which who will with would you your
"""
_DANISH = """
af alle da de den der det dig din du efter ej eller en end er et flere fra får gør ham har hvad hver hvis hvor
hvordan ikke jeg kan kun man med men mere mod mellem nogen når og om op os over på sig skal som så til uden under ved
vi vil være
"""
ENGLISH, DANISH = frozenset(_ENGLISH.split()), frozenset(_DANISH.split())
WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=8192)
def language_of(text: str) -> str | None:
    """“da” or “en” by its commonest words and its letters; none where they do not tell."""
    words = [word.lower() for word in WORD.findall(text[:2000])]
    danish = sum((word in DANISH) + any(letter in "æøå" for letter in word) for word in words)
    english = sum(word in ENGLISH for word in words)
    if danish == english:
        return None
    return "da" if danish > english else "en"


def voiced(text: Markup | str | None, block: bool = False, beside: str | None = "") -> Markup | str:
    """The text, marked with its language where that is not the language of the page.

    `beside` is a longer text by the same hand, which tells where this one is too short to.
    """
    if not text:
        return ""
    language = language_of(text.striptags() if isinstance(text, Markup) else text) or language_of(beside or "")
    if language is None or language == tongue():
        return escape(text)
    tag = "div" if block else "span"
    return Markup('<{tag} lang="{language}">{text}</{tag}>').format(tag=tag, language=language, text=text)
