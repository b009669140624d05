"""What the person at the keyboard reads: plain lines, and the lines of the parts under their names."""

from __future__ import annotations

import sys

COLOURS = {"web": "36", "worker": "33", "schedule": "35", "mail": "32", "postgres": "34", "valkey": "34"}
WIDTH = max(map(len, COLOURS))


def line(text: str) -> None:
    """One line from Torvet itself."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def fault(text: str) -> None:
    """One line about what went wrong."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def of(part: str, text: str) -> None:
    """One line that a part wrote."""
    name = f"{part:<{WIDTH}} |"
    if sys.stdout.isatty():
        name = f"\033[{COLOURS.get(part, '37')}m{name}\033[0m"
    line(f"{name} {text}")
