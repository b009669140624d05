"""The commands of the tally as programs of their own: without the square, and with a terminal that is told."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app import STAND_ALONE
from config import ROOT
from tests.budgeting.elections import text

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
SQUARE = ("sqlalchemy", "app.kernel.web", "redis", "scipy", "sklearn")
TOLD = """
import sys
from flask.cli import main
try:
    main()
finally:
    print([name for name in {names!r} if name in sys.modules], file=sys.stderr)
"""


@pytest.fixture
def square(tmp_path: Path) -> Path:
    file = tmp_path / "square.pb"
    file.write_text(text({"bench": 60, "slide": 50}, ["bench", "bench,slide"], 100))
    return file


def program(*words: object, names: tuple[str, ...] = SQUARE) -> subprocess.CompletedProcess[str]:
    """The flask command in a process of its own; the last line of its errors names the modules it brought in."""
    command = [sys.executable, "-c", TOLD.format(names=names), "--app", "wsgi", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(("group", "verb"), STAND_ALONE)
def test_a_command_that_stands_alone_brings_nothing_of_the_square_in(
    group: str, verb: str, square: Path, tmp_path: Path
) -> None:
    done = program(group, verb, square, *([tmp_path / "tables"] if verb == "convert" else []))
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"


def test_other_commands_find_the_whole_square() -> None:
    done = program("--no-debug", "budgets", "--help", names=("app.kernel.web",))
    assert "tally" in done.stdout
    assert done.stderr.splitlines()[-1] == "['app.kernel.web']"
    assert program("nonsense").returncode == 2


def test_a_notebook_gets_the_engine_without_the_web() -> None:
    asked = "import sys, app.budgeting.engine.tally; print('flask' in sys.modules, 'scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_a_terminal_is_told_how_far_a_count_is_that_takes_over_a_second(tmp_path: Path) -> None:
    file = tmp_path / "long.pb"
    dice = np.random.default_rng(1)
    votes = [",".join(f"p{p}" for p in sorted(set(dice.integers(0, 60, 4).tolist()))) for _ in range(3000)]
    file.write_text(text({f"p{p}": int(dice.integers(5_000, 90_000)) for p in range(60)}, votes, 900_000))
    ours, theirs = pty.openpty()
    command = [*FLASK, "budgets", "tally", str(file), "--step", "0.001"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs) as running:
        os.close(theirs)
        said = b""
        try:
            while b" counts (" not in said:
                said += os.read(ours, 4096)
        finally:
            running.kill()
    os.close(ours)
    assert said.startswith(b"\x1b[K")
