"""The way in: `python -m deploy.local <command>`."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 people start this with whatever Python they have
    sys.exit("Torvet needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info[:2]))

from deploy.local import commands

sys.exit(commands.main(sys.argv[1:]))
