"""Axes, positions and who is placed, against plain dense computation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.conversations.engine.centred import centre
from app.conversations.engine.components import components_of
from app.conversations.engine.lanczos import leading_eigenvectors
from app.conversations.engine.matrix import VoteMatrix
from app.conversations.engine.placing import placed
from app.conversations.engine.positions import extremity, participant_positions, statement_positions
from app.conversations.engine.votes import VoteBatch
from tests.factories.conversations import clear, mapped, votes

TABLES = hnp.arrays(np.int64, st.tuples(st.integers(1, 25), st.integers(1, 12)), elements=st.integers(-1, 2))


def dense(table: VoteMatrix) -> np.ndarray:
    full = np.full(table.shape, np.nan)
    full[table.rows, table.columns] = table.values
    return full


def test_axes_and_positions_equal_those_of_a_full_decomposition():
    table = VoteMatrix.of(clear().votes)
    full = dense(table)
    means = np.nanmean(full, axis=0)
    imputed = np.where(np.isnan(full), means, full) - means
    _, singular, vectors = np.linalg.svd(imputed, full_matrices=False)
    centred = centre(table)
    axes = components_of(centred, table.statements)
    assert np.abs(np.abs((axes.axes * vectors[:2]).sum(axis=1)) - 1).max() < 1e-10
    np.testing.assert_allclose(axes.explained, singular[:2] ** 2 / (singular**2).sum(), rtol=1e-9)
    seen = (~np.isnan(full)).sum(axis=1)
    expected = (np.where(np.isnan(full), 0, full - means) @ axes.axes.T) * np.sqrt(full.shape[1] / seen)[:, None]
    np.testing.assert_allclose(participant_positions(centred, axes), expected, atol=1e-7)
    np.testing.assert_allclose(
        statement_positions(centred, axes), np.sqrt(200) * ((1 - means) * axes.axes).T, atol=1e-12
    )


@settings(max_examples=80, deadline=None)
@given(TABLES)
def test_any_small_table_gives_finite_positions_and_shares(table):
    rows = [[None if vote == 2 else int(vote) for vote in row] for row in table]
    found = mapped(votes(rows))
    for array in (found.points, found.statement_points, found.components.explained, found.components.axes):
        assert np.isfinite(array).all()
    assert 0 <= found.components.explained.sum() <= 1 + 1e-9
    assert found.components.explained[0] >= found.components.explained[1] - 1e-9


@settings(max_examples=200, deadline=None)
@given(hnp.arrays(np.float64, st.tuples(st.integers(2, 12), st.integers(2, 8)), elements=st.integers(-3, 3)))
def test_leading_eigenvalues_equal_the_squared_singular_values(table):
    values, vectors = leading_eigenvectors(table, 2, np.linspace(1, 2, table.shape[1]))
    singular = np.linalg.svd(table, compute_uv=False)
    np.testing.assert_allclose(values, singular[:2] ** 2, atol=1e-6)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(2), atol=1e-8)


def test_the_loading_of_greatest_magnitude_is_positive_at_first():
    axes = mapped(clear().votes).components.axes
    assert all(axis[np.argmax(np.abs(axis))] > 0 for axis in axes)


def test_a_later_map_does_not_mirror_the_earlier_one():
    found = mapped(clear().votes)
    turned = type(found.components)(found.visible.statements, -found.components.axes, found.components.explained)
    again = components_of(centre(found.visible), found.visible.statements, turned)
    np.testing.assert_allclose(again.axes, -found.components.axes, atol=1e-6)


def test_extremity_is_the_length_of_a_statements_position():
    assert extremity(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [5.0, 0.0]


@pytest.mark.parametrize(
    ("cast", "statements", "expected"),
    [
        ([7] * 20 + [6], 50, 20),
        ([2] * 20 + [1], 2, 20),
        ([9] * 3 + [3] * 9 + [2] * 9, 50, 15),
        ([1] * 4, 50, 4),
    ],
)
def test_placed_are_those_with_seven_votes_or_else_the_fifteen_most_active(cast, statements, expected):
    counts = np.array(cast)
    flags = placed(counts, statements, counts, np.zeros(len(cast), dtype=bool))
    assert flags.sum() == expected
    assert counts[flags].min() >= counts[~flags].max(initial=0)


def test_once_placed_always_placed_but_never_without_a_visible_vote():
    counts, seen = np.array([7] * 20 + [1, 1]), np.array([7] * 20 + [1, 0])
    already = np.array([False] * 20 + [True, True])
    assert placed(counts, 50, seen, already)[20:].tolist() == [True, False]


def test_votes_on_hidden_statements_count_towards_being_placed_and_nowhere_else():
    rows = [[1, -1, 1, 1, 0, 1, 1, 1], *([[1] * 7 + [None]] * 8), *([[-1] * 7 + [None]] * 8), [1, *[None] * 7]]
    found = mapped(votes(rows), hidden=[7])
    assert found.counted.votes_cast[0] == 8
    assert found.visible.statements.tolist() == list(range(7))
    assert found.placed.tolist() == [True] * 17 + [False]


def test_votes_by_somebody_dropped_are_not_in_the_map():
    batch = VoteBatch.of([1, 1, 2, 2], [1, 2, 1, 2], [1, 1, -1, 1])
    from app.conversations.engine.conversation import Conversation

    conversation = Conversation()
    conversation.apply(batch)
    conversation.drop([2])
    assert conversation.update().visible.participants.tolist() == [1]
