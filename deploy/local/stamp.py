"""Remembering what was done, so that a second start need not do it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from deploy.local.trouble import while_doing


@dataclass(frozen=True)
class Stamp:
    """A file that holds the digest of what a step was last done with."""

    path: Path
    digest: str

    @property
    def fresh(self) -> bool:
        """Whether the step was done with just this."""
        try:
            return self.path.read_text() == self.digest
        except OSError:
            return False

    def press(self) -> None:
        """The step is done."""
        with while_doing("write", self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(self.digest)


def digest(files: Iterable[Path], *words: str) -> str:
    """One digest of the names and contents of files, and of words."""
    total = sha256("\0".join(words).encode())
    for file in sorted(files):
        total.update(f"\0{file.name}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()
