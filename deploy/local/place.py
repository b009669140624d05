"""Where things are kept."""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from deploy.local.trouble import Trouble, while_doing

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
VENV = Path(os.environ["VENV"]).resolve() if os.environ.get("VENV") else ROOT / ".venv"
LONGEST_SOCKET_PATH = 100
"""Linux allows 107 bytes; the names of the sockets themselves are counted apart."""


def folder(path: Path) -> Path:
    """Make a folder, or say in one sentence why it cannot be."""
    with while_doing("make the folder", path):
        path.mkdir(parents=True, exist_ok=True)
    if not os.access(path, os.W_OK | os.X_OK):
        raise Trouble(f"Cannot write into {path}: permission is denied. Give it back to yourself, or move it away.")
    return path


def socket_folder(var: Path) -> Path:
    """A folder short enough for Unix sockets: in `var`, or, when that lies too deep, in the temporary folder."""
    near = var / "sockets"
    if len(os.fsencode(near)) + len("/.s.PGSQL.5432") <= LONGEST_SOCKET_PATH:
        return folder(near)
    name = f"torvet-{os.geteuid()}-{sha256(os.fsencode(var)).hexdigest()[:12]}"
    for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):
        if base and Path(base).is_dir() and len(os.fsencode(base)) + len(name) + 16 <= LONGEST_SOCKET_PATH:
            return _own_folder(Path(base) / name)
    raise Trouble(
        f"No folder with a short enough path for sockets was found; move Torvet to a shorter path than {var}."
    )


def _own_folder(path: Path) -> Path:
    """A folder in a shared place that nobody else may have laid there before us."""
    with while_doing("make the folder", path):
        path.mkdir(mode=0o711, exist_ok=True)
        if path.is_symlink() or path.stat().st_uid != os.geteuid():
            raise Trouble(f"{path} belongs to somebody else; remove it and start again.")
    return path
