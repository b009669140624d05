"""What is wrong with a file: where, in which field, and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One finding. Line numbers start at 1; line 0 means the file as a whole. A warning does not stop a count."""

    line: int
    field: str
    expected: str
    found: str = ""
    warning: bool = False

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else "file"
        name = f", {self.field}" if self.field else ""
        found = f", found {shorten(self.found)}" if self.found else ""
        return f"{'warning: ' if self.warning else ''}{where}{name}: expected {self.expected}{found}"


class PabulibError(ValueError):
    """The file cannot be counted; `problems` says why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def fail(line: int, field: str, expected: str, found: str = "") -> PabulibError:
    """An error with one problem."""
    return PabulibError([Problem(line, field, expected, found)])


def shorten(text: str, width: int = 60) -> str:
    """Text of a hostile file, made fit for a terminal."""
    clean = "".join(c if c.isprintable() else "�" for c in text[: width + 1])
    return repr(clean if len(text) <= width else clean[:width] + "…")
