"""What goes wrong outside the code is said in one sentence."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope, Session

from deploy.local import browser, lock, place, ports, services, tool
from deploy.local.mailcatcher import Keeper
from deploy.local.postgres import Postgres
from deploy.local.trouble import Trouble, while_doing
from deploy.local.valkey import Valkey


def told(work: object) -> str:
    with pytest.raises(Trouble) as caught:
        work()
    return str(caught.value)


def test_a_full_disk() -> None:
    def write() -> None:
        with while_doing("write the notes", Path("/dev/full")), Path("/dev/full").open("w") as full:
            full.write("x")

    assert told(write) == "Cannot write the notes: the disk is full (/dev/full)."


def test_a_full_disk_under_an_installer(tmp_path: Path) -> None:
    program = tmp_path / "pip"
    program.write_text("#!/bin/sh\necho 'OSError: [Errno 28] No space left on device' >&2\nexit 1\n")
    program.chmod(0o755)
    assert told(lambda: tool.run("install the Python packages", [program])) == (
        "Cannot install the Python packages: the disk is full."
    )


def test_a_full_disk_under_the_servers(tmp_path: Path) -> None:
    for server, line in (
        (Postgres(tmp_path), "FATAL:  could not write lock file: No space left on device"),
        (Valkey(tmp_path), "Write error saving DB on disk: No space left on device"),
    ):
        server.log.parent.mkdir(exist_ok=True)
        server.log.write_text(line)
        assert "the disk is full" in str(server.failed())


def test_a_registry_that_is_away(tmp_path: Path) -> None:
    program = tmp_path / "npm"
    program.write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n")
    program.chmod(0o755)
    assert "check the network" in told(lambda: tool.run("bring in the front-end packages", [program]))


def test_a_program_that_fails_is_quoted(tmp_path: Path) -> None:
    program = tmp_path / "sass"
    program.write_text("#!/bin/sh\necho 'expected “{”'\nexit 65\n")
    program.chmod(0o755)
    assert told(lambda: tool.run("compile the theme", [program])).startswith("expected “{”")


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    assert told(lambda: tool.run("compile the theme", [tmp_path / "none"])).startswith(
        "Cannot compile the theme: No such"
    )


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    assert "a file stands where a folder is needed" in told(lambda: place.folder(tmp_path / "var"))


def test_a_folder_of_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o555)
    assert "permission is denied" in as_anybody(lambda: place.folder(tmp_path / "var"))


def as_anybody(work: object) -> str:
    """What a Trouble says when nobody special does the work: root may write everywhere."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            work()
        except Trouble as trouble:
            os.write(write, str(trouble).encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as said:
        return said.read()


def test_a_busy_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert f"Port {port} on 127.0.0.1 is taken" in told(lambda: ports.listen("PORT", port))


@pytest.mark.parametrize("value", ["http", "-1", "70000", ""])
def test_a_port_that_is_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PORT", value)
    assert "PORT must be a port number" in told(lambda: ports.chosen("PORT", 8000))


def test_two_at_once(tmp_path: Path) -> None:
    with lock.alone(tmp_path) as held:
        lock.note(held, "process 17, http://127.0.0.1:8000")
        message = told(lambda: lock.alone(tmp_path).__enter__())
    assert message.startswith("Torvet already runs here (process 17, http://127.0.0.1:8000)")
    with lock.alone(tmp_path):
        pass


def test_addresses_are_for_their_owner_only_and_go_away(tmp_path: Path) -> None:
    with services.written(tmp_path, {"DATABASE_URL": "postgresql:///torvet"}):
        file = tmp_path / "services.env"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.read_text() == "DATABASE_URL=postgresql:///torvet\n"
    assert not file.exists()


def test_a_missing_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert "apt-get install chromium" in told(browser.ensure)
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert told(browser.ensure) == "CHROMIUM names /nowhere/chromium, which is not a program."


async def refuse(folder: Path) -> str:
    envelope = Envelope()
    envelope.content = b"Subject: hej\r\n\r\nhej"
    return await Keeper(folder).handle_DATA(None, Session(None), envelope)


def test_a_mail_that_cannot_be_kept_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "mails").write_text("")
    with ThreadPoolExecutor(1) as pool:  # a thread of its own: a browser's event loop may run in this one
        assert pool.submit(lambda: asyncio.run(refuse(tmp_path / "mails"))).result().startswith("452")
