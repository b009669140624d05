"""`make test` and `make sure`: the proof."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from deploy.local import browser, place, say, setup

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


def test(arguments: list[str]) -> int:
    """Every test, browser journeys included; branches of rules, actions and engines are counted."""
    setup.build()
    chromium = browser.ensure()
    coverage = [] if arguments else ["--cov", "--cov-report=term-missing:skip-covered"]
    command = [sys.executable, "-m", "pytest", "-n", os.environ.get("WORKERS", "2"), "--dist=loadgroup", *coverage]
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
