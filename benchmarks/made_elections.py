"""Elections made alike to real ones: neighbourhoods, popular projects, ballots that many share; the same every time."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

POINTS = 10
"""Points of a voter on a cumulative ballot."""


@dataclass(frozen=True)
class Made:
    """The size of an election. `approvals` is the mean per ballot, `focus` how far voters keep to the popular and near.

    With `vote_type` cumulative every voter spreads ten points, with scoring gives up to nine to each.
    `per_voter` is the budget per voter in whole currency units: the endowment Equal Shares starts from.
    """

    name: str
    voters: int
    projects: int
    approvals: float = 5.0
    focus: float = 1.0
    areas: int = 12
    per_voter: int = 250
    seed: int = 2026
    vote_type: str = "approval"


def ballots(made: Made) -> tuple[list[list[int]], list[int], int]:
    """(ballots, costs, budget): every voter picks at random, likelier what is popular and near."""
    dice = np.random.default_rng(made.seed)
    area = dice.integers(0, made.areas, made.projects)
    popular = np.log(dice.pareto(1.2, made.projects) + 0.1)
    costs = dice.lognormal(0.0, 1.0, made.projects)
    budget = made.per_voter * made.voters
    costs = np.maximum(np.round(costs / costs.sum() * budget * 4 / 100) * 100, 100).astype(np.int64)
    length = np.minimum(dice.poisson(max(made.approvals - 1, 0), made.voters) + 1, max(made.projects // 2, 1))
    if made.vote_type == "cumulative":
        length = np.minimum(length, POINTS)
    home = dice.integers(0, made.areas, made.voters)
    rows: list[list[int]] = []
    for start in range(0, made.voters, 20_000):
        homes, wanted = home[start : start + 20_000], length[start : start + 20_000]
        pull = made.focus * (popular[None, :] + np.where(area[None, :] == homes[:, None], 2.5, 0.0))
        pull = pull + dice.gumbel(size=pull.shape)
        most = int(wanted.max())
        best = np.argpartition(-pull, most - 1, axis=1)[:, :most]
        order = np.argsort(-np.take_along_axis(pull, best, 1), axis=1)
        picked = np.take_along_axis(best, order, 1)
        rows += [sorted(row[:n]) for row, n in zip(picked.tolist(), wanted.tolist(), strict=True)]
    return rows, costs.tolist(), budget


def points(made: Made, rows: list[list[int]]) -> list[str]:
    """What each voter gives to the projects named."""
    dice = np.random.default_rng(made.seed + 1)
    if made.vote_type == "scoring":
        return [",".join(map(str, dice.integers(1, 10, len(row)).tolist())) for row in rows]
    spread = [dice.multinomial(POINTS - len(row), [1 / len(row)] * len(row)) + 1 for row in rows]
    return [",".join(map(str, given.tolist())) for given in spread]


def write(made: Made, path: Path) -> None:
    """The election as a `.pb` or `.pb.gz` file."""
    rows, costs, budget = ballots(made)
    ids = [f"P{p:03d}" for p in range(made.projects)]
    meta = {
        "description": made.name,
        "country": "Poland",
        "unit": "Made",
        "instance": "2026",
        "num_projects": made.projects,
        "num_votes": made.voters,
        "budget": budget,
        "vote_type": made.vote_type,
        "rule": "equalshares/add1" if made.vote_type == "approval" else "unknown",
        "date_begin": "2026",
        "date_end": "2026",
        "currency": "PLN",
        "max_sum_points": POINTS,
    }
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in meta.items())]
    lines += ["PROJECTS", "project_id;cost;name"]
    lines += [f"{name};{cost};Project {name}" for name, cost in zip(ids, costs, strict=True)]
    if made.vote_type in {"cumulative", "scoring"}:
        given = points(made, rows)
        lines += ["VOTES", "voter_id;vote;points"]
        cast = enumerate(zip(rows, given, strict=True))
        lines += [f"{v};{','.join(ids[p] for p in row)};{cell}" for v, (row, cell) in cast]
    else:
        lines += ["VOTES", "voter_id;vote"]
        lines += [f"{v};{','.join(ids[p] for p in row)}" for v, row in enumerate(rows)]
    data = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(data, 6, mtime=0) if path.suffix == ".gz" else data)
