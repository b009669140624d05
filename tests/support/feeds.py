"""Feeds and calendars as those who follow the square read them: by a parser of XML, and line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from xml.etree import ElementTree as ET

from tests.support.client import Page

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Element:
    """A feed or one of its entries."""

    node: ET.Element

    def text(self, name: str) -> str:
        (found,) = self.node.findall(ATOM + name)
        return found.text or ""

    def link(self, rel: str) -> str:
        (found,) = (one for one in self.node.findall(f"{ATOM}link") if one.get("rel") == rel)
        return str(found.get("href"))

    def moment(self, name: str) -> datetime:
        return datetime.fromisoformat(self.text(name))

    @property
    def authors(self) -> list[str]:
        return [one.text or "" for one in self.node.findall(f"{ATOM}author/{ATOM}name")]

    @property
    def categories(self) -> dict[str, str]:
        return {str(one.get("term")): str(one.get("label")) for one in self.node.findall(f"{ATOM}category")}


@dataclass(frozen=True)
class Feed(Element):
    @cached_property
    def entries(self) -> list[Element]:
        return [Element(one) for one in self.node.findall(f"{ATOM}entry")]

    @property
    def titles(self) -> list[str]:
        return [one.text("title") for one in self.entries]

    @property
    def language(self) -> str:
        return str(self.node.get(LANGUAGE))


def feed_in(page: Page) -> Feed:
    """A feed in which everything is that RFC 4287 asks for."""
    assert (page.status_code, page.content_type) == (200, "application/atom+xml; charset=utf-8")
    feed = Feed(ET.fromstring(page.get_data()))
    assert feed.node.tag == f"{ATOM}feed"
    for one in (feed, *feed.entries):
        assert all(one.text(name) for name in ("id", "title"))
        assert one.moment("updated").tzinfo
        assert one.link("alternate").startswith("http://localhost/")
    assert feed.link("self") == feed.text("id")
    assert all(one.authors and all(one.authors) for one in feed.entries)
    names = [one.text("id") for one in feed.entries]
    assert len(set(names)) == len(names)
    moments = [one.moment("updated") for one in feed.entries]
    assert moments == sorted(moments, reverse=True)
    return feed


def events_in(page: Page) -> list[dict[str, str]]:
    """The events of a calendar, as properties without their parameters, of lines that are as RFC 5545 wants them."""
    assert (page.status_code, page.content_type) == (200, "text/calendar; charset=utf-8")
    content = page.get_data()
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert not any(b"\n" in line or b"\r" in line or len(line) > 75 for line in lines)
    assert all(line.decode() for line in lines), "a line is empty, or ends within a letter"
    whole = content.replace(b"\r\n ", b"").decode().split("\r\n")
    assert (whole[0], whole[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert {"VERSION:2.0"} < set(whole)
    blocks = "\r\n".join(whole).split("BEGIN:VEVENT\r\n")[1:]
    return [_properties(block.split("\r\nEND:VEVENT")[0]) for block in blocks]


def _properties(block: str) -> dict[str, str]:
    pairs = [line.split(":", 1) for line in block.split("\r\n")]
    return {name.split(";")[0]: value for name, value in pairs}
