"""nginx, which the tests put in front of Torvet with deploy/nginx/torvet.conf. Standard library only."""

from __future__ import annotations

import os
import shutil

from deploy.local import debian, place, say
from deploy.local.trouble import Trouble

PACKAGE = "nginx"
SYSTEM = "/usr/sbin"


def find() -> str | None:
    """The path of an nginx: the machine's, or the one kept here."""
    kept = place.VAR / "tools" / PACKAGE / "usr" / "sbin"
    return shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), SYSTEM, str(kept)]))


def ensure() -> str:
    """The path of nginx; on Debian, root fetches it when it is missing. Anybody else is told what to do."""
    if not find() and debian.here():
        say.line("Fetching nginx for the tests of its configuration …")
        debian.unpack(PACKAGE)
    if path := find():
        return path
    raise Trouble(
        "The tests of the production set-up need nginx, which is missing: install it as root with "
        "“apt-get install nginx-light”, and start again."
    )
