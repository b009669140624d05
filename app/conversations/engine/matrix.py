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
    def kinds(self) -> Integers:
        """3 * column + vote + 1 of each vote, (size,): one number for what was voted on and how."""
        kinds = self.columns.astype(np.int64)
        kinds *= 3
        kinds += self.values
        kinds += 1
        return kinds

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
        rows, columns = keys >> SHIFT, keys.astype(np.int32)
        if self.size:
            return self._widened(people, topics)._laid_under(rows, columns, values)
        return VoteMatrix(people, topics, _offsets(np.bincount(rows, minlength=len(people))), columns, values)

    def _widened(self, people: Integers, topics: Integers) -> VoteMatrix:
        """The same votes with rows and columns for longer lists of ids. Both lists are sorted, so order stays."""
        cast = np.zeros(len(people), dtype=np.int64)
        cast[np.searchsorted(people, self.participants)] = self.votes_cast
        columns = self.columns
        if len(topics) > len(self.statements):
            columns = np.searchsorted(topics, self.statements).astype(np.int32)[columns]
        return VoteMatrix(people, topics, _offsets(cast), columns, self.values)

    def _laid_under(self, rows: Integers, columns: Columns, values: Signs) -> VoteMatrix:
        """These votes with others, sorted, laid over them."""
        place, known = self._places(rows, columns)
        changed = self.values.copy()
        changed[place[known]] = values[known]
        fresh, at = ~known, place[~known]
        added = np.bincount(rows[fresh], minlength=len(self.participants))
        return VoteMatrix(
            participants=self.participants,
            statements=self.statements,
            offsets=self.offsets + _offsets(added),
            columns=np.insert(self.columns, at, columns[fresh]),
            values=np.insert(changed, at, values[fresh]),
        )

    def _places(self, rows: Integers, columns: Columns) -> tuple[Integers, Flags]:
        """Where each cell is, or would be inserted, and whether it is there; by halving within each row."""
        low, high = self.offsets[rows], self.offsets[rows + 1]
        end = high.copy()
        while np.any(open_ := low < high):
            middle = (low + high) // 2
            before = open_ & (self.columns[np.where(open_, middle, 0)] < columns)
            low = np.where(before, middle + 1, low)
            high = np.where(open_ & ~before, middle, high)
        known = low < end
        known[known] = self.columns[low[known]] == columns[known]
        return low, known

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
            offsets=_offsets(cast),
            columns=renumbered.astype(np.int32)[self.columns[stays]],
            values=self.values[stays],
        )


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


def _offsets(cast: Integers) -> Integers:
    """Where each row begins, and the end, from the number of votes in each."""
    return np.concatenate([[0], np.cumsum(cast)])
