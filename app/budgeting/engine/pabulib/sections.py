"""The three sections of a file: META, PROJECTS, VOTES, each a title, a header and rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from app.budgeting.engine.pabulib.problems import fail
from app.budgeting.engine.pabulib.source import LONGEST_CELL, MOST_BLANK_LINES, MOST_COLUMNS, MOST_PROJECTS

TITLES = ("META", "PROJECTS", "VOTES")


@dataclass
class Section:
    """The header and the rows of a section, each row with the number of its line."""

    line: int
    header: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


@dataclass
class Body:
    """The text of the VOTES section, not yet taken apart; `first` is the number of its first line."""

    line: int
    header: list[str]
    text: str
    first: int


class Lines:
    """The lines of a text, one after the other, and how far they have been read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.read = 0

    def __iter__(self) -> Iterator[str]:
        while self.read < len(self.text):
            end = self.text.find("\n", self.read)
            begin, self.read = self.read, end + 1 if end >= 0 else len(self.text)
            yield self.text[begin : self.read]


def split(text: str) -> tuple[Section, Section, Body]:
    """The three sections of a text, in their order."""
    csv.field_size_limit(LONGEST_CELL)
    lines = Lines(text)
    reader = csv.reader(iter(lines), delimiter=";")
    rows = _numbered(reader)
    meta = Section(_title(rows, "META", "the title META on the first line"), _header(rows, "META"))
    meta.rows, line = _until(rows, "PROJECTS", 1000)
    projects = Section(line, _header(rows, "PROJECTS"))
    projects.rows, line = _until(rows, "VOTES", MOST_PROJECTS)
    header = _header(rows, "VOTES")
    return meta, projects, Body(line, header, text[lines.read :], reader.line_num + 1)


def quoted_rows(body: Body) -> Iterator[tuple[int, list[str]]]:
    """The rows of a VOTES section that needs care: quotes, blank lines, blanks around cells."""
    reader = csv.reader(iter(Lines(body.text)), delimiter=";")
    yield from _numbered(reader, body.first - 1)


def _numbered(reader: Iterator[list[str]], before: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, stripped, each with the number of its first line; `before` lines came earlier."""
    blank = 0
    while blank <= MOST_BLANK_LINES:
        line = before + getattr(reader, "line_num", 0) + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise fail(line, "", f"cells of at most {LONGEST_CELL} characters, quotes closed", str(error)) from error
        if len(row) > MOST_COLUMNS:
            raise fail(line, "", f"at most {MOST_COLUMNS} columns", f"{len(row)} columns")
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield line, cells
        else:
            blank += 1
    raise fail(line, "", f"at most {MOST_BLANK_LINES} blank lines")


def _title(rows: Iterator[tuple[int, list[str]]], title: str, expected: str) -> int:
    line, row = next(rows, (0, [""]))
    if row[0].upper() != title or any(row[1:]):
        raise fail(line, title, expected, row[0])
    return line


def _header(rows: Iterator[tuple[int, list[str]]], title: str) -> list[str]:
    line, row = next(rows, (0, []))
    first = {"META": "key", "PROJECTS": "project_id", "VOTES": "voter_id"}[title]
    while row and not row[-1]:
        row.pop()
    if not row or row[0].lower() != first:
        raise fail(line, title, f"a header that starts with {first}", row[0] if row else "")
    names = [name.lower() for name in row]
    if len(set(names)) != len(names) or "" in names:
        raise fail(line, title, "a different name for every column", ";".join(row))
    return names


def _until(rows: Iterator[tuple[int, list[str]]], title: str, most: int) -> tuple[list[tuple[int, list[str]]], int]:
    found: list[tuple[int, list[str]]] = []
    for line, row in islice(rows, most + 1):
        if row[0].upper() in TITLES and not any(row[1:]):
            if row[0].upper() != title:
                raise fail(line, row[0], f"the section {title} here")
            return found, line
        found.append((line, row))
    if len(found) > most:
        raise fail(found[-1][0], "", f"at most {most} rows before {title}")
    raise fail(0, title, f"a section {title}")
