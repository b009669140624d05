"""Words, numbers and dates of one language. The report is a file of its own, so it brings its own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from app.conversations.report import words_da, words_en

NUMBER_WORDS = {"da": {2: "to", 3: "tre", 4: "fire", 5: "fem"}, "en": {2: "two", 3: "three", 4: "four", 5: "five"}}


@dataclass(frozen=True)
class Language:
    """How a report speaks."""

    code: str

    def say(self, key: str, **parts: object) -> str:
        """A text with its parts filled in."""
        words = words_da.WORDS if self.code == "da" else words_en.WORDS
        return words[key].format(**parts)

    def number(self, value: float, decimals: int = 0) -> str:
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return str(format_decimal(value, format=pattern, locale=self.locale))

    def percent(self, part: float, whole: float) -> str:
        """A share in whole per cent, “–” of nothing."""
        return str(format_percent(part / whole, format=None, locale=self.locale)) if whole else "–"

    def date(self, day: date) -> str:
        return str(format_date(day, format="long", locale=self.locale))

    def people(self, n: int) -> str:
        return self.say("person") if n == 1 else self.say("persons", n=self.number(n))

    def statements(self, n: int) -> str:
        return self.say("statement_one") if n == 1 else self.say("statement_many", n=self.number(n))

    def votes(self, n: int) -> str:
        return self.say("votes_one") if n == 1 else self.say("votes_many", n=self.number(n))

    def count(self, n: int) -> str:
        return NUMBER_WORDS[self.code].get(n, self.number(n))

    def quoted(self, text: str) -> str:
        inside = text.rstrip(".")
        return f"”{inside}”" if self.code == "da" else f"“{inside}”"

    def listed(self, items: Sequence[str]) -> str:
        """a, b and c."""
        if len(items) < 2:
            return "".join(items)
        last = self.say("and")
        return f"{', '.join(items[:-1])} {last} {items[-1]}"

    @property
    def locale(self) -> str:
        return "da_DK" if self.code == "da" else "en_GB"
