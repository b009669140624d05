"""A clone of the project in a deep folder, to be started and broken."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config import ROOT
from deploy.local import place

OPEN = re.compile(r"Torvet is open at (http://\S+)")
Start = Callable[..., "Started"]


@dataclass
class Started:
    """A `make run` under way."""

    process: subprocess.Popen[str]
    log: Path
    began: float = field(default_factory=time.monotonic)

    def said(self) -> str:
        return self.log.read_text()

    def wait_for(self, what: str | re.Pattern[str], seconds: float = 240) -> re.Match[str]:
        """Wait until it has said something."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := re.search(what, self.said()):
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"it never said {what!r}, but:\n{self.said()}")

    def address(self) -> str:
        return self.wait_for(OPEN)[1]

    def end(self, by: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C reaches the whole foreground group; SIGTERM only the process it is sent to."""
        if by == signal.SIGINT:
            os.killpg(self.process.pid, by)
        else:
            self.process.send_signal(by)
        return self.process.wait(30)

    def refused(self, seconds: float = 120) -> list[str]:
        """The lines with which it gave up."""
        assert self.process.wait(seconds) != 0, self.said()
        return [line for line in self.said().splitlines() if line and not line.endswith("…")]


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that others may pass through. Those of pytest are closed to others each time a pytest starts."""
    made = Path(tempfile.mkdtemp(prefix="torvet a clone "))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with folder() as made:
        yield made


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    """The project as git has it, in a folder too deep for a Unix socket."""
    with folder() as made:
        copy = copied_into(made / "/".join(["in-a-rather-deep-folder"] * 5) / "torvet")
        yield copy
        shutil.rmtree(place.socket_folder(copy / "var"))


def copied_into(deep: Path) -> Path:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists():
            (deep / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, deep / name)
    shutil.copytree(ROOT / "node_modules", deep / "node_modules", symlinks=True, copy_function=_link)
    return deep


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@pytest.fixture
def start(clone: Path, tmp_path: Path) -> Iterator[Start]:
    """`make run` in the clone, with the virtual environment of the tests; stopped at the end."""
    begun: list[Started] = []

    def run(env: Mapping[str, str] | None = None, command: str = "run") -> Started:
        log = tmp_path / f"run{len(begun)}.log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TORVET_TEST")}
        given = {"VENV": sys.prefix, "PYTHON": sys.executable, "PORT": "0", "HOME": str(tmp_path), **(env or {})}
        with log.open("w") as output:
            process = subprocess.Popen(
                ["make", "--no-print-directory", command],
                cwd=clone,
                env={**kept, **given},
                stdout=output,
                stderr=output,
                text=True,
                process_group=0,
            )
        begun.append(Started(process, log))
        return begun[-1]

    yield run
    for started in begun:
        if started.process.poll() is None:
            started.end(signal.SIGTERM)
