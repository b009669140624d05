"""The square on the air: gunicorn and a worker as processes, on a database of their own, with real commits."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask

from app import create_app
from config import ROOT, Config
from deploy.local import ports, processes
from deploy.local.servers import answers, wait_until
from tests.support import database

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
GUNICORN = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy" / "gunicorn.py")]


@dataclass
class Live:
    """A running square: its address, its settings, and its processes, which a test may kill and start again."""

    config: Config
    opened: socket.socket
    log: Path
    workers: int = 1
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return self.config.base_url

    def start(self) -> None:
        self.start_web()
        self.start_worker()

    def start_web(self) -> None:
        bind = ["--workers", str(self.workers), "--bind", f"fd://{self.opened.fileno()}", "wsgi:app"]
        self.web = self._process([*GUNICORN, *bind], pass_fds=[self.opened.fileno()])
        if not wait_until(lambda: answers(self.address), lambda: self.web is not None and self.web.poll() is None):
            raise RuntimeError(self.log.read_text())

    def start_worker(self) -> None:
        self.worker = self._process([*FLASK, "jobs", "work"])

    def stop(self) -> None:
        for process in (self.web, self.worker):
            if process is not None:
                processes.stop(process)

    def _process(self, command: list[str], **options: object) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return processes.start(command, output=log, env=self._environment(), cwd=ROOT, **options)

    def _environment(self) -> dict[str, str]:
        values = {name: getattr(self.config, name) for name in Config.__dataclass_fields__}
        return {**os.environ, **{name.upper(): str(value) for name, value in values.items()}}


@contextmanager
def on_air(config: Config, folder: Path, workers: int = 1) -> Iterator[Live]:
    """Run a square with these settings, on a port the system chose."""
    with ports.listen("PORT", ports.ANY) as opened:
        address = f"http://{ports.HOST}:{opened.getsockname()[1]}"
        live = Live(replace(config, base_url=address, environment="development"), opened, folder / "live.log", workers)
        try:
            live.start()
            yield live
        finally:
            live.stop()


@contextmanager
def square_of(live: Live) -> Iterator[Flask]:
    """The square's application in this process, with its context pushed: for factories and for looking into tables."""
    app = create_app(replace(live.config, environment="test"))
    with app.app_context():
        yield app
    database.hang_up(app)


def beside(valkey_url: str, step: int) -> str:
    """Another database of the same Valkey."""
    base, _, number = valkey_url.rpartition("=")
    return f"{base}={int(number) + step}"
