"""A square for benchmarks alone: servers of its own, ten thousand ideas, and a web server with two workers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import ROOT
from deploy.local.keeper import ADDRESSES
from deploy.local.servers import answers, wait_until

KEY = "a-key-for-benchmarks-that-is-longer-than-32-characters"


@contextmanager
def environment(ideas: int) -> Iterator[dict[str, str]]:
    """The settings of a filled square whose servers live as long as the block."""
    with tempfile.TemporaryDirectory(prefix="torvet-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        (folder / "servers").mkdir(mode=0o711)
        keeper = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "keep-servers", name + "/servers", str(os.getpid())]
        )
        try:
            env = {**os.environ, **_addresses(folder / "servers" / ADDRESSES, keeper), **_settings(folder)}
            _flask(env, "-m", "alembic", "upgrade", "head")
            _flask(env, "-m", "flask", "--app", "wsgi", "demo", "load", "--scale", str(ideas))
            yield env
        finally:
            keeper.terminate()
            keeper.wait(30)


def _settings(folder: Path) -> dict[str, str]:
    return {
        "ENVIRONMENT": "test",
        "SECRET_KEY": KEY,
        "FILES_DIR": str(folder / "files"),
        "MAIL_DIR": str(folder / "mails"),
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
    }


def _addresses(file: Path, keeper: subprocess.Popen[bytes]) -> dict[str, str]:
    if not wait_until(file.exists, lambda: keeper.poll() is None):
        raise SystemExit("The servers for the benchmark did not start.")
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def _flask(env: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, *words], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


COMMANDS = {
    "gunicorn": "-m gunicorn -c deploy/gunicorn.py -b 127.0.0.1:{port} {target}",
    "granian": "-m granian --interface wsgi --workers 2 --blocking-threads 4 --no-log --port {port} {target}",
}


@contextmanager
def served(env: dict[str, str], server: str = "gunicorn", target: str = "wsgi:app") -> Iterator[tuple[str, int]]:
    """A web server with two workers on a free port: its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = COMMANDS[server].format(port=port, target=target).split()
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=env)
    try:
        if not wait_until(lambda: answers(f"http://127.0.0.1:{port}"), lambda: process.poll() is None):
            raise SystemExit(f"{server} did not start.")
        yield "127.0.0.1", port
    finally:
        process.terminate()
        process.wait(30)
