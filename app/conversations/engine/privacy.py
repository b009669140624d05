"""k-anonymity for cross-tabulations: no published cell counts fewer than five people, nor can one be worked
out."""

from __future__ import annotations

import numpy as np

from app.conversations.engine.arrays import Flags, Integers

K = 5


def withheld(table: Integers, k: int = K) -> Flags:
    """Which cells of a table of counts (rows, columns) must be withheld when its row and column sums are
    published.

    First every cell from 1 to k - 1. Then, so that subtraction from a sum gives nothing away, in each row
    and column where what is withheld adds up to less than k or is a single cell, its smallest published cell
    with anybody in it as well, until nothing changes. A cell of 0 is published: it says nothing about
    anybody that the sums do not.
    """
    hidden = (table > 0) & (table < k)
    changed = True
    while changed:
        changed = False
        for counts, flags in [*zip(table, hidden, strict=True), *zip(table.T, hidden.T, strict=True)]:
            if _gives_away(counts, flags, k) and np.any(open_cells := (counts > 0) & ~flags):
                smallest = int(np.argmin(np.where(open_cells, counts, np.iinfo(np.int64).max)))
                flags[smallest] = True
                changed = True
    return hidden


def _gives_away(counts: Integers, flags: Flags, k: int) -> bool:
    return bool(flags.any()) and (int(flags.sum()) == 1 or int(counts[flags].sum()) < k)


def anonymous_table(table: Integers, k: int = K) -> list[list[int | None]]:
    """The table with None in place of every withheld cell."""
    hidden = withheld(table, k)
    return [
        [None if hide else int(count) for count, hide in zip(row, flags, strict=True)]
        for row, flags in zip(table, hidden, strict=True)
    ]


def cross_table(first: Integers, second: Integers, k: int = K) -> list[list[int | None]]:
    """How many people carry each pair of labels (0, 1, 2 …; -1 = none), with small cells withheld."""
    both = (first >= 0) & (second >= 0)
    rows, columns = int(first.max(initial=-1)) + 1, int(second.max(initial=-1)) + 1
    pairs = first[both] * columns + second[both]
    return anonymous_table(np.bincount(pairs, minlength=rows * columns).reshape(rows, columns), k)
