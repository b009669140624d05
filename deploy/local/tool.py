"""Running somebody else's program to its end; what it says is shown only when it fails."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.place import ROOT
from deploy.local.trouble import Trouble, while_doing

FULL = ("No space left on device", "ENOSPC", "Disk quota exceeded")
AWAY = ("Could not resolve", "dns error", "ENOTFOUND", "EAI_AGAIN", "Network is unreachable", "ECONNREFUSED")


def run(what: str, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> str:
    """Run a program; return what it printed. A failure becomes one sentence, after what the program itself said."""
    words = [str(word) for word in command]
    with while_doing(what, Path(words[0])):
        done = subprocess.run(
            words, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, errors="replace"
        )
    if done.returncode:
        raise Trouble(_why(what, done.stdout + done.stderr))
    return done.stdout


def _why(what: str, said: str) -> str:
    if any(mark in said for mark in FULL):
        return f"Cannot {what}: the disk is full."
    if any(mark in said for mark in AWAY):
        return f"Cannot {what}: the package registry cannot be reached; check the network and start again."
    return f"{said.strip()[-3000:]}\n\nCannot {what}: the reason stands above."
