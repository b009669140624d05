"""The local mail server: takes every mail, delivers none, keeps each as a file that /dev/mails shows."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.trouble import reason

KEEPS = 2000
LARGEST = 20 * 1024 * 1024


class Keeper:
    """Writes each mail to a file named by its moment of arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"{time.time_ns()}-{secrets.token_hex(3)}.eml"
            path.with_suffix(".part").write_bytes(content)
            path.with_suffix(".part").rename(path)
        except OSError as error:
            print(f"cannot keep a mail: {reason(error)}", flush=True)
            return "452 Insufficient system storage"
        print(f"kept a mail to {len(envelope.rcpt_tos)} reader(s) as {path.name}", flush=True)
        for old in sorted(self.folder.glob("*.eml"))[:-KEEPS]:
            old.unlink(missing_ok=True)
        return "250 OK"


def serve(folder: Path, fd: int) -> None:
    """Take mails on an open socket until told to stop."""
    with socket.socket(fileno=os.dup(fd)) as opened, asyncio.Runner() as runner:
        runner.run(_serve(Keeper(folder), opened))


async def _serve(keeper: Keeper, opened: socket.socket) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    opened.setblocking(False)
    server = await loop.create_server(
        lambda: SMTP(keeper, data_size_limit=LARGEST, enable_SMTPUTF8=True, loop=loop), sock=opened
    )
    async with server:
        await stopped.wait()
