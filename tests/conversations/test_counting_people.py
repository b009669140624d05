"""Activity over time, and tables that give nobody away."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.conversations.engine.activity import DAY, Authorship, growth, visits, votes_per_participant
from app.conversations.engine.privacy import K, anonymous_table, cross_table, withheld
from app.conversations.engine.votes import VoteBatch

MINUTE = 60_000
NOTHING_WRITTEN = Authorship(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def test_growth_counts_votes_voters_statements_and_authors_by_day():
    batch = VoteBatch.of([1, 1, 2, 1], [1, 2, 1, 1], [1, 1, -1, 0], [5 * DAY, 5 * DAY + 1, 7 * DAY, 7 * DAY])
    written = Authorship(np.array([1, 9]), np.array([4 * DAY, 7 * DAY]))
    grown = growth(batch, written)
    assert grown is not None
    assert grown.days.tolist() == [4, 5, 7]
    assert grown.votes.tolist() == [0, 2, 4]
    assert grown.voters.tolist() == [0, 1, 2]
    assert grown.statements.tolist() == [1, 1, 2]
    assert grown.commenters.tolist() == [1, 1, 2]


def test_growth_and_visits_are_unknown_without_moments():
    batch = VoteBatch.of([1], [1], [1])
    assert growth(batch, NOTHING_WRITTEN) is None
    assert visits(batch) is None


def test_a_gap_of_over_ten_minutes_starts_a_new_visit():
    moments = [0, 10 * MINUTE, 20 * MINUTE + 1, 5, 6]
    assert visits(VoteBatch.of([1, 1, 1, 2, 2], [1, 2, 3, 1, 2], [1] * 5, moments)) == 3
    assert visits(VoteBatch.of([], [], [], [])) == 0


@given(st.lists(st.integers(1, 3000), max_size=50))
def test_everybody_is_in_exactly_one_bin_of_the_histogram(cast):
    bins = votes_per_participant(np.array(cast, dtype=np.int64))
    assert sum(people for _, _, people in bins) == len(cast)
    for low, high, people in bins:
        assert people == sum(low <= one and (high is None or one <= high) for one in cast)


@settings(max_examples=200, deadline=None)
@given(hnp.arrays(np.int64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.integers(0, 30)))
def test_no_small_cell_is_published_nor_worked_out_from_its_row_or_column(table):
    shown = anonymous_table(table)
    for row, counts in zip(shown, table, strict=True):
        assert all(cell is None or cell == 0 or cell >= K for cell in row)
        assert all(cell is None or cell == count for cell, count in zip(row, counts.tolist(), strict=True))
    hidden = withheld(table)
    for counts, flags in [*zip(table, hidden, strict=True), *zip(table.T, hidden.T, strict=True)]:
        if flags.any() and not flags[counts > 0].all():
            assert flags.sum() > 1
            assert counts[flags].sum() >= K


def test_a_table_of_large_cells_is_published_whole():
    assert anonymous_table(np.array([[5, 9], [0, 7]])) == [[5, 9], [0, 7]]


def test_a_single_small_cell_takes_a_neighbour_with_it():
    assert anonymous_table(np.array([[2, 6, 9]])) == [[None, None, 9]]


def test_a_cross_table_counts_pairs_of_labels_and_leaves_out_who_has_none():
    first = np.array([0] * 8 + [1] * 6 + [-1] * 3)
    second = np.array([0] * 8 + [1] * 6 + [1] * 3)
    assert cross_table(first, second) == [[8, 0], [0, 6]]
    assert cross_table(np.array([-1]), np.array([0])) == []
