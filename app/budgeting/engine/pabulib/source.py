"""From bytes on disk to numbered lines: gzip, byte order mark, line ends, and limits on all of them."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

from app.budgeting.engine.pabulib.problems import fail

MOST_BYTES = 2**28
MOST_COLUMNS = 200
MOST_PROJECTS = 20_000
MOST_VOTERS = 10_000_000
MOST_NAMED = 30_000_000
MOST_BLANK_LINES = 10_000
LONGEST_CELL = 1_000_000
"""Limits far above any real file, so that a small packed one cannot take hours or all memory: the largest elections
known have a few hundred projects and some hundred thousand voters.
"""


def read_bytes(path: Path) -> bytes:
    """The content of a file, unpacked when it is gzip."""
    if path.stat().st_size > MOST_BYTES:
        raise fail(0, "", f"a file of at most {MOST_BYTES} bytes")
    return unpacked(path.read_bytes())


def unpacked(data: bytes) -> bytes:
    """The bytes themselves, or what they hold if they are gzip; never more than the limit."""
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            content = packed.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise fail(0, "", "a whole gzip file", str(error)) from error
    if len(content) > MOST_BYTES:
        raise fail(0, "", f"at most {MOST_BYTES} bytes when unpacked")
    return content


def text_of(data: bytes) -> str:
    """UTF-8 text with plain line ends, with or without a byte order mark."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise fail(line, "", "UTF-8 text", f"byte {data[error.start]:#x}") from error
    if "\0" in text:
        raise fail(text.count("\n", 0, text.index("\0")) + 1, "", "text without NUL characters")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
