"""The one place that knows what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DANISH_TIME = ZoneInfo("Europe/Copenhagen")


def now() -> datetime:
    """This moment, with time zone UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The date in Denmark."""
    return now().astimezone(DANISH_TIME).date()
