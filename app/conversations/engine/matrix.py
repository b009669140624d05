"""The votes of a conversation as a sparse matrix: the latest vote of each pair, rows and columns sorted by
id."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.conversations.engine.arrays import Columns, Flags, Integers, Numbers, Signs, integers
from app.conversations.engine.latest import SHIFT, latest_of_each_pair
from app.conversations.engine.votes import VoteBatch


@dataclass(frozen=True)
class VoteMatrix:
    """n x m votes in compressed rows; 5 bytes a vote and 8 a participant.

    `participants` (n,) and `statements` (m,) are sorted ids; row i holds `values[offsets[i]:offsets[i + 1]]`
    in the columns `columns[offsets[i]:offsets[i + 1]]`, ascending. Being sorted by id, it is the same matrix
    whatever order the votes came in, hence so is every sum over it.
    """

    participants: Integers
    statements: Integers
    offsets: Integers
    columns: Columns
    values: Signs

    @classmethod
    def empty(cls) -> VoteMatrix:
        none = np.zeros(0, dtype=np.int64)
        return cls(none, none, np.zeros(1, dtype=np.int64), none.astype(np.int32), none.astype(np.int8))

    @classmethod
    def of(cls, batch: VoteBatch) -> VoteMatrix:
        """The matrix of one batch of votes."""
        return cls.empty().merged(batch)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.participants), len(self.statements)

    @property
    def size(self) -> int:
        """How many cells hold a vote."""
        return len(self.values)

    @cached_property
    def votes_cast(self) -> Integers:
        """Votes of each participant, passes included, shape (n,)."""
        return np.diff(self.offsets)

    @cached_property
    def kinds(self) -> Columns:
        """3 * column + vote + 1 of each vote, (size,): one number for what was voted on and how."""
        return self.columns * np.int32(3) + (self.values + np.int8(1))

    @cached_property
    def rows(self) -> Columns:
        """The row of each vote, shape (size,)."""
        return np.repeat(np.arange(len(self.participants), dtype=np.int32), self.votes_cast)

    def merged(self, batch: VoteBatch) -> VoteMatrix:
        """These votes with a later batch laid over them: in each pair the latest vote counts."""
        if not len(batch):
            return self
        people, person = _united(self.participants, batch.participants)
        topics, topic = _united(self.statements, batch.statements)
        keys, values = latest_of_each_pair((person << SHIFT) | topic, batch.values, batch.moments)
        cast = np.zeros(len(people), dtype=np.int64)
        if self.size:
            cast[np.searchsorted(people, self.participants)] = self.votes_cast
            known = self._keys(people, topics)
            keys, values, added = _laid_over(known, self.values, keys, values)
            cast += np.bincount(added >> SHIFT, minlength=len(people))
        else:
            cast += np.bincount(keys >> SHIFT, minlength=len(people))
        offsets = np.concatenate([[0], np.cumsum(cast)])
        lower_half = keys.astype(np.int32)
        return VoteMatrix(people, topics, offsets, lower_half, values)

    def without(self, hidden: Numbers, dropped: Numbers) -> VoteMatrix:
        """The matrix without hidden statements' columns and dropped participants' rows (both given as
        ids)."""
        column_stays = ~np.isin(self.statements, integers(hidden))
        row_stays = ~np.isin(self.participants, integers(dropped))
        if column_stays.all() and row_stays.all():
            return self
        return self._selected(row_stays, column_stays)

    def _selected(self, row_stays: Flags, column_stays: Flags) -> VoteMatrix:
        stays = column_stays[self.columns]
        if not row_stays.all():
            stays &= row_stays[self.rows]
        cast = np.bincount(self.rows[stays], minlength=len(self.participants))[row_stays]
        renumbered = np.cumsum(column_stays, dtype=np.int32) - 1
        return VoteMatrix(
            participants=self.participants[row_stays],
            statements=self.statements[column_stays],
            offsets=np.concatenate([[0], np.cumsum(cast)]),
            columns=renumbered.astype(np.int32)[self.columns[stays]],
            values=self.values[stays],
        )

    def _keys(self, people: Integers, topics: Integers) -> Integers:
        """Keys of the present votes when rows and columns are numbered by the given wider id lists."""
        row = np.searchsorted(people, self.participants).astype(np.int64) << SHIFT
        keys = np.repeat(row, self.votes_cast)
        same = len(topics) == len(self.statements)
        keys |= self.columns if same else np.searchsorted(topics, self.statements)[self.columns]
        return keys


def _united(known: Integers, seen: Integers) -> tuple[Integers, Integers]:
    """All ids, sorted, and the place of each seen id among them. A table does it when ids are dense."""
    low, high = min(seen.min(), known.min(initial=0)), max(seen.max(), known.max(initial=0))
    if low >= 0 and high < 4 * (len(seen) + len(known)) + 1024:
        present = np.zeros(int(high) + 1, dtype=np.bool_)
        present[seen] = True
        present[known] = True
        ids = np.flatnonzero(present)
        return ids, (np.cumsum(present) - 1)[seen]
    ids = np.union1d(known, seen)
    return ids, np.searchsorted(ids, seen)


def _laid_over(
    keys: Integers, values: Signs, new_keys: Integers, new_values: Signs
) -> tuple[Integers, Signs, Integers]:
    """Merge two sorted lists of cells; where both have a cell, the new one counts. Also the cells that were
    added."""
    place = np.searchsorted(keys, new_keys)
    known = keys[np.minimum(place, len(keys) - 1)] == new_keys
    changed = values.copy()
    changed[place[known]] = new_values[known]
    place, added = place[~known], new_keys[~known]
    return np.insert(keys, place, added), np.insert(changed, place, new_values[~known]), added
