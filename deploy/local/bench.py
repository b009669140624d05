"""`make bench`: what each benchmark prints, one after the other, so that none disturbs another."""

from __future__ import annotations

import os
import subprocess
import sys

from deploy.local import place, say, setup

ORDER = ("tally", "opinion", "pages", "supports")


def bench(arguments: list[str]) -> int:
    """Run the benchmarks named, or all there are."""
    setup.build()
    there = [name for name in ORDER if (place.ROOT / "benchmarks" / f"{name}.py").exists()]
    failed = [name for name in arguments or there if _one(name)]
    if failed:
        say.fault(f"These benchmarks failed: {', '.join(failed)}.")
    return 1 if failed else 0


def _one(name: str) -> int:
    say.line(f"— benchmarks.{name}")
    env = {**os.environ, "PYTHONPATH": str(place.ROOT)}
    return subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=place.ROOT, env=env).returncode
