"""Pages at ten thousand ideas: queries per page, CPU time per page, and requests per second with sixteen readers.

Queries and CPU time are measured in this process, requests per second against gunicorn with two workers, on a square
made for it (`flask demo load --scale 10000`). Figures of another system belong beside these only as ratios.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks import own_square

READERS, SECONDS, REPEATS = 16, 6.0, 30


def paths(app: Any) -> dict[str, str]:
    """What is measured: the busiest challenge, idea and thread of the square."""
    from sqlalchemy import select

    from app.challenges.models import Challenge
    from app.deliberation.models import Thread
    from app.kernel import db
    from app.proposals.models import Proposal

    with app.app_context():
        challenge = db.session().scalar(select(Challenge.id).order_by(Challenge.proposal_count.desc()).limit(1))
        idea = db.session().scalar(select(Proposal.id).order_by(Proposal.support_count.desc()).limit(1))
        busy = select(Thread.owner_id).where(Thread.owner_type == "proposal").order_by(Thread.comment_count.desc())
        thread = db.session().scalar(busy.limit(1))
    return {
        "static floor (robots.txt)": "/robots.txt",
        "home": "/",
        "idea list": "/proposals",
        "idea list, most supported": "/proposals?sort=supported",
        "idea search": "/proposals?q=cykel",
        "challenge": f"/challenges/{challenge}",
        "idea": f"/proposals/{idea}",
        "idea with the longest thread": f"/proposals/{thread}",
        "search everything": "/search?q=skole",
    }


def in_process(app: Any, path: str) -> tuple[int, float]:
    """Queries of one page, and its CPU time in milliseconds (median)."""
    from sqlalchemy import event

    from app.kernel import db

    client, seen = app.test_client(), [0]

    def count(*_: Any) -> None:
        seen[0] += 1

    with app.app_context():
        engine = db.extension.engine
    assert client.get(path).status_code == 200, path
    event.listen(engine, "before_cursor_execute", count)
    times = []
    for _ in range(REPEATS):
        began = time.thread_time()
        client.get(path)
        times.append((time.thread_time() - began) * 1000)
    event.remove(engine, "before_cursor_execute", count)
    return seen[0] // REPEATS, statistics.median(times)


def under_load(host: str, port: int, path: str) -> tuple[float, float, float]:
    """Requests per second, and the median and 99th percentile in milliseconds, with sixteen readers at once."""
    times: list[float] = []
    lock, end = threading.Lock(), time.monotonic() + SECONDS

    def read(_: int) -> None:
        mine, connection = [], http.client.HTTPConnection(host, port, timeout=60)
        while time.monotonic() < end:
            began = time.perf_counter()
            connection.request("GET", path)
            connection.getresponse().read()
            mine.append(time.perf_counter() - began)
        with lock:
            times.extend(mine)

    with ThreadPoolExecutor(READERS) as pool:
        list(pool.map(read, range(READERS)))
    times.sort()
    return len(times) / SECONDS, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="five hundred ideas and no load")
    quick = parser.parse_args().quick
    with own_square.environment(500 if quick else 10_000) as env:
        os.environ.update(env)
        from app import create_app

        app = create_app()
        measured = paths(app)
        rows = {name: in_process(app, path) for name, path in measured.items()}
        print(f"{'page':32} {'SQL':>4} {'CPU ms':>7}" + ("" if quick else f" {'req/s':>7} {'p50 ms':>7} {'p99 ms':>7}"))
        if quick:
            _print(rows, lambda path: ())
            return
        with own_square.served(env) as (host, port, _):
            _print(rows, lambda name: under_load(host, port, measured[name]))


def _print(rows: dict[str, tuple[int, float]], load: Callable[[str], tuple[float, ...]]) -> None:
    for name, (queries, cpu) in rows.items():
        print(f"{name:32} {queries:4} {cpu:7.1f}" + "".join(f" {figure:7.1f}" for figure in load(name)), flush=True)


if __name__ == "__main__":
    main()
