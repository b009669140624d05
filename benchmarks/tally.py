"""How fast the tally counts, beside pabutools in the same run: `python -m benchmarks.tally [--quick]`.

Every measure runs in a process of its own, so that its memory is its own. CPU seconds of the process; the elections are
made by `benchmarks.made_elections`, the same every time. Where both count the same election, the winners are compared.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.made_elections import Made, write

CITY = Made("100,000 voters × 200 projects", 100_000, 200)
METROPOLIS = Made("1,000,000 voters × 500 projects", 1_000_000, 500, approvals=6.0)
STEPS = Made("35,000 steps of add1 (2,000 × 60)", 2_000, 60, approvals=4.0, per_voter=25_000)
LODZ = Made("alike to Łódź (90,000 × 160)", 90_000, 160, approvals=3.0)
KINDS = [Made(f"20,000 × 100, {k} ballots", 20_000, 100, vote_type=k) for k in ("ordinal", "cumulative", "scoring")]
SMALL = Made("20,000 voters × 100 projects", 20_000, 100)
SLOPE = [Made(f"{n:,} voters × 200 projects", n, 200) for n in (25_000, 50_000, 100_000, 200_000)]

Figures = dict[str, Any]


def cpu() -> float:
    return time.process_time()


def peak_mb() -> float:
    """The most memory this process has held; what its parent held before it started does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(path: Path, what: str) -> Figures:
    """Read, then one Equal Shares run, or add1 to its end, or add1u with every price written up exactly."""
    from app.budgeting.engine.options import OFFICIAL, PABUTOOLS, Completion
    from app.budgeting.engine.pabulib import read_file
    from app.budgeting.engine.scores import profile
    from app.budgeting.engine.tally import tally

    loaded = peak_mb()
    t0 = cpu()
    election = read_file(path)
    t1 = cpu()
    _ = profile(election, PABUTOOLS).supporters
    t2 = cpu()
    options = {"one": PABUTOOLS, "add1": OFFICIAL.but(completion=Completion.ADD1), "add1u": OFFICIAL}[what]
    outcome = tally(election, options)
    if what == "add1u" and outcome.count is not None:
        outcome.count.purses.ledger.write_up()
    t3 = cpu()
    return {
        "read": t1 - t0,
        "set_up": t2 - t1,
        "count": t3 - t2,
        "steps": outcome.added.steps if outcome.added else 0,
        "counts": outcome.added.counts if outcome.added else 1,
        "winners": [election.projects[p].id for p in outcome.winners],
        "approvals": len(election.ballots.projects),
        "mb": peak_mb(),
        "loaded_mb": loaded,
    }


def pabutools(path: Path, arithmetic: str) -> Figures:
    """Read and one Equal Shares run by pabutools, equal ballots merged as it does (`as_multiprofile`)."""
    import pabutools.fractions
    from pabutools.election import Cost_Sat
    from pabutools.election.pabulib import parse_pabulib
    from pabutools.rules import method_of_equal_shares

    sys.setrecursionlimit(100_000)
    pabutools.fractions.FRACTION = arithmetic
    t0 = cpu()
    instance, votes = parse_pabulib(str(path))
    t1 = cpu()
    merged = votes.as_multiprofile()
    t2 = cpu()
    chosen = method_of_equal_shares(instance, merged, sat_class=Cost_Sat)
    t3 = cpu()
    mb = peak_mb()
    winners = [project.name for project in chosen]
    return {"read": t1 - t0, "set_up": t2 - t1, "count": t3 - t2, "winners": winners, "mb": mb}


def reading(path: Path, whose: str) -> Figures:
    """Read only."""
    from pabutools.election.pabulib import parse_pabulib

    from app.budgeting.engine.pabulib import read_file

    t0 = cpu()
    _ = read_file(path) if whose == "ours" else parse_pabulib(str(path))
    return {"read": cpu() - t0, "set_up": 0.0, "count": 0.0, "mb": peak_mb()}


def whole_process(path: Path, completion: str) -> Figures:
    """`flask budgets tally FILE --completion …` from start to end, Flask and NumPy too."""
    words = [sys.executable, "-m", "flask", "--app", "wsgi", "budgets", "tally", str(path), "--completion", completion]
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"read": 0.0, "set_up": 0.0, "count": used.ru_utime + used.ru_stime, "mb": used.ru_maxrss / 1024}


def measure(kind: str, path: Path, argument: str, times: int = 1) -> Figures:
    """The run with the least CPU of several, each in a fresh process."""
    runs = []
    for _ in range(times):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.tally", "--one", kind, str(path), argument],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    return min(runs, key=lambda run: run["read"] + run["set_up"] + run["count"])


def row(*cells: object) -> None:
    widths = (42, 30, 12, 12, 10, 24)
    shown = [f"{c:.3f}" if isinstance(c, float) else str(c) for c in cells]
    print("  ".join(cell.ljust(width) for cell, width in zip(shown, widths, strict=False)).rstrip(), flush=True)


def goal(holds: bool, text: str) -> str:
    return f"{'holds' if holds else 'MISSED'}: {text}"


def against(made: Made, file: Callable[[Made], Path], arithmetics: list[str]) -> None:
    """One Equal Shares run: ours against pabutools."""
    mine = measure("ours", file(made), "one", 3)
    row(made.name, "one run, exact decisions", mine["read"], mine["count"], round(mine["mb"]), "")
    for arithmetic in arithmetics:
        theirs = measure("pabutools", file(made), arithmetic)
        ratio, parsing = theirs["count"] / mine["count"], theirs["read"] / mine["read"]
        told = goal(ratio >= 200, f"{ratio:,.0f} times") if arithmetic == "float" else f"{ratio:,.0f} times"
        same = "" if theirs["winners"] == mine["winners"] else "; OTHER WINNERS"
        row("", f"pabutools 1.2.3 {arithmetic}", theirs["read"], theirs["count"], round(theirs["mb"]), told + same)
        row("", "reading", "", "", "", goal(parsing >= 5, f"{parsing:.1f} times faster"))


def kinds(file: Callable[[Made], Path]) -> None:
    """Reading the other types of ballots, ours against pabutools."""
    for made in KINDS:
        mine, theirs = (measure("reading", file(made), whose) for whose in ("ours", "pabutools"))
        told = goal(theirs["read"] / mine["read"] >= 5, f"{theirs['read'] / mine['read']:.1f} times faster")
        row(made.name, "reading", mine["read"], "", round(mine["mb"]), told)


def command(made: Made, file: Callable[[Made, str], Path]) -> None:
    """The whole program, from a packed file to the outcome on paper."""
    run = measure("whole", file(made, ".pb.gz"), "add1u", 5)
    told = goal(run["count"] <= 1.0, "at most 1 s") + "; " + goal(run["mb"] <= 200, "200 MB")
    row(made.name, "flask budgets tally, whole program", "", run["count"], round(run["mb"]), told)


def slope(file: Callable[[Made], Path], sizes: list[Made]) -> None:
    """How the cost of one run and of reading grows with the number of approvals: 1 is in proportion."""
    points = []
    for made in sizes:
        run = measure("ours", file(made), "one", 3)
        points.append((math.log(run["approvals"]), math.log(run["count"]), math.log(run["read"])))
        row(made.name, f"one run, {run['approvals']:,} approvals", run["read"], run["count"], round(run["mb"]), "")
    (x0, y0, z0), (x1, y1, z1) = points[0], points[-1]
    counting, reading = (y1 - y0) / (x1 - x0), (z1 - z0) / (x1 - x0)
    row(
        "",
        "slope of counting and reading",
        round(reading, 2),
        round(counting, 2),
        "",
        goal(counting <= 1.0, "at most 1"),
    )


def add1(made: Made, file: Callable[[Made], Path], limit: float, most_mb: float | None = None) -> None:
    """add1 to its end."""
    run = measure("ours", file(made), "add1")
    told = goal(run["count"] <= limit, f"at most {limit:g} s")
    if most_mb is not None:
        told += "; " + goal(run["mb"] <= most_mb, f"{most_mb:g} MB")
    steps = f"add1, {run['steps']:,} steps, {run['counts']:,} counts"
    row(made.name, steps, run["read"], run["count"], round(run["mb"]), told)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small elections only, a minute in all")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        kind, path, argument = given.one
        kinds_of_run = {"ours": ours, "pabutools": pabutools, "reading": reading, "whole": whole_process}
        print(json.dumps(kinds_of_run[kind](Path(path), argument)))
        return
    with tempfile.TemporaryDirectory() as folder:

        def file(made: Made, ending: str = ".pb") -> Path:
            path = (
                Path(folder)
                / f"{made.voters}x{made.projects}x{made.approvals:g}x{made.per_voter}{made.vote_type}{ending}"
            )
            if not path.exists():
                write(made, path)
            return path

        row("election", "what", "read, s", "count, s", "MB", "")
        against(SMALL, file, ["float", "gmpy2"])
        add1(STEPS, file, 3.0)
        kinds(file)
        command(LODZ, file)
        if given.quick:
            return
        against(CITY, file, ["float", "gmpy2"])
        add1(CITY, file, 3.0)
        run = measure("ours", file(LODZ, ".pb.gz"), "add1u", 3)
        whole = run["read"] + run["set_up"] + run["count"]
        row(LODZ.name, f".pb.gz to add1u, {run['steps']} steps", run["read"], run["count"], round(run["mb"]), "")
        told = goal(whole <= 1.0, "at most 1 s") + "; " + goal(run["mb"] <= 200, "200 MB")
        row("", f"together; {run['loaded_mb']:.0f} MB when loaded", "", whole, round(run["mb"]), told)
        slope(file, SLOPE)
        run = measure("ours", file(METROPOLIS), "one")
        told = goal(run["count"] + run["set_up"] <= 2.0, "at most 2 s") + "; " + goal(run["mb"] <= 1500, "1500 MB")
        row(
            METROPOLIS.name,
            "one run, set-up included",
            run["read"],
            run["count"] + run["set_up"],
            round(run["mb"]),
            told,
        )
        add1(METROPOLIS, file, 60.0, 1500)


if __name__ == "__main__":
    main()
