"""How the thresholds of the opinion map were chosen: python -m benchmarks.opinion_clearness FOLDER…
[--shuffles N].

For each conversation in the Polis layout: how often votes shuffled within each statement (who voted on what
and every statement's result stay, all connection is gone) make groups that would be called clear, for the
whole crowd and for parts of it; and how steady the groups of the real votes are.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
from itertools import combinations
from pathlib import Path

import numpy as np

from app.conversations.engine.conversation import Conversation
from app.conversations.engine.opinion_map import OpinionMap
from app.conversations.engine.votes import VoteBatch
from app.conversations.polis_export.reading import read_export

PARTS = (0.25, 0.5, 1.0)
Groups = dict[int, int]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.opinion_clearness")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--shuffles", type=int, default=200)
    given = parser.parse_args()
    for folder in given.folders:
        export = read_export(folder)
        print(f"\n{folder.name}")
        shuffled(export.votes, export.hidden, given.shuffles)
        steady(export.votes, export.hidden)


def shuffled(votes: VoteBatch, hidden: list[int], times: int) -> None:
    rng = np.random.default_rng(0)
    print(f"{'shuffled: placed':>20}{'called clear':>14}{'best silhouette, median':>25}{'95 %':>7}{'largest':>9}")
    for part in PARTS:
        maps = [mapped(at_random(some_people(votes, part, rng), rng), hidden) for _ in range(times)]
        best = [max((one.silhouette for one in found.offered.values()), default=0.0) for found in maps]
        clear = sum(found.groups > 0 for found in maps) / times
        placed = int(np.median([found.placed.sum() for found in maps]))
        print(f"{placed:>20}{clear:>14.1%}{np.median(best):>25.3f}{np.quantile(best, 0.95):>7.3f}{max(best):>9.3f}")


def steady(votes: VoteBatch, hidden: list[int]) -> None:
    found = mapped(votes, hidden)
    tried = ", ".join(
        f"{one.k}: {one.silhouette:.3f} (needs {one.needed:.3f}) {sorted(one.sizes.astype(int).tolist(), reverse=True)}"
        for one in found.offered.values()
    )
    print(f"real: placed {int(found.placed.sum())}, far out {int(found.far_out.sum())}; {tried}")
    rng = np.random.default_rng(1)
    own = groups(found)
    seeds = [groups(mapped(votes, hidden, seed)) for seed in range(20)]
    print_agreement("20 seeds, all pairs", [agreement(*pair) for pair in combinations(seeds, 2)])
    fewer = [groups(mapped(votes.part(np.flatnonzero(rng.random(len(votes)) > 0.01)), hidden)) for _ in range(40)]
    print_agreement("without 1 % of the votes, 40 times", [agreement(own, one) for one in fewer])
    without = [groups(mapped(some_people(votes, 0.9, rng), hidden)) for _ in range(40)]
    print_agreement("without 10 % of the people, 40 times", [agreement(own, one) for one in without])


def print_agreement(what: str, values: list[float]) -> None:
    print(f"adjusted Rand index, {what}: median {np.median(values):.3f}, lowest {min(values):.3f}")


def mapped(votes: VoteBatch, hidden: list[int], seed: int = 0) -> OpinionMap:
    conversation = Conversation(seed=seed)
    conversation.apply(votes)
    conversation.hide(hidden)
    return conversation.update()


def groups(found: OpinionMap) -> Groups:
    return dict(zip(found.visible.participants.tolist(), found.crowd.tolist(), strict=True))


def agreement(one: Groups, other: Groups) -> float:
    from sklearn.metrics import adjusted_rand_score

    both = [person for person in one.keys() & other.keys() if one[person] >= 0 and other[person] >= 0]
    return float(adjusted_rand_score([one[person] for person in both], [other[person] for person in both]))


def some_people(votes: VoteBatch, part: float, rng: np.random.Generator) -> VoteBatch:
    people = np.unique(votes.participants)
    chosen = rng.choice(people, round(part * len(people)), replace=False)
    return votes.part(np.flatnonzero(np.isin(votes.participants, chosen)))


def at_random(votes: VoteBatch, rng: np.random.Generator) -> VoteBatch:
    order = np.argsort(votes.statements, kind="stable")
    drawn = np.lexsort((rng.random(len(votes)), votes.statements))
    values = np.empty_like(votes.values)
    values[order] = votes.values[drawn]
    return VoteBatch(votes.participants, votes.statements, values, votes.moments)


if __name__ == "__main__":
    main()
