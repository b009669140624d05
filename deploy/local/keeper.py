"""Servers for one test run: kept while the run lives, gone without a trace when it ends, however it ends."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from deploy.local import say
from deploy.local.servers import Servers

ADDRESSES = "addresses.env"


def keep(var: Path, parent: int) -> None:
    """Start fast servers under `var`, write their addresses down, and stop them when `parent` is gone."""
    signal.signal(signal.SIGTERM, _leave)
    servers = Servers(var, fast=True, environ={})
    try:
        addresses = servers.start()
        draft = var / f"{ADDRESSES}.new"
        draft.write_text("".join(f"{key}={value}\n" for key, value in addresses.items()))
        draft.rename(var / ADDRESSES)
        while _lives(parent):
            time.sleep(0.5)
    finally:
        servers.stop()
        shutil.rmtree(var, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _leave(signum: int, frame: FrameType | None) -> None:
    say.line(f"The keeper of the servers was told to leave by signal {signum}.")
    sys.exit(0)
