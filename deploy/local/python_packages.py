"""The virtual environment and the pinned requirements in it. Standard library only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from deploy.local import place, say, tool, uv_wheel
from deploy.local.stamp import Stamp, digest

RUN, DEV = "requirements.txt", "requirements-dev.txt"


def python() -> Path:
    return place.VENV / "bin" / "python"


def inside() -> bool:
    """Whether this very process runs in the virtual environment."""
    return Path(sys.prefix).resolve() == place.VENV.resolve()


def ensure(*, dev: bool) -> None:
    """Bring the requirements in unless they are there. An environment named by VENV is its owner's business."""
    if os.environ.get("VENV"):
        return
    wanted, others = _stamp(dev), _stamp(True)
    if _works() and (wanted.fresh or others.fresh):
        return
    say.line("Setting up Python packages in .venv (a minute or two the first time) …")
    uv = uv_wheel.find(place.folder(place.VAR / "tools" / "uv"))
    if not _works():
        _create(uv)
    install(["-r", place.ROOT / (DEV if dev else RUN)], uv)
    wanted.press()


def install(packages: list[str | Path], uv: Path | None = None) -> None:
    """Install packages into the virtual environment."""
    if uv is None:
        uv = uv_wheel.find(place.VAR / "tools" / "uv")
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", python(), *packages]
    else:
        command = [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    tool.run("install the Python packages", command, env=_environment())


def _create(uv: Path | None) -> None:
    if uv:
        command = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, place.VENV]
    else:
        command = [sys.executable, "-m", "venv", "--clear", place.VENV]
    tool.run("make the virtual environment .venv", command, env=_environment())


def _environment() -> dict[str, str]:
    """uv trusts what the machine trusts, and keeps its cache here when the home cannot hold it."""
    settings = {"UV_SYSTEM_CERTS": "1", "UV_NO_CONFIG": "1", "UV_DEFAULT_INDEX": uv_wheel.index()}
    home = Path(os.environ.get("HOME") or "/nonexistent")
    if not os.access(home, os.W_OK):
        settings |= {"UV_CACHE_DIR": str(place.VAR / "tools" / "cache"), "PIP_NO_CACHE_DIR": "1"}
    return settings


def _works() -> bool:
    if not python().exists():
        return False
    return subprocess.run([python(), "-c", ""], capture_output=True).returncode == 0


def _stamp(dev: bool) -> Stamp:
    files = [place.ROOT / RUN, *([place.ROOT / DEV] if dev else [])]
    return Stamp(place.VENV / f".torvet-{'dev' if dev else 'run'}", digest(files, sys.version))
