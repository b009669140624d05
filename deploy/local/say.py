"""What the person at the keyboard reads: plain lines, and the lines of the parts under their names."""

from __future__ import annotations

import os
import sys
from typing import TextIO

COLOURS = {"web": "36", "worker": "33", "schedule": "35", "mail": "32", "postgres": "34", "valkey": "34"}
WIDTH = max(map(len, COLOURS))


def line(text: str) -> None:
    """One line from Torvet itself."""
    _write(sys.stdout, text)


def fault(text: str) -> None:
    """One line about what went wrong."""
    _write(sys.stderr, text)


def of(part: str, text: str) -> None:
    """One line that a part wrote."""
    name = f"{part:<{WIDTH}} |"
    if sys.stdout.isatty():
        name = f"\033[{COLOURS.get(part, '37')}m{name}\033[0m"
    line(f"{name} {text}")


def _write(stream: TextIO, text: str) -> None:
    """Write a line. Where nobody can read any more, a closed terminal or a full disk, nothing is said: work goes on."""
    try:
        stream.write(f"{text}\n")
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
