"""Only one Torvet runs in one `var/` at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import say
from deploy.local.trouble import Trouble, while_doing


@contextmanager
def alone(var: Path) -> Iterator[Path]:
    """Hold the lock of a running Torvet; a second one is told about the first."""
    path = var / "run.lock"
    with while_doing("write", path):
        file = path.open("a+")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            who = " ".join(file.read().split()) or "another process"
            raise Trouble(f"Torvet already runs here ({who}): use that one, or stop it first.") from None
        note(path, f"process {os.getpid()}")
        try:
            yield path
        finally:
            note(path, "")


def note(path: Path, text: str) -> None:
    """Write down who holds the lock and where it can be found."""
    with while_doing("write", path):
        path.write_text(text)


@contextmanager
def in_turn(path: Path, what: str) -> Iterator[None]:
    """Wait until nobody else here does the same."""
    with while_doing("write", path):
        file = path.open("a")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say.line(f"Waiting for another process that is {what} …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
