"""Numbers as Pabulib writes them, read exactly and within bounds."""

from __future__ import annotations

import re

from app.budgeting.engine.pabulib.problems import fail

AMOUNT = re.compile(r"\d{1,15}(?:\.\d{1,6})?")
SIGNED = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")


def amount(text: str, line: int, field: str) -> tuple[int, int]:
    """(digits, decimals) of an amount of money such as 1234.50 → (12345, 1). A decimal comma is understood."""
    plain = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    if not AMOUNT.fullmatch(plain):
        raise fail(line, field, "an amount such as 1234.50, at most 15 digits before the point and 6 after", text)
    return _digits(plain)


def points(text: str, line: int, field: str = "points") -> tuple[int, int]:
    """(digits, decimals) of points, which may be negative."""
    if not SIGNED.fullmatch(text):
        raise fail(line, field, "a number of at most 12 digits before the point and 6 after", text)
    return _digits(text)


def _digits(text: str) -> tuple[int, int]:
    body, _, tail = text.partition(".")
    tail = tail.rstrip("0")
    return int(body + tail), len(tail)


def scaled(number: tuple[int, int], decimals: int) -> int:
    """(digits, decimals) in units of 10**-decimals."""
    digits, own = number
    return digits * 10 ** (decimals - own)


def written(units: int, decimals: int) -> str:
    """The shortest decimal of an amount: 250000 with 2 decimals → 2500."""
    sign = "-" if units < 0 else ""
    whole_part, tail = divmod(abs(units), 10**decimals)
    fraction = f"{tail:0{decimals}d}".rstrip("0") if decimals else ""
    return f"{sign}{whole_part}{'.' + fraction if fraction else ''}"
