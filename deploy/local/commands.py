"""The commands behind the Makefile's targets."""

from __future__ import annotations

from pathlib import Path

from deploy.local import say
from deploy.local.trouble import Trouble


def main(words: list[str]) -> int:
    """Run one command; a Trouble becomes one sentence and exit code 1."""
    command, arguments = (words[0], words[1:]) if words else ("", [])
    if command not in COMMANDS:
        say.fault(f"There is no command “{command}”; there are {', '.join(COMMANDS)}.")
        return 2
    try:
        return COMMANDS[command](arguments)
    except Trouble as trouble:
        say.fault(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130


def _keep_servers(arguments: list[str]) -> int:
    from deploy.local import keeper

    folder, parent = arguments
    keeper.keep(Path(folder), int(parent))
    return 0


COMMANDS = {"keep-servers": _keep_servers}
