"""Votes are checked, the latest counts, and order does not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.conversations.engine.analysis import analyse
from app.conversations.engine.latest import latest_of_each_pair
from app.conversations.engine.matrix import VoteMatrix
from app.conversations.engine.votes import VoteBatch, VotesError, votes_of_authors
from tests.factories.conversations import mapped, matrix, votes

CELLS = st.lists(
    st.tuples(
        st.integers(-(2**61), 2**61) | st.integers(0, 5), st.integers(0, 6), st.integers(-1, 1), st.integers(0, 4)
    ),
    max_size=60,
)


def cells_of(table: VoteMatrix) -> dict[tuple[int, int], int]:
    people = table.participants[table.rows].tolist()
    topics = table.statements[table.columns].tolist()
    return dict(zip(zip(people, topics, strict=True), table.values.tolist(), strict=True))


def batch_of(cells: list[tuple[int, int, int, int]], timed: bool) -> VoteBatch:
    columns = [np.array([cell[place] for cell in cells], dtype=np.int64) for place in range(4)]
    return VoteBatch.of(columns[0], columns[1], columns[2], columns[3] if timed else None)


@settings(max_examples=150, deadline=None)
@given(CELLS, st.booleans(), st.integers(0, 60))
def test_the_latest_vote_of_each_pair_counts_in_one_batch_or_in_two(cells, timed, cut):
    expected: dict[tuple[int, int], int] = {}
    ordered = sorted(cells, key=lambda cell: cell[3]) if timed else cells
    for person, topic, vote, _ in ordered:
        expected[person, topic] = vote
    assert cells_of(VoteMatrix.of(batch_of(cells, timed))) == expected
    in_two = VoteMatrix.of(batch_of(ordered[:cut], timed)).merged(batch_of(ordered[cut:], timed))
    assert cells_of(in_two) == expected
    assert np.all(np.diff(in_two.participants) > 0)
    assert in_two.offsets[-1] == in_two.size == len(expected)


def test_a_later_batch_brings_people_and_statements_between_those_there_are():
    table = VoteMatrix.of(batch_of([(1, 2, 1, 0), (5, 8, -1, 0)], timed=False))
    later = table.merged(batch_of([(3, 5, 0, 0), (1, 8, 1, 0)], timed=False))
    assert cells_of(later) == {(1, 2): 1, (5, 8): -1, (3, 5): 0, (1, 8): 1}


def test_among_equal_moments_the_lower_line_counts():
    batch = VoteBatch.of([1, 1, 1], [2, 2, 2], [1, 0, -1], [5, 9, 9])
    assert cells_of(VoteMatrix.of(batch)) == {(1, 2): -1}


def test_ids_far_apart_are_still_sorted():
    wide = np.arange(3000) * 10**12
    batch = VoteBatch.of(np.tile(wide, 2), np.tile(wide[::-1], 2), np.repeat([1, -1], 3000))
    table = VoteMatrix.of(batch)
    assert table.shape == (3000, 3000)
    assert (table.values == -1).all()


def test_keys_too_wide_to_be_packed_are_sorted_another_way():
    keys = np.array([2**62 + 5, 2**31, 2**62 + 5, 2**31 - 1])
    kept, values = latest_of_each_pair(keys, np.array([1, 1, -1, 0], dtype=np.int8), None)
    assert kept.tolist() == [2**31 - 1, 2**31, 2**62 + 5]
    assert values.tolist() == [0, 1, -1]


def test_a_crowd_of_pairs_by_chance_makes_a_finite_map_without_groups():
    rng = np.random.default_rng(0)
    people, topics = rng.integers(-(2**60), 2**60, (2, 50_000))
    found = analyse(mapped(VoteBatch.of(people, topics, rng.integers(-1, 2, 50_000))))
    assert found.map.groups == 0
    assert found.map.placed.sum() == 15
    assert np.isfinite(found.map.points).all()
    assert np.isfinite(found.ranking.value).all()


def test_hidden_statements_and_dropped_participants_leave_the_matrix():
    table = matrix([[1, 0, -1], [None, 1, 1], [0, None, None]])
    left = table.without(hidden=[1], dropped=[0])
    assert cells_of(left) == {(1, 2): 1, (2, 0): 0}
    assert left.participants.tolist() == [1, 2]
    assert left.statements.tolist() == [0, 2]
    assert table.without((), ()) is table


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (([1], [1], [2]), "Vote 1 is 2; a vote is 1, 0 or -1"),
        (([1, 2], [1, 1], [1, -3]), "Vote 2 is -3"),
        (([1, 2], [1], [1]), "differ in length"),
        (([1.5], [1], [1]), "Participant 1 is 1.5, not a whole number"),
        (([float("nan")], [1], [1]), "Participant 1 is nan"),
        (([1], [float("inf")], [1]), "Statement 1 is inf"),
        (([1], ["x"], [1]), "statement column holds something that is not a number"),
        (([[1]], [1], [1]), "must be one list"),
        (([1], [1], [None]), "vote column holds something"),
    ],
)
def test_what_is_no_vote_is_refused_with_its_place(columns, said):
    with pytest.raises(VotesError, match=said):
        VoteBatch.of(*columns)


def test_whole_numbers_written_as_decimals_are_taken():
    batch = VoteBatch.of([1.0, 2.0], np.array([3, 4], dtype=np.uint16), [1.0, -1.0])
    assert cells_of(VoteMatrix.of(batch)) == {(1, 3): 1, (2, 4): -1}


def test_authors_agree_with_what_they_write():
    assert cells_of(VoteMatrix.of(votes_of_authors([7, 8], [0, 1]))) == {(7, 0): 1, (8, 1): 1}


def test_a_table_of_votes_reads_back_as_it_was():
    rows = [[1, None, 0], [-1, 1, None]]
    assert cells_of(VoteMatrix.of(votes(rows))) == {(0, 0): 1, (0, 2): 0, (1, 0): -1, (1, 1): 1}
