"""Writing a conversation as a folder of Polis open data."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from app.conversations.engine.matrix import VoteMatrix
from app.conversations.engine.simulate import START, Recipe, Simulated


def write_simulation(folder: Path, recipe: Recipe, simulated: Simulated) -> None:
    """votes.csv, comments.csv, summary.csv, and the planted groups in groups.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    votes = simulated.votes
    moments = votes.moments if votes.moments is not None else np.zeros(len(votes), dtype=np.int64)
    columns = (moments, votes.statements, votes.participants, votes.values)
    _write(
        folder / "votes.csv",
        ("timestamp", "comment-id", "voter-id", "vote"),
        zip(*(column.tolist() for column in columns), strict=True),
    )
    _write(folder / "comments.csv", COMMENT_COLUMNS, _comments(VoteMatrix.of(votes)))
    planted = enumerate(chr(ord("A") + group) for group in simulated.group.tolist())
    _write(folder / "groups.csv", ("participant", "group"), planted)
    topic = f"Simulated: {recipe.groups} groups, signal {recipe.signal}, seed {recipe.seed}"
    _write(folder / "summary.csv", ("topic", topic), [("views", recipe.participants)])


COMMENT_COLUMNS = (
    "timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "is-meta", "comment-body",
)  # fmt: skip


def _comments(matrix: VoteMatrix) -> Iterable[Sequence[object]]:
    columns = matrix.columns
    agrees = np.bincount(columns[matrix.values > 0], minlength=len(matrix.statements))
    disagrees = np.bincount(columns[matrix.values < 0], minlength=len(matrix.statements))
    for statement, yes, no in zip(matrix.statements.tolist(), agrees, disagrees, strict=True):
        yield START, statement, 0, yes, no, 1, "false", f"Simulated statement {statement}"


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
