"""Starting and stopping one program, so that none outlives Torvet."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1


def start(
    command: Sequence[str | Path],
    *,
    output: IO[Any] | int | None = None,
    env: Mapping[str, str] | None = None,
    farewell: signal.Signals = signal.SIGTERM,
    **options: Any,
) -> subprocess.Popen[Any]:
    """Start a program in a session of its own (Ctrl-C reaches only us); it gets `farewell` when we die."""
    return subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=None if env is None else dict(env),
        start_new_session=True,
        preexec_fn=_leave_with_parent(farewell),
        **options,
    )


def stop(process: subprocess.Popen[Any], *, by: signal.Signals = signal.SIGTERM, patience: float = 10.0) -> None:
    """Ask a program to end; after `patience` seconds end it and its children."""
    if process.poll() is not None:
        return
    with suppress(ProcessLookupError):
        process.send_signal(by)
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _leave_with_parent(farewell: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def leave() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(farewell))
        if os.getppid() != parent:
            os._exit(1)

    return leave
