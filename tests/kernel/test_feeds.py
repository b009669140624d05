"""What programs read is well formed whatever people wrote, and is not sent twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest
from flask import Flask, request

from app.kernel import calendars, feeds
from tests.support.client import Page
from tests.support.feeds import ATOM, LANGUAGE, events_in, feed_in

EVIL = "<script>alert('&')</script> ]]>\x00\x01\x0b\x1b[31m\x7f\x85\ufffe & æøå 🎉"
CLEAN = "<script>alert('&')</script> ]]>[31m & æøå 🎉"
AT = datetime(2026, 3, 29, 2, 30, 15, 999_999, tzinfo=UTC)


def page(answer: object) -> Page:
    made: Page = Page.force_type(answer)
    made.request = request
    return made


def feed_of(*titles: str) -> feeds.Feed:
    entries = [feeds.Entry(f"/{number}", title, AT, (title,), title) for number, title in enumerate(titles)]
    return feeds.Feed("Nyt", "/a.atom?q=%22%3C&b=1", "/a", entries)


def test_control_characters_are_gone_and_everything_else_is_there(app: Flask) -> None:
    with app.test_request_context("/"):
        found = feed_in(page(feeds.told(feed_of(EVIL))))
    (entry,) = found.entries
    assert entry.text("title") == entry.text("summary") == CLEAN
    assert entry.authors == [CLEAN]
    assert found.link("self") == "http://localhost/a.atom?q=%22%3C&b=1"
    assert entry.text("updated") == entry.text("published") == "2026-03-29T02:30:15Z"


def test_a_feed_without_entries_is_whole_and_stays_the_same(app: Flask) -> None:
    with app.test_request_context("/"):
        first, second = (feeds.told(feed_of()) for _ in range(2))
        assert feed_in(page(first)).entries == []
    assert first.headers["ETag"] == second.headers["ETag"]


def test_text_in_another_language_than_the_feed_says_so(app: Flask) -> None:
    with app.test_request_context("/"):
        told = feeds.told(feed_of("Letters that people understand", "Breve, som folk forstår"))
    titles = ET.fromstring(told.get_data()).findall(f"{ATOM}entry/{ATOM}title")
    assert [title.get(LANGUAGE) for title in titles] == ["en", None]


def test_what_somebody_has_already_is_not_sent_again(app: Flask) -> None:
    with app.test_request_context("/"):
        first = feeds.told(feed_of("Nyt"))
    with app.test_request_context("/", headers={"If-None-Match": first.headers["ETag"]}):
        again = feeds.told(feed_of("Nyt"))
        other = feeds.told(feed_of("Nyere"))
    assert (again.status_code, other.status_code) == (304, 200)


def test_addresses_stand_under_the_base_url_with_or_without_a_slash(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "settings", lambda: type("Own", (), {"base_url": "https://torvet.example.org/"}))
    assert feeds.absolute("/challenges/1") == "https://torvet.example.org/challenges/1"


def event(title: str = "Idéer", description: str = "") -> calendars.Event:
    day = date(2026, 12, 31)
    return calendars.Event("phase-1", title, day, day, "/challenges/1", AT, description)


def test_a_calendar_escapes_what_people_wrote(app: Flask) -> None:
    with app.test_request_context("/"):
        told = calendars.told("Torvet", [event(title="a;b,c\\d\r\nEND:VCALENDAR\n\x00\x07e", description=EVIL)])
        (only,) = events_in(page(told))
    assert only["SUMMARY"] == "a\\;b\\,c\\\\d\\nEND:VCALENDAR\\ne"
    assert only["DESCRIPTION"].endswith("http://localhost/challenges/1")


def test_a_day_ends_before_the_next_one_also_at_the_end_of_a_year(app: Flask) -> None:
    with app.test_request_context("/"):
        (only,) = events_in(page(calendars.told("Torvet", [event()])))
    assert (only["DTSTART"], only["DTEND"]) == ("20261231", "20270101")
    assert (only["UID"], only["DTSTAMP"]) == ("phase-1@localhost", "20260329T023015Z")


@pytest.mark.parametrize("text", ["x" * 500, "æ" * 200, "🎉" * 100, "e\u0301" * 90, "x" * 67 + "æ"])
def test_long_lines_are_folded_between_letters(app: Flask, text: str) -> None:
    with app.test_request_context("/"):
        (only,) = events_in(page(calendars.told(text, [event(title=text)])))
    assert only["SUMMARY"] == text
