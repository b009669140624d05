"""`make run` in a clone: it opens, keeps its data, recovers, and stops cleanly."""

from __future__ import annotations

import shutil
import signal
import socket
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP
from urllib.request import Request, urlopen

import psutil
import psycopg
import pytest

from deploy.local.servers import wait_until
from tests.deploy.conftest import Start
from tests.support import database

pytestmark = pytest.mark.xdist_group("deploy")
QUICK = 30
"""Seconds for a second start while other tests load the machine; alone it takes under ten."""


def services(clone: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (clone / "var" / "services.env").read_text().splitlines())


def children_of(pid: int) -> list[psutil.Process]:
    found = psutil.Process(pid).children(recursive=True)
    return [child for child in found if child.status() != psutil.STATUS_ZOMBIE]


def test_it_opens_catches_mail_and_leaves_nothing_running(start: Start, clone: Path) -> None:
    started = start()
    address = started.address()
    with urlopen(f"{address}/readyz", timeout=30) as answer:
        assert answer.status == 200
    letter = EmailMessage()
    letter["Subject"], letter["To"] = "Velkommen på torvet", "mette@example.org"
    smtp = services(clone)["SMTP_URL"].rpartition(":")
    with SMTP("127.0.0.1", int(smtp[2])) as server:
        server.send_message(letter, "torvet@example.org", "mette@example.org")
    assert len(list((clone / "var" / "mails").glob("*.eml"))) == 1
    running = children_of(started.process.pid)
    assert len(running) >= 5
    started.end()
    assert "Stopped. Everything is kept in var/." in started.said()
    assert not [process for process in running if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    assert not (clone / "var" / "services.env").exists()


def test_a_second_start_is_quick_and_finds_the_data(start: Start, clone: Path) -> None:
    started = start()
    started.address()
    with psycopg.connect(services(clone)["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'hej' AS word")
    started.end(signal.SIGTERM)
    again = start()
    again.address()
    with psycopg.connect(services(clone)["DATABASE_URL"], autocommit=True) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("hej",)
        connection.execute("DROP TABLE kept")
        seconds = connection.execute("SELECT extract(epoch FROM now() - pg_postmaster_start_time())").fetchone()
    assert seconds
    assert seconds[0] < QUICK


def test_a_part_or_a_server_that_falls_is_started_again(start: Start) -> None:
    started = start()
    address = started.address()
    started.wait_for("open at")
    for name in ("gunicorn", "valkey-server"):
        found = [child for child in children_of(started.process.pid) if name in " ".join(child.cmdline())]
        found[0].kill()
    started.wait_for(r"web +\| ended with code -9; starting again in 2 s")
    started.wait_for(r"valkey +\| fell and was started again")
    with urlopen(f"{address}/readyz", timeout=60) as answer:
        assert answer.status == 200


def test_whoever_is_killed_leaves_no_orphans_and_can_be_started_again(start: Start) -> None:
    started = start()
    started.address()
    running = children_of(started.process.pid)
    next(child for child in running if "deploy.local" in child.cmdline() and "run" in child.cmdline()).kill()
    started.process.wait(30)
    assert not psutil.wait_procs(running, timeout=20)[1]
    start().address()


def test_a_second_torvet_in_the_same_folder_is_told_about_the_first(start: Start) -> None:
    started = start()
    address = started.address()
    told = start().refused()
    assert told[0].startswith("Torvet already runs here (process ")
    assert address in told[0]


def test_a_busy_port_is_one_clear_sentence(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        told = start({"PORT": port}).refused()
    assert told[0].startswith(f"Port {port} on 127.0.0.1 is taken by another program: stop it, or choose another")


def test_real_servers_are_used_and_none_is_started_here(
    start: Start, clone: Path, empty_database: str, valkey_url: str
) -> None:
    (clone / "var" / "postgres").rename(clone / "var" / "postgres.aside")
    try:
        real = {"DATABASE_URL": database.url_of(empty_database), "REDIS_URL": valkey_url.replace("db=", "db=4")}
        started = start(real | {"SMTP_URL": "smtp://127.0.0.1:1"})
        with urlopen(f"{started.address()}/readyz", timeout=30) as answer:
            assert answer.status == 200
        assert "DATABASE_URL" not in services(clone)
        assert not (clone / "var" / "postgres").exists()
        started.end()
    finally:
        (clone / "var" / "postgres.aside").rename(clone / "var" / "postgres")


def test_production_refuses_what_is_meant_for_development(start: Start) -> None:
    told = "\n".join(start({"ENVIRONMENT": "production"}).refused())
    assert "SECRET_KEY must be set to at least 32 random characters in production." in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (lambda data: (data / "PG_VERSION").unlink(), "is not a whole PostgreSQL folder"),
        (lambda data: (data / "PG_VERSION").write_text("�\n"), "is not a whole PostgreSQL folder"),
        (lambda data: (data / "PG_VERSION").write_text("17\n"), "was written by PostgreSQL 17 and this is 18"),
        (lambda data: (data / "global" / "pg_control").unlink(), "PostgreSQL did not start"),
    ],
)
def test_a_broken_database_folder_is_one_clear_sentence(
    start: Start, clone: Path, break_it: Callable[[Path], object], sentence: str
) -> None:
    var = clone / "var"
    if not (var / "postgres").exists():
        first = start()
        first.address()
        first.end()
    (var / "postgres").rename(var / "postgres.aside")
    try:
        shutil.copytree(var / "postgres.aside", var / "postgres")
        break_it(var / "postgres")
        told = start().refused()
        assert sentence in told[-2 if told[-1].startswith("make") else -1], told
        assert "Traceback" not in "\n".join(told)
    finally:
        shutil.rmtree(var / "postgres", ignore_errors=True)
        (var / "postgres.aside").rename(var / "postgres")


@pytest.mark.timeout(600)
def test_in_development_every_change_is_put_to_use_at_once(
    start: Start, clone: Path, empty_database: str, valkey_url: str
) -> None:
    real = {"DATABASE_URL": database.url_of(empty_database), "REDIS_URL": valkey_url.replace("db=", "db=5")}
    started = start(real, command="dev")
    address = started.address()

    def change(name: str, old: str, new: str, *, shows: str, at: str) -> None:
        """Change a file; it shows without anybody doing anything."""
        path = clone / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        try:
            seen = wait_until(lambda: shows in read(f"{address}{at}"), lambda: True, 120)
            assert seen, read(f"{address}{at}")[-2500:]
        finally:
            path.write_text(text)

    change("templates/layouts/_footer.html", "<nav", "<nav data-once", shows="<nav data-once", at="/was")
    change("translations/da/kernel.po", '"Kontakt"', '"Skriv, straks"', shows="Skriv, straks", at="/was")
    change("static/scss/theme.scss", "@use", "/*! straks */\n@use", shows="/*! straks */", at="/static/css/theme.css")
    change("app/kernel/health.py", '"ok"', '"straks"', shows="straks", at="/healthz")
    assert "Traceback" not in started.said()


def read(address: str) -> str:
    time.sleep(0.5)
    with urlopen(Request(address, headers={"Accept-Language": "da"}), timeout=60) as answer:
        return str(answer.read().decode())
