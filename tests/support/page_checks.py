"""What must hold for every HTML page, whoever fetches it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as MEANINGS

NEEDS_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}
FETCHES = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "form": "action"}
LINKS_THAT_FETCH_NOTHING = {"canonical", "alternate", "license", "me", "author"}
OWN_HOSTS = {"localhost", "127.0.0.1", ""}


@dataclass(frozen=True)
class Markup:
    """A page or, for htmx, a part of one."""

    text: str
    policy: str = ""
    whole: bool = True
    needs_no_token: Callable[[str], bool] = lambda action: action == "/language"
    """Whether a form may be sent without a CSRF token, as visitors choose their language on kept pages."""

    @cached_property
    def _parsed(self) -> tuple[list[Element], list[str]]:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        tree = parser.parse(self.text) if self.whole else parser.parseFragment(self.text)
        return list(tree.iter()), [f"line {at[0]}: {MEANINGS[code] % words}" for at, code, words in parser.errors]

    @property
    def elements(self) -> list[Element]:
        return [element for element in self._parsed[0] if isinstance(element.tag, str)]

    @property
    def errors(self) -> list[str]:
        return self._parsed[1]

    def all(self, *names: str) -> list[Element]:
        return [element for element in self.elements if element.tag in names]


Check = Callable[[Markup], Iterator[str]]


def faults(markup: Markup) -> list[str]:
    """Everything wrong with a page, one sentence each."""
    return [fault for check in (*ALWAYS, *(WHOLE if markup.whole else ())) for fault in check(markup)]


def valid_html(markup: Markup) -> Iterator[str]:
    yield from (f"invalid HTML, {error}" for error in markup.errors)


def language(markup: Markup) -> Iterator[str]:
    for root in markup.all("html"):
        if root.get("lang") not in {"da", "en"}:
            yield f"<html lang> is {root.get('lang')!r}, neither da nor en"


def one_title_and_heading(markup: Markup) -> Iterator[str]:
    titles = [title for head in markup.all("head") for title in head.findall("title")]
    for name, found in (("title", titles), ("h1", markup.all("h1"))):
        if len(found) != 1:
            yield f"{len(found)} <{name}> instead of one"
        elif not _text(found[0]):
            yield f"the <{name}> is empty"


def unique_ids(markup: Markup) -> Iterator[str]:
    counted = Counter(element.get("id") for element in markup.elements if element.get("id") is not None)
    yield from (f"id “{name}” is used {times} times" for name, times in counted.items() if times > 1)
    yield from ("an id is empty" for name in counted if not name)


def references(markup: Markup) -> Iterator[str]:
    known = {element.get("id") for element in markup.elements}
    for element in markup.elements:
        for attribute in ("for", "aria-labelledby", "aria-describedby"):
            for name in (element.get(attribute) or "").split():
                if name not in known:
                    yield f"{_shown(element)}: {attribute} names “{name}”, which is not on the page"


def labelled_fields(markup: Markup) -> Iterator[str]:
    labelled = {label.get("for") for label in markup.all("label") if _text(label)}
    wrapped = {id(inner) for label in markup.all("label") if _text(label) for inner in label.iter()}
    for field in markup.all("input", "select", "textarea"):
        if field.tag == "input" and field.get("type") in NEEDS_NO_LABEL:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby")
        if not named and field.get("id", "-") not in labelled and id(field) not in wrapped:
            yield f"{_shown(field)} has no label"


def named_controls(markup: Markup) -> Iterator[str]:
    for element in markup.all("a", "button"):
        described = element.get("aria-label") or element.get("aria-labelledby") or _text(element)
        pictures = [part.get("alt") or part.get("aria-label") for part in element.iter()]
        if (element.tag == "button" or element.get("href")) and not described and not any(pictures):
            yield f"{_shown(element)} has no name"
    yield from (f"{_shown(image)} has no alt" for image in markup.all("img") if image.get("alt") is None)


def complete_forms(markup: Markup) -> Iterator[str]:
    for form in markup.all("form"):
        method = (form.get("method") or "").lower()
        if not form.get("action") or method not in {"get", "post", "dialog"}:
            yield f"{_shown(form)} lacks an action or a method"
        tokens = [field for field in form.iter("input") if field.get("name") == "csrf_token" and field.get("value")]
        if method == "post" and len(tokens) != 1 and not markup.needs_no_token(form.get("action") or ""):
            yield f"{_shown(form)} has {len(tokens)} CSRF tokens"
        if method == "get" and tokens:
            yield f"{_shown(form)} shows its CSRF token in the address"


def safe_scripts(markup: Markup) -> Iterator[str]:
    for element in markup.all("script", "style"):
        runs = element.tag == "style" or "json" not in (element.get("type") or "")
        nonce = element.get("nonce")
        if runs and element.get("src") is None and (not nonce or f"'nonce-{nonce}'" not in markup.policy):
            yield f"{_shown(element)} is inline without the nonce of this page's policy"
    for element in markup.elements:
        if any(name.startswith("on") for name in map(str, element.keys())):
            yield f"{_shown(element)} has an inline event handler"
        if (element.get("href") or "").strip().lower().startswith("javascript:"):
            yield f"{_shown(element)} is a javascript: link"


def allowed_styles(markup: Markup) -> Iterator[str]:
    allowed = re.search(r"style-src(-attr)? [^;]*'unsafe-inline'", markup.policy)
    if markup.policy and not allowed:
        yield from (f"{_shown(e)} has a style attribute the policy forbids" for e in markup.elements if e.get("style"))


def nothing_from_elsewhere(markup: Markup) -> Iterator[str]:
    for element in markup.elements:
        address = element.get(FETCHES.get(str(element.tag), "")) or ""
        fetches = element.tag != "link" or not set((element.get("rel") or "").split()) & LINKS_THAT_FETCH_NOTHING
        if fetches and (urlsplit(address).hostname or "") not in OWN_HOSTS:
            yield f"{_shown(element)} fetches from elsewhere: {address}"


ALWAYS: tuple[Check, ...] = (
    valid_html,
    unique_ids,
    labelled_fields,
    named_controls,
    complete_forms,
    safe_scripts,
    allowed_styles,
    nothing_from_elsewhere,
)
WHOLE: tuple[Check, ...] = (language, one_title_and_heading, references)


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _shown(element: Element) -> str:
    shown = " ".join(f'{name}="{str(value)[:40]}"' for name, value in list(element.items())[:4])
    return f"<{element.tag} {shown}>".replace(" >", ">")
