"""uv, the fast installer: from the machine, or from its wheel."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import platform
import shutil
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urljoin
from urllib.request import Request, urlopen

from deploy.local import tool
from deploy.local.trouble import Trouble

VERSION = "0.13.9"
DEFAULT_INDEX = "https://pypi.org/simple"
JSON = "application/vnd.pypi.simple.v1+json"


def find(folder: Path) -> Path | None:
    """The uv of the machine, or one kept in `folder`, fetched if need be; None when it cannot be had."""
    if on_machine := shutil.which("uv"):
        return Path(on_machine)
    kept = folder / VERSION / "bin" / "uv"
    if kept.exists():
        return kept
    try:
        if importlib.util.find_spec("pip"):
            _by_pip(folder / VERSION)
        else:
            _from_index(kept)
    except (Trouble, URLError, OSError, LookupError, ValueError):
        return None
    return kept if kept.exists() else None


def index() -> str:
    """The package index this machine is set to use."""
    named = (os.environ.get(name) for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"))
    return next((url for url in named if url), DEFAULT_INDEX).rstrip("/")


def _by_pip(target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target, f"uv=={VERSION}"]
    tool.run("fetch uv", command)


def _from_index(program: Path) -> None:
    """Fetch the wheel without pip, check its digest, and take the program out of it."""
    page = f"{index()}/uv/"
    with urlopen(Request(page, headers={"Accept": JSON}), timeout=60) as answer:
        files = json.load(answer)["files"]
    wheel = choose(files, platform.machine(), platform.libc_ver()[0] == "glibc")
    with urlopen(urljoin(page, wheel["url"]), timeout=300) as answer:
        content = answer.read()
    if sha256(content).hexdigest() != wheel["hashes"]["sha256"]:
        raise ValueError("the wheel of uv is damaged")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        inside = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_bytes(archive.read(inside))
    program.chmod(0o755)


def choose(files: list[dict[str, Any]], machine: str, glibc: bool) -> dict[str, Any]:
    """The wheel for this kind of machine."""
    kind = "manylinux" if glibc else "musllinux"
    for file in files:
        name = file["filename"]
        if name.startswith(f"uv-{VERSION}-") and name.endswith(".whl") and kind in name and f"{machine}." in name:
            return file
    raise LookupError(f"no wheel of uv {VERSION} for {machine}")
