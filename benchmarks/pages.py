"""Pages at ten thousand ideas: queries, requests per second and waiting times with sixteen readers, and the ceiling.

On a square made for it (`flask demo load --scale 10000`) and on one of a tenth of the size, against the web server with
two workers. Beside each figure stands what a bare Flask view reaches on the same server in the same run: figures of
other machines and other systems belong here only as ratios to that.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from benchmarks import load, own_square, visitors

SECONDS, WARM, REPEATS, PEOPLE = 3.0, 1.0, 15, 400
PEER = {"list": 2.6, "idea": 20.0, "rating": 35.0}
"""Requests per second of adhocracy+ v2606.1 at two free cores: a list of 10,000 ideas, one idea, a rating."""
PEERS_BARE = 4_900
"""What a bare Flask view made under gunicorn on the machine of the peers' figures."""


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
        "home": "/",
        "idea list": "/proposals",
        "idea list, supported": "/proposals?sort=supported",
        "challenge": f"/challenges/{challenge}",
        "idea": f"/proposals/{idea}",
        "idea, longest thread": f"/proposals/{thread}",
        "search": "/search?q=skole",
    }


class InProcess:
    """Pages asked for in this process: their queries, and their CPU time when nothing of them is kept."""

    def __init__(self, app: Any, cookie: str) -> None:
        from sqlalchemy import event

        from app.kernel import db

        self.app, self.client, self.queries = app, app.test_client(), 0
        self.client.set_cookie("torvet", cookie)
        with app.app_context():
            event.listen(db.extension.engine, "before_cursor_execute", self._count)

    def _count(self, *_: Any) -> None:
        self.queries += 1

    def _asked(self, path: str) -> tuple[int, float]:
        self.queries, began = 0, time.thread_time()
        assert self.client.get(path).status_code == 200, path
        return self.queries, (time.thread_time() - began) * 1000

    def anew(self, path: str) -> tuple[int, float]:
        """Queries and CPU milliseconds of a page of which nothing is kept."""
        from app.kernel import shared

        generations = shared.generations(self.app)
        assert generations
        generations.next()
        return self._asked(path)

    def kept(self, path: str) -> int:
        """Queries of a page of which parts are kept."""
        return self._asked(path)[0]


@dataclass(frozen=True)
class Square:
    """One of the two squares: how it is served, its application in this process, people and pages."""

    env: dict[str, str]
    app: Any
    people: list[visitors.Visitor]
    pages: dict[str, str]


def square(env: dict[str, str]) -> Square:
    from app import create_app

    os.environ.update(env)
    app = create_app()
    return Square(env, app, visitors.signed_in(app, PEOPLE), paths(app))


@dataclass(frozen=True)
class Page:
    """What a page asks of the database with parts kept and made anew, the CPU it takes anew, and that at a tenth."""

    kept: int
    anew: int
    milliseconds: float
    of_tenth: float


def made_anew(large: Square, small: Square) -> dict[str, Page]:
    """Each page, made by turns in the one square and in the other: a machine is not always as quick."""
    here, there = (InProcess(one.app, one.people[0].cookie) for one in (large, small))
    found = {}
    for name, path in large.pages.items():
        made = [(here.anew(path), there.anew(small.pages[name])) for _ in range(REPEATS)]
        of_large, of_small = (statistics.median(one[side][1] for one in made) for side in (0, 1))
        found[name] = Page(here.kept(path), made[-1][0][0], of_large, of_large / of_small)
    return found


def served(of: Square, servers: list[str]) -> dict[str, Any]:
    """Each page and post of one square over HTTP, by server."""
    from sqlalchemy import select

    from app.kernel import db
    from app.places.models import Municipality
    from app.proposals.models import Proposal

    people, pages, found = of.people, of.pages, {}
    with of.app.app_context():
        municipality = db.session().scalars(select(Municipality.id)).first()
        ideas = list(db.session().scalars(select(Proposal.id).where(Proposal.state == "published").limit(40)))
    questions: dict[tuple[str, str], Iterator[bytes]] = {
        (name, who): repeat(load.get(path, cookie))
        for who, cookie in {"visitor": "", "signed in": people[0].cookie}.items()
        for name, path in pages.items()
    }
    for name in ("idea list", "idea"):
        beside = visitors.beside_changes(load.get(pages[name], people[0].cookie), visitors.supporting(people, ideas))
        questions[f"{name}, a support each second", "signed in"] = beside
    questions["post a support", "signed in"] = visitors.supporting(people, ideas[::-1])
    questions["post an idea", "signed in"] = visitors.proposing(people, municipality or 0)
    for server in servers:
        bare_view = own_square.served(of.env, server, "benchmarks.bare:app")
        with own_square.served(of.env, server) as address, bare_view as bare:
            found[server] = {key: _beside_bare(address, bare, asked) for key, asked in questions.items()}
    return found


Run = tuple[load.Figures, float]


def _beside_bare(address: tuple[str, int], bare: tuple[str, int], questions: Iterator[bytes]) -> Run:
    """The figures of a run, and what a bare view made in the seconds around it: a machine is not always as quick."""
    before = load.run(bare, repeat(load.get("/")), 0.5, warm=0.2)
    figures = load.run(address, questions, SECONDS, warm=WARM)
    after = load.run(bare, repeat(load.get("/")), 0.5, warm=0.2)
    return figures, (before.per_second + after.per_second) / 2


def show_made_anew(found: dict[str, Page]) -> None:
    print("\nQueries signed in, and CPU ms of a page made anew, at 10,000 ideas and as a ratio to 1,000 (goal 1.2)")
    for name, page in found.items():
        print(f"{name:22} {page.kept:3} kept {page.anew:4} anew {page.milliseconds:7.1f} ms  x {page.of_tenth:.2f}")


def show_served(large: dict[str, Any], small: dict[str, Any]) -> None:
    """The tables. “to 1,000” compares what a page takes, in bare views, to what it takes in the small square."""
    for server, runs in large.items():
        print(f"\n{server}, two workers, {load.READERS} readers; “bare” is a bare Flask view just before and after")
        columns = ("a second", "p50 ms", "p99 ms", "bare", "of bare", "to 1,000", "answers")
        print(f"{'':32} {'who':10} " + "{:>9} {:>7} {:>7} {:>6} {:>8} {:>9}  {}".format(*columns))
        for (name, who), (run, bare) in runs.items():
            share, of_small = run.per_second / bare, small[server][name, who]
            ratio = of_small[0].per_second / of_small[1] / share
            times = f"{run.milliseconds(0.5):7.1f} {run.milliseconds(0.99):7.1f}"
            figures = f"{run.per_second:9.0f} {times} {bare:6.0f} {share:8.3f} {ratio:9.2f}"
            print(f"{name:32} {who:10} {figures}  {dict(run.statuses)}")
        _goals(runs)


def _goals(runs: dict[tuple[str, str], Run]) -> None:
    """Each goal twice: in requests per second, and as a share of a bare view, which a slower machine leaves alone."""
    pages = {key: run for key, run in runs.items() if key[1] == "signed in" and "post" not in key[0]}
    for text, chosen, peer, goal in (
        ("slowest signed-in page to the peer's list", pages.values(), PEER["list"], 60),
        ("signed-in idea to the peer's idea", [runs["idea", "signed in"]], PEER["idea"], 10),
        ("a support to the peer's rating", [runs["post a support", "signed in"]], PEER["rating"], 10),
    ):
        ratio = min(run.per_second for run, _ in chosen) / peer
        share = min(run.per_second / bare for run, bare in chosen) / (peer / PEERS_BARE)
        _goal(text, ratio, goal)
        _goal(f"{text}, both as a share of a bare view", share, goal)
    least = min(run.per_second / bare for (_, who), (run, bare) in runs.items() if who == "visitor")
    _goal("slowest visitor's page to a bare view", least, 1 / 3)


def _goal(text: str, ratio: float, goal: float) -> None:
    print(f"  {text}: {ratio:.2f} (goal {goal:.2f}) {'holds' if ratio >= goal else 'MISSED'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", default="gunicorn", help="gunicorn, granian or both with a comma")
    wanted = parser.parse_args()
    servers = wanted.servers.split(",")
    with own_square.environment(1_000) as tenth, own_square.environment(10_000) as whole:
        small, large = square(tenth), square(whole)
        show_made_anew(made_anew(large, small))
        show_served(served(large, servers), served(small, servers))


if __name__ == "__main__":
    main()
