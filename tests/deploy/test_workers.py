"""A worker of the web whose threads are all at work leaves whoever comes to the other workers."""

from __future__ import annotations

import socket
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import repeat
from pathlib import Path
from threading import Barrier

import pytest

from config import ROOT
from deploy.local import processes, servers

WORKERS, THREADS, ROUNDS = 2, 2, 4
AT_ONCE = WORKERS * THREADS


def answered(address: tuple[str, int], start: Barrier) -> str:
    """Who answered one browser that came together with the others."""
    connection = HTTPConnection(*address, timeout=60)
    start.wait(60)
    connection.request("GET", "/")
    who = connection.getresponse().read().decode()
    connection.close()
    return who


def test_as_many_as_there_are_threads_are_all_answered_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", str(WORKERS))
    monkeypatch.setenv("WEB_THREADS", str(THREADS))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address: tuple[str, int] = probe.getsockname()
    words = ["-m", "gunicorn", "-c", "deploy/gunicorn.py", "-b", f"127.0.0.1:{address[1]}", "tests.support.whoami:app"]
    with (tmp_path / "web.log").open("wb") as log:
        web = processes.start([sys.executable, *words], output=log, cwd=ROOT)
    try:
        url = f"http://127.0.0.1:{address[1]}"
        assert servers.wait_until(lambda: servers.answers(url), lambda: web.poll() is None, 60)
        for _ in range(ROUNDS):
            with ThreadPoolExecutor(AT_ONCE) as browsers:
                shares = Counter(browsers.map(answered, repeat(address, AT_ONCE), repeat(Barrier(AT_ONCE))))
            assert sorted(shares.values()) == [THREADS] * WORKERS
    finally:
        processes.stop(web)
