"""Keeps the parts and the servers alive: starts them, shows what they write, revives the fallen, stops them all."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from deploy.local import processes, say
from deploy.local.parts import Part
from deploy.local.place import ROOT
from deploy.local.servers import Servers

TICK = 0.2
STEADY = 30.0
LONGEST_PAUSE = 30.0


@dataclass
class Child:
    """A part and its present process."""

    part: Part
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    again_at: float = 0.0
    falls: int = 0

    def start(self) -> None:
        self.process = processes.start(
            self.part.command,
            output=subprocess.PIPE,
            env=self.part.env,
            cwd=ROOT,
            pass_fds=self.part.sockets,
        )
        self.started = time.monotonic()
        threading.Thread(target=self._show, args=(self.process,), daemon=True).start()

    def look(self) -> None:
        """Start again what ended by itself, after a pause that doubles with each fall."""
        now = time.monotonic()
        if self.process is not None and (code := self.process.poll()) is not None:
            self.falls = 0 if now - self.started > STEADY else self.falls + 1
            pause = min(2.0**self.falls, LONGEST_PAUSE)
            say.of(self.part.name, f"ended with code {code}; starting again in {pause:.0f} s")
            self.process, self.again_at = None, now + pause
        elif self.process is None and now >= self.again_at:
            self.start()

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, patience=self.part.patience)
            self.process = None

    def _show(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for text in output:
                say.of(self.part.name, text.decode(errors="replace").rstrip())


@dataclass
class Supervisor:
    """All children, and the signals that end them."""

    servers: Servers
    children: list[Child]
    each_tick: Callable[[], Any] = lambda: None
    opened: threading.Event = field(default_factory=threading.Event)
    """Set when the pages are there: the other parts may start."""
    stopping: bool = field(default=False, init=False)

    def run(self) -> None:
        """Until Ctrl-C, SIGTERM or a server that cannot be brought back."""
        before = {
            number: signal.signal(number, self._asked) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            while not self.stopping:
                self._tick()
                time.sleep(TICK)
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _tick(self) -> None:
        for name in self.servers.revive():
            say.of(name, "fell and was started again")
        for child in self.children:
            if self.opened.is_set() or not child.part.after_web:
                child.look()
        self.each_tick()

    def restart(self, *names: str) -> None:
        """Stop and start some parts, or all."""
        for child in self.children:
            if not names or child.part.name in names:
                child.stop()
                child.start()

    def stop(self) -> None:
        """All parts at once, then the servers under them."""
        say.line("Stopping …")
        threads = [threading.Thread(target=child.stop) for child in self.children]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.servers.stop()
        say.line("Stopped. Everything is kept in var/.")

    def _asked(self, number: int, frame: FrameType | None) -> None:
        if self.stopping and number == signal.SIGINT:
            for child in self.children:
                if child.process is not None:
                    child.process.kill()
        self.stopping = True
