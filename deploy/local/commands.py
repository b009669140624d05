"""The commands behind the Makefile's targets. What needs the requirements is imported when a command runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from deploy.local import say, setup
from deploy.local.trouble import Trouble

Command = Callable[[list[str]], int]


def main(words: list[str]) -> int:
    """Run one command; a Trouble becomes one sentence and exit code 1."""
    command, arguments = (words[0], words[1:]) if words else ("", [])
    if command not in PUBLIC | INNER:
        say.fault(f"There is no command “{command}”; there are {', '.join(PUBLIC)}.")
        return 2
    try:
        if command in PUBLIC:
            setup.enter(words, dev=command not in {"run", "setup"})
        return (PUBLIC | INNER)[command](arguments)
    except Trouble as trouble:
        say.fault(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130


def _run(arguments: list[str]) -> int:
    from deploy.local.run import run

    return run()


def _dev(arguments: list[str]) -> int:
    from deploy.local.run import run

    return run(dev=True)


def _setup(arguments: list[str]) -> int:
    setup.build()
    setup.compile_all()
    return 0


def _test(arguments: list[str]) -> int:
    from deploy.local.checks import test

    return test(arguments)


def _sure(arguments: list[str]) -> int:
    from deploy.local.checks import sure

    return sure(arguments)


def _bench(arguments: list[str]) -> int:
    from deploy.local.bench import bench

    return bench(arguments)


def _screenshots(arguments: list[str]) -> int:
    from deploy.local.screenshots import screenshots

    return screenshots(arguments)


def _keep_servers(arguments: list[str]) -> int:
    from deploy.local import keeper

    folder, parent = arguments
    keeper.keep(Path(folder), int(parent))
    return 0


def _prepare(arguments: list[str]) -> int:
    from deploy.local.prepare import prepare

    prepare(fill="--fill" in arguments)
    return 0


def _catch_mail(arguments: list[str]) -> int:
    from deploy.local import mailcatcher

    folder, descriptor = arguments
    mailcatcher.serve(Path(folder), int(descriptor))
    return 0


PUBLIC: dict[str, Command] = {
    "run": _run,
    "dev": _dev,
    "setup": _setup,
    "test": _test,
    "sure": _sure,
    "screenshots": _screenshots,
    "bench": _bench,
}
INNER: dict[str, Command] = {"keep-servers": _keep_servers, "prepare": _prepare, "catch-mail": _catch_mail}
