"""Static files. In production their address changes with their contents: browsers keep them, and never an old one."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b
from pathlib import Path

from config import ROOT, Config

FOLDER = ROOT / "static"
KEPT = timedelta(days=365)


def release(folder: Path = FOLDER) -> str:
    """Twelve hexadecimal digits that change with the name or the contents of any file."""
    digest = blake2b(digest_size=6)
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        contents = file.read_bytes()
        digest.update(f"{file.relative_to(folder).as_posix()}\0{len(contents)}\0".encode() + contents)
    return digest.hexdigest()


def address(config: Config) -> str:
    """Where static files begin. Files name one another relatively, so that the release is in every address."""
    return f"/static/{release()}" if config.production else "/static"
