"""The servers Torvet stands on: started here, unless the environment names real ones."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.error import URLError
from urllib.request import urlopen

from deploy.local import place, processes
from deploy.local.postgres import Postgres
from deploy.local.trouble import Trouble, while_doing
from deploy.local.valkey import Valkey

PATIENCE = 30.0
DATABASE = "torvet"


class Server(Protocol):
    """A program of others that keeps data for Torvet."""

    var: Any
    name: Any
    farewell: Any

    @property
    def log(self) -> Path: ...
    def prepare(self) -> None: ...
    def command(self) -> list[str | Path]: ...
    def options(self) -> dict[str, object]: ...
    def ready(self) -> bool: ...
    def failed(self) -> Trouble: ...


@dataclass
class Servers:
    """PostgreSQL and Valkey with their data under `var`, started together and stopped together."""

    var: Path
    fast: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    running: list[tuple[Server, subprocess.Popen[Any]]] = field(default_factory=list)

    def start(self) -> dict[str, str]:
        """Bring up, side by side, what the environment does not name; return the addresses of what was started."""
        postgres = Postgres(self.var, self.fast) if "DATABASE_URL" not in self.environ else None
        valkey = Valkey(self.var, self.fast) if "REDIS_URL" not in self.environ else None
        addresses = {}
        try:
            for begun in [self._begin(server) for server in (postgres, valkey) if server]:
                self._wait_for(*begun)
            if postgres:
                postgres.ensure(DATABASE)
                addresses["DATABASE_URL"] = postgres.url(DATABASE)
            if valkey:
                addresses["REDIS_URL"] = valkey.url()
        except BaseException:
            self.stop()
            raise
        return addresses

    def stop(self) -> None:
        while self.running:
            server, process = self.running.pop()
            processes.stop(process, by=server.farewell, patience=20.0)

    def revive(self) -> list[str]:
        """Start again the servers that ended by themselves; a second fall at once is a Trouble. Gives their names."""
        fallen = [(server, process) for server, process in self.running if process.poll() is not None]
        for entry in fallen:
            self.running.remove(entry)
            self._wait_for(*self._begin(entry[0]))
        return [server.name for server, _ in fallen]

    def _begin(self, server: Server) -> tuple[Server, subprocess.Popen[Any]]:
        place.folder(server.log.parent)
        server.prepare()
        with while_doing("write the log", server.log), server.log.open("w") as log:
            process = processes.start(server.command(), output=log, farewell=server.farewell, **server.options())
        self.running.append((server, process))
        return server, process

    def _wait_for(self, server: Server, process: subprocess.Popen[Any]) -> None:
        if not wait_until(server.ready, lambda: process.poll() is None):
            raise server.failed()


def answers(address: str) -> bool:
    """Whether Torvet, or a part of it, is alive there."""
    try:
        with urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def wait_until(ready: Callable[[], bool], alive: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Whether `ready` came true while `alive` held and patience lasted."""
    end = time.monotonic() + patience
    while alive() and time.monotonic() < end:
        if ready():
            return True
        time.sleep(0.05)
    return False
