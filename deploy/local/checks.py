"""`make test` and `make sure`: the proof."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from deploy.local import browser, nginx, place, say, setup

BIN = Path(sys.executable).parent
TRANSLATIONS = "tests/test_translations.py"
CHECKS: dict[str, list[str]] = {
    "Format": ["ruff", "format", "--check", "."],
    "Lint": ["ruff", "check", "."],
    "Types": ["mypy"],
    "Imports": ["lint-imports"],
    "Templates": ["djlint", "templates", "--lint", "--quiet"],
    "Translations": ["pytest", TRANSLATIONS, "-n", "0"],
}


WHOLE = ["tests/journeys", "tests/deploy", "tests/real_data"]
"""Tests of whole programs and of large data: they run without counting branches, which would only slow them."""
COUNT = ["--cov", "--cov-report=term-missing:skip-covered"]


def test(arguments: list[str]) -> int:
    """Every test, browser journeys included; the rest with a count of the branches of rules, actions and engines."""
    setup.build()
    chromium = browser.ensure()
    nginx.ensure()
    if arguments:
        return _pytest(arguments, chromium)
    parts = [[*COUNT, *(f"--ignore={folder}" for folder in WHOLE)], WHOLE]
    return max([_pytest(part, chromium) for part in parts])


def _pytest(arguments: list[str], chromium: str) -> int:
    command = [sys.executable, "-m", "pytest", "-n", os.environ.get("WORKERS", "2"), "--dist=loadgroup"]
    return _run([*command, *arguments], CHROMIUM=chromium)


def sure(arguments: list[str]) -> int:
    """All that has to hold before a change lands: every check is made, then, if all hold, the tests."""
    setup.build()
    failed = [name for name, command in CHECKS.items() if _step(name, command)]
    if failed:
        say.fault(f"Not sure: {', '.join(failed)} failed.")
        return 1
    code = test(arguments)
    say.line("Sure: everything holds." if code == 0 else "Not sure: tests failed.")
    return code


def _step(name: str, command: list[str]) -> int:
    say.line(f"— {name}: {' '.join(command)}")
    return _run([str(BIN / command[0]), *command[1:]])


def _run(command: list[str], **env: str) -> int:
    return subprocess.run(command, cwd=place.ROOT, env={**os.environ, "PYTHONPATH": str(place.ROOT), **env}).returncode
