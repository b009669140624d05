"""What takes long tells a terminal what is being done and how far it is."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

import click

PATIENCE = 1.0
"""Seconds after which somebody at a terminal wants to know."""
PACE = 0.2
CLEAR = "\033[K"


class Progress:
    """Shows the last thing told, on a terminal and once a second has passed; nothing of it stays there.

    A thread of its own shows it, so that a long step without a word in between is seen too.
    """

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.message = ""
        self.over = threading.Event()
        self.teller = threading.Thread(target=self._show, daemon=True)

    def tell(self, message: str) -> None:
        """Say what is being done now."""
        self.message = message

    def __enter__(self) -> Progress:
        if on_terminal():
            self.teller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.over.set()
        if self.teller.is_alive():
            self.teller.join()

    def _show(self) -> None:
        pause = PATIENCE
        while not self.over.wait(pause):
            click.echo(f"{CLEAR}{self.message} ({time.monotonic() - self.began:.0f} s)\r", nl=False, err=True)
            pause = PACE
        if pause == PACE:
            click.echo(CLEAR, nl=False, err=True)


def on_terminal() -> bool:
    """Whether somebody watches."""
    return sys.stderr.isatty()
