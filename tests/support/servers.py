"""The real servers of one test run: started when the first test asks for them, shared by all workers."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config import ROOT
from deploy.local import messages
from deploy.local.keeper import ADDRESSES

RUN = "TORVET_TEST_RUN"
OWNER = "TORVET_TEST_RUN_OWNER"


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the run makes its folder and the words fresh; the workers inherit its name."""
    if not hasattr(config, "workerinput"):
        messages.ensure()
        folder = Path(tempfile.mkdtemp(prefix="torvet-test-"))
        folder.chmod(0o711)
        os.environ[RUN], os.environ[OWNER] = str(folder), str(os.getpid())


def pytest_unconfigure(config: pytest.Config) -> None:
    if os.environ.get(OWNER) == str(os.getpid()):
        _stop_keeper(Path(os.environ[RUN]))


@contextmanager
def locked(name: str) -> Iterator[Path]:
    """Hold a lock that all workers of this run share; gives the run's folder."""
    folder = Path(os.environ[RUN])
    with (folder / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield folder


def addresses() -> dict[str, str]:
    """The addresses of PostgreSQL and Valkey, which the first caller starts."""
    with locked("servers") as folder:
        servers = folder / "servers"
        written = servers / ADDRESSES
        if not written.exists():
            if (folder / "keeper.pid").exists():
                raise RuntimeError("The servers of this test run are gone: " + (folder / "keeper.log").read_text())
            servers.mkdir(mode=0o711, exist_ok=True)
            keeper = _start_keeper(servers)
            (folder / "keeper.pid").write_text(str(keeper.pid))
            _wait_for(written, keeper)
    pairs = (line.split("=", 1) for line in written.read_text().splitlines())
    return dict(pairs)


def _start_keeper(servers: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "deploy.local", "keep-servers", str(servers), os.environ[OWNER]]
    with (servers.parent / "keeper.log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def _wait_for(written: Path, keeper: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if written.exists():
            keeper.returncode = 0  # it outlives this worker on purpose
            return
        if keeper.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError((written.parents[1] / "keeper.log").read_text())


def _stop_keeper(folder: Path) -> None:
    pid = folder / "keeper.pid"
    if pid.exists():
        keeper = int(pid.read_text())
        try:
            os.kill(keeper, 15)
            _wait_until_gone(keeper)
        except ProcessLookupError:
            pass
    shutil.rmtree(folder, ignore_errors=True)


def _wait_until_gone(pid: int) -> None:
    for _ in range(200):
        try:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return
        except ChildProcessError:
            os.kill(pid, 0)
        time.sleep(0.05)
