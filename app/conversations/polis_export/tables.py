"""CSV files, plain or packed, with errors that name file and line."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO, cast

LONGEST_FIELD = 1_000_000


class ExportError(ValueError):
    """A file that cannot be read as what it should be; the message names it, the line, and what was
    expected."""


class Table:
    """A CSV file with named columns: names trimmed and lower-cased, rows read one by one."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._rows = raw_rows(path)
        _, head = next(self._rows, (0, []))
        self.columns = [column.strip().lower() for column in head]

    def place(self, column: str) -> int:
        """Where a column stands; an error when it is missing."""
        if column not in self.columns:
            raise ExportError(f"{self.name} has no column “{column}”. It has: {', '.join(self.columns) or 'none'}.")
        return self.columns.index(column)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of each row that is not empty; short rows are refused."""
        for line, cells in self._rows:
            if len(cells) < len(self.columns):
                raise ExportError(
                    f"{self.name}, line {line}: {len(cells)} cells where {len(self.columns)} were expected."
                )
            yield line, cells

    def number(self, text: str, line: int, what: str) -> int:
        """A whole number; “1.0” counts as one."""
        try:
            return int(text)
        except ValueError:
            return self._from_decimal(text, line, what)

    def _from_decimal(self, text: str, line: int, what: str) -> int:
        try:
            value = float(text)
            if value != int(value):
                raise ValueError(text)
        except (ValueError, OverflowError):
            shown = text if len(text) <= 40 else text[:40] + "…"
            raise ExportError(f"{self.name}, line {line}: {what} “{shown}” is not a whole number.") from None
        return int(value)


def find(folder: Path, names: Sequence[str]) -> Path | None:
    """The first of these files that is there, plain or as .gz."""
    for name in names:
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                return path
    return None


def raw_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every line that holds anything."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with _opened(path) as file:
            reader = csv.reader(file)
            for cells in reader:
                if any(cells):
                    yield reader.line_num, cells
    except UnicodeDecodeError as error:
        raise ExportError(f"{path.name} is not text in UTF-8.") from error
    except csv.Error as error:
        raise ExportError(f"{path.name}, line {reader.line_num}: {error}.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise ExportError(f"{path.name} cannot be read: {error}.") from error


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig", newline=""))
    return path.open(encoding="utf-8-sig", newline="")
