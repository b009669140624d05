"""Days for people's own calendars: iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from flask import Response

from app.kernel import i18n
from app.kernel.feeds import absolute, answer
from app.kernel.html import printable
from app.kernel.settings import settings

KIND = "text/calendar"
LONGEST_LINE = 75
"""Octets, the space that begins a continued line included."""


@dataclass(frozen=True)
class Event:
    """Something that lasts whole days, from the first to the last; `key` names it for ever."""

    key: str
    title: str
    first: date
    last: date
    path: str
    changed: datetime
    description: str = ""


def told(title: str, events: Iterable[Event]) -> Response:
    """The answer that holds a calendar."""
    return answer(b"".join(map(folded, _lines(title, events))), KIND)


def _lines(title: str, events: Iterable[Event]) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "CALSCALE:GREGORIAN")
    yield f"PRODID:-//Torvet//Torvet//{i18n.tongue().upper()}"
    yield from (f"NAME:{escaped(title)}", f"X-WR-CALNAME:{escaped(title)}")
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT12H"
    for event in events:
        yield from _event(event)
    yield "END:VCALENDAR"


def _event(event: Event) -> Iterator[str]:
    page = absolute(event.path)
    description = f"{event.description}\n\n{page}".strip()
    yield "BEGIN:VEVENT"
    yield f"UID:{event.key}@{urlsplit(settings().base_url).hostname}"
    yield f"DTSTAMP:{event.changed.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.last + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(event.title)}"
    yield f"DESCRIPTION:{escaped(description)}"
    yield from (f"URL:{page}", "TRANSP:TRANSPARENT", "END:VEVENT")


def escaped(text: str) -> str:
    """A text as the value of a property."""
    lines = "\n".join(printable(text).splitlines())
    for letter in ("\\", ";", ","):
        lines = lines.replace(letter, f"\\{letter}")
    return lines.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A line with its end, continued where it would be too long, and no letter torn apart."""
    pieces = [b""]
    for letter in line:
        octets = letter.encode()
        if len(pieces[-1]) + len(octets) > LONGEST_LINE:
            pieces.append(b" ")
        pieces[-1] += octets
    return b"\r\n".join(pieces) + b"\r\n"
