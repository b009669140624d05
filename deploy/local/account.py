"""PostgreSQL refuses to run as root: then it runs under an unprivileged account, which must reach its files."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path
from typing import Any

from deploy.local import say
from deploy.local.trouble import while_doing

UNPRIVILEGED = "nobody"
PASS = 0o001


def needed() -> bool:
    """Whether a server that refuses root has to run under another account."""
    return os.geteuid() == 0


def popen_options() -> dict[str, Any]:
    """What `subprocess` needs to start a program under the unprivileged account."""
    if not needed():
        return {}
    entry = pwd.getpwnam(UNPRIVILEGED)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Hand a folder over to the unprivileged account."""
    if not needed():
        return
    entry = pwd.getpwnam(UNPRIVILEGED)
    with while_doing("hand over to PostgreSQL", path):
        if path.stat().st_uid != entry.pw_uid:
            shutil.chown(path, entry.pw_uid, entry.pw_gid)


def let_through(path: Path) -> None:
    """Let the unprivileged account pass through, but not read, the folders above a path."""
    if not needed():
        return
    for above in path.resolve().parents:
        mode = above.stat().st_mode
        if not mode & PASS:
            with while_doing("let PostgreSQL pass through", above):
                above.chmod(mode | PASS)
            say.line(f"{above} can now be passed through (not read) by others: PostgreSQL refuses to run as root.")
