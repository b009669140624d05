"""The browser of the journeys: Debian's Chromium. Standard library only."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from deploy.local import say, tool
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
    if os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get"):
        say.line("Installing Chromium for the browser journeys …")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        tool.run("refresh Debian's package lists", ["apt-get", "update", "-qq"], env=quiet)
        tool.run(
            "install Chromium", ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"], env=quiet
        )
    if path := find():
        return path
    raise Trouble(
        "The browser journeys need Chromium, which is missing: install it as root with "
        "“apt-get install chromium”, or set CHROMIUM to the path of one, and start again."
    )
