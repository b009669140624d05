"""Everything a start stands on: Python packages, front-end packages, theme and translations."""

from __future__ import annotations

import compileall
import os
import sys

from deploy.local import place, python_packages
from deploy.local.lock import in_turn


def enter(command: list[str], *, dev: bool) -> None:
    """Go on in the virtual environment, which is made ready first. Comes back only when already in it."""
    os.chdir(place.ROOT)
    place.folder(place.VAR)
    with in_turn(place.VAR / "setup.lock", "setting up"):
        python_packages.ensure(dev=dev)
    if not python_packages.inside():
        python = str(python_packages.python())
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each of our many processes would compile everything anew
        sys.stdout.flush()
        os.execv(python, [python, "-m", "deploy.local", *command])


def build() -> None:
    """Front-end packages, theme, translations: each only when something changed."""
    from deploy.local import frontend, messages, theme

    with in_turn(place.VAR / "setup.lock", "setting up"):
        frontend.ensure()
        theme.ensure()
        messages.ensure()


def compile_all() -> None:
    """Compile all Python now: where Torvet runs for real, it may not write among its programs."""
    folders = [place.ROOT / "app", *([] if os.environ.get("VENV") else [place.VENV / "lib"])]
    for folder in folders:
        compileall.compile_dir(folder, quiet=2, workers=0)
