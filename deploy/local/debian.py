"""Programs of others that the tests need, from Debian's packages. Standard library only."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from deploy.local import place, say, tool

QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def here() -> bool:
    """Whether packages can be had: this is Debian, and we are root."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def install(package: str) -> None:
    """Install a package as root."""
    _refresh()
    command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", package]
    tool.run(f"install Debian's {package}", command, env=QUIET)


def unpack(package: str) -> Path:
    """Lay a package out under `var/tools` without installing it: nothing is changed, nothing started."""
    folder = place.folder(place.VAR / "tools" / package)
    _refresh()
    download = ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", package]
    tool.run(f"fetch Debian's {package}", download, env=QUIET, cwd=folder)
    for file in folder.glob("*.deb"):
        tool.run(f"unpack Debian's {package}", ["dpkg", "--extract", file, folder])
        file.unlink()
    return folder


def _refresh() -> None:
    say.line("Refreshing Debian's package lists …")
    tool.run("refresh Debian's package lists", ["apt-get", "update", "-qq"], env=QUIET)
