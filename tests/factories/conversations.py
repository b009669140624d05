"""Votes for tests: simulated, shuffled, and written out by hand."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.conversations.engine.conversation import Conversation
from app.conversations.engine.matrix import VoteMatrix
from app.conversations.engine.opinion_map import OpinionMap
from app.conversations.engine.simulate import Recipe, Simulated, simulate
from app.conversations.engine.votes import VoteBatch
from app.conversations.polis_export.reading import Export, read_export

DATA = Path(os.environ.get("TORVET_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "polis"
CLEAR = Recipe(participants=600, statements=200, groups=3, votes_each=80, signal=0.9, seed=4)
"""Groups so clear that hardly anybody can be mistaken."""


def votes(rows: Sequence[Sequence[int | None]]) -> VoteBatch:
    """Votes from a table: a row a participant 0, 1 …, a column a statement 0, 1 …, None for not voted."""
    cells = [
        (person, statement, vote)
        for person, row in enumerate(rows)
        for statement, vote in enumerate(row)
        if vote is not None
    ]
    columns = list(zip(*cells, strict=True)) or [(), (), ()]
    return VoteBatch.of(*(np.array(column, dtype=np.int64) for column in columns))


def matrix(rows: Sequence[Sequence[int | None]]) -> VoteMatrix:
    return VoteMatrix.of(votes(rows))


def clear(**changes: object) -> Simulated:
    return simulate(Recipe(**{**vars(CLEAR), **changes}))


def mapped(batch: VoteBatch, seed: int = 0, hidden: Sequence[int] = ()) -> OpinionMap:
    """The first map of a conversation."""
    conversation = Conversation(seed=seed)
    conversation.apply(batch)
    conversation.hide(list(hidden))
    return conversation.update()


def shuffled(batch: VoteBatch, rng: np.random.Generator) -> VoteBatch:
    """The same votes in another order."""
    return batch.part(rng.permutation(len(batch)))


def renamed(batch: VoteBatch, rng: np.random.Generator) -> tuple[VoteBatch, dict[int, int]]:
    """The same votes by participants whose ids are dealt out anew; also new id by old."""
    old = np.unique(batch.participants)
    new = rng.permutation(old)
    names = new[np.searchsorted(old, batch.participants)]
    return VoteBatch(names, batch.statements, batch.values, batch.moments), dict(
        zip(old.tolist(), new.tolist(), strict=True)
    )


def at_random(batch: VoteBatch, rng: np.random.Generator) -> VoteBatch:
    """Each statement's votes dealt out anew among those who voted on it: nothing hangs together any more."""
    order = np.argsort(batch.statements, kind="stable")
    drawn = np.lexsort((rng.random(len(batch)), batch.statements))
    values = np.empty_like(batch.values)
    values[order] = batch.values[drawn]
    return VoteBatch(batch.participants, batch.statements, values, batch.moments)


def exported(name: str) -> Export:
    """A real conversation."""
    return read_export(DATA / name)
