"""The browser of the journeys: Debian's Chromium. Standard library only."""

from __future__ import annotations

import os
import shutil

from deploy.local import debian, say
from deploy.local.trouble import Trouble

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find() -> str | None:
    """The path of a Chromium, if the machine has one."""
    named = os.environ.get("CHROMIUM")
    found = (shutil.which(name) for name in ((named,) if named else NAMES))
    return next((path for path in found if path), None)


def ensure() -> str:
    """The path of Chromium; on Debian, root installs it when it is missing. Anybody else is told what to do."""
    if path := find():
        return path
    if os.environ.get("CHROMIUM"):
        raise Trouble(f"CHROMIUM names {os.environ['CHROMIUM']}, which is not a program.")
    if debian.here():
        say.line("Installing Chromium for the browser journeys …")
        debian.install("chromium")
    if path := find():
        return path
    raise Trouble(
        "The browser journeys need Chromium, which is missing: install it as root with "
        "“apt-get install chromium”, or set CHROMIUM to the path of one, and start again."
    )
