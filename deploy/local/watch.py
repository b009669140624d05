"""`make dev`: what is changed on disk is put to use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy.local import messages, say, theme
from deploy.local.place import ROOT
from deploy.local.trouble import Trouble

WATCHED = {
    "app": {".py"},
    "templates": {".html", ".txt"},
    "translations": {".po"},
    "static/scss": {".scss"},
    "static/css": {".css"},
}
PAUSE = 0.8


class Watch:
    """Looks at the sources' times of change, now and then."""

    def __init__(self, restart: Callable[..., None], root: Path = ROOT) -> None:
        self.restart, self.root = restart, root
        self.seen = self._times()
        self.next = 0.0

    def look(self) -> None:
        """Rebuild and restart what the changes since the last look ask for."""
        if time.monotonic() < self.next:
            return
        now = self._times()
        changed = {path for path, _ in now.items() ^ self.seen.items()}
        self.seen = now
        if changed:
            self._answer(changed)
        self.next = time.monotonic() + PAUSE

    def _answer(self, changed: set[Path]) -> None:
        kinds = {path.suffix for path in changed}
        say.line("Changed: " + ", ".join(sorted(str(path.relative_to(self.root)) for path in changed)[:5]))
        try:
            if kinds & {".scss", ".css"}:
                theme.ensure()
            if ".po" in kinds:
                messages.ensure()
        except Trouble as trouble:
            say.fault(str(trouble))
            return
        if ".py" in kinds:
            self.restart("web", "worker", "schedule")
        elif kinds - {".scss", ".css"}:
            self.restart("web")

    def _times(self) -> dict[Path, float]:
        return {path: path.stat().st_mtime for path in self._files() if path.exists() and path != theme.TARGET}

    def _files(self) -> Iterator[Path]:
        yield self.root / "config.py"
        for folder, kinds in WATCHED.items():
            yield from (path for path in (self.root / folder).rglob("*") if path.suffix in kinds)
