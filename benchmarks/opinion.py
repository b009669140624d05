"""How long the opinion map takes, beside red-dwarf 0.4.0 in the same run: python -m benchmarks.opinion [--quick].

One thread. Every measure runs in a process of its own, so that its peak memory is its own. Time is processor time; the
peak is that of the whole process, the simulated votes included.
"""

from __future__ import annotations

import os

for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[library] = "1"

import argparse  # noqa: E402
import contextlib  # noqa: E402
import io  # noqa: E402
import json  # noqa: E402
import resource  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402


@dataclass(frozen=True)
class Case:
    participants: int
    statements: int
    votes_each: float
    most_seconds: float
    most_megabytes: float | None = None
    beside: bool = False
    """Also run red-dwarf."""

    @property
    def name(self) -> str:
        return f"{self.participants:,} x {self.statements:,}"


CASES = (
    Case(1_000, 200, 50, 0.1, beside=True),
    Case(10_000, 500, 40, 0.3, beside=True),
    Case(50_000, 1_000, 80, 2.0, 1_100),
    Case(200_000, 2_000, 50, 15.0, 4_000),
)
GROWTH = (2, 4, 8, 16, 32)
"""Votes each of 100,000 participants: how cost grows with votes when nothing else changes."""


def main() -> None:
    """Run all, or with --quick what is done in seconds; exit 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.opinion")
    parser.add_argument("--quick", action="store_true", help="leave out the largest cases")
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "CASE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        json.dump(MEASURES[given.measure[0]](Case(**json.loads(given.measure[1]))), sys.stdout)
        return
    missed = table(CASES[:2] if given.quick else CASES)
    missed += growth(GROWTH[:3] if given.quick else GROWTH)
    print("\n" + ("\n".join(missed) if missed else "Every goal is met."))
    sys.exit(1 if missed else 0)


def table(cases: tuple[Case, ...]) -> list[str]:
    print("Opinion map, one thread; seconds of processor time, the lowest of 5 runs\n")
    head = ("votes", "cold", "goal", "+stats", "update", "ratio", "ARI", "peak MB", "red-dwarf", "times")
    print(f"{'participants x statements':27}" + "".join(f"{name:>11}" for name in head))
    missed = []
    for case in cases:
        own = measured("own", case)
        other = measured("red_dwarf", case) if case.beside else None
        times = other["seconds"] / own["cold"] if other else None
        cells = (
            f"{own['votes']:,}",
            f"{own['cold']:.3f}",
            f"{case.most_seconds}",
            f"{own['statistics']:.3f}",
            f"{own['update']:.3f}",
            f"{own['update'] / own['cold']:.2f}",
            f"{own['agreement']:.3f}",
            f"{own['peak']:,.0f}",
            f"{other['seconds']:.1f}" if other else "-",
            f"{times:.0f}" if times else "-",
        )
        print(f"{case.name:27}" + "".join(f"{cell:>11}" for cell in cells), flush=True)
        missed += goals(case, own, times)
    print("\ncold: votes as arrays in, groups out. +stats: all statistics but the bootstrap. update: 1 % more votes")
    print("in, groups out. ratio: update / cold. ARI: of the updated groups to a cold run's on the same votes.")
    return missed


def goals(case: Case, own: dict[str, Any], times: float | None) -> list[str]:
    checks = (
        (own["cold"] <= case.most_seconds, f"takes {own['cold']:.2f} s, goal {case.most_seconds} s"),
        (case.most_megabytes is None or own["peak"] <= case.most_megabytes, f"takes {own['peak']:.0f} MB"),
        (own["update"] <= own["cold"] / 3, f"an update costs {own['update'] / own['cold']:.2f} of a cold run"),
        (own["agreement"] >= 0.95, f"an update agrees to {own['agreement']:.3f} with a cold run"),
        (case.participants != 10_000 or times is None or times >= 20, f"is {times} times faster, goal 20"),
    )
    return [f"MISSED: {case.name} {said}." for held, said in checks if not held]


def growth(steps: tuple[int, ...]) -> list[str]:
    """How cost grows with votes alone."""
    print("\n100,000 participants x 1,000 statements, more and more votes\n")
    print(f"{'votes':>11}{'seconds':>9}{'ns a vote':>11}")
    points = []
    for each in steps:
        own = measured("own", Case(100_000, 1_000, each, 0))
        points.append((own["votes"], own["cold"]))
        print(f"{own['votes']:>11,}{own['cold']:>9.3f}{own['cold'] / own['votes'] * 1e9:>11.0f}", flush=True)
    slope = np.polyfit(*np.log(np.array(points)).T, 1)[0]
    print(f"\nCost grows as votes to the power of {slope:.2f}.")
    return [] if slope <= 1.05 else [f"MISSED: cost grows as votes to the power of {slope:.2f}."]


def measured(what: str, case: Case) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.opinion", "--measure", what, json.dumps(vars(case))]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def lowest(work: Callable[[], Any], runs: int = 5) -> tuple[float, Any]:
    best, result = np.inf, None
    for _ in range(runs):
        start = time.process_time()
        result = work()
        best = min(best, time.process_time() - start)
    return float(best), result


def own(case: Case) -> dict[str, Any]:
    from app.conversations.engine.analysis import Options, analyse
    from app.conversations.engine.conversation import Conversation
    from app.conversations.engine.simulate import Recipe, simulate
    from app.conversations.engine.storage import from_bytes, to_bytes

    recipe = Recipe(case.participants, case.statements, 3, case.votes_each, 0.9, seed=1)
    batch = simulate(recipe).votes
    late = np.random.default_rng(2).random(len(batch)) < 0.01
    first, more = batch.part(np.flatnonzero(~late)), batch.part(np.flatnonzero(late))

    def cold() -> Any:
        conversation = Conversation()
        conversation.apply(batch)
        return conversation.update()

    seconds, found = lowest(cold)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    statistics, _ = lowest(lambda: analyse(found, Options(draws=0)), 1)
    lived = Conversation()
    lived.apply(first)
    lived.update()
    kept = to_bytes(lived)
    copies = [from_bytes(kept) for _ in range(5)]

    def warm() -> Any:
        conversation = copies.pop()
        conversation.apply(more)
        return conversation.update()

    update, renewed = lowest(warm)
    agreement = adjusted_rand(found.group, renewed.group)
    return {"votes": len(batch), "cold": seconds, "statistics": statistics, "update": update, "peak": peak,
            "agreement": agreement}  # fmt: skip


def red_dwarf(case: Case) -> dict[str, Any]:
    with contextlib.redirect_stdout(io.StringIO()):
        from reddwarf.implementations.polis import run_pipeline

        from app.conversations.engine.simulate import Recipe, simulate

        recipe = Recipe(case.participants, case.statements, 3, case.votes_each, 0.9, seed=1)
        batch = simulate(recipe).votes
        columns = (batch.participants.tolist(), batch.statements.tolist(), batch.values.tolist())
        votes = [
            {"participant_id": person, "statement_id": statement, "vote": vote}
            for person, statement, vote in zip(*columns, strict=True)
        ]
        seconds, _ = lowest(lambda: run_pipeline(votes=votes, random_state=0, max_group_count=5), 1)
    return {"seconds": seconds}


def adjusted_rand(one: Any, other: Any) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other))


MEASURES: dict[str, Callable[[Case], dict[str, Any]]] = {"own": own, "red_dwarf": red_dwarf}

if __name__ == "__main__":
    main()
