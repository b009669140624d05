"""Shares, tests, representative and consensus statements, common ground and division, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.conversations.engine.analysis import Options, analyse, given_groups
from app.conversations.engine.closeness import closeness
from app.conversations.engine.consensus import consensus, divisiveness, group_informed_consensus, uncertain
from app.conversations.engine.counts import Counts, counts_by_group, counts_of
from app.conversations.engine.proportions import one_proportion_z, share, two_proportion_z
from app.conversations.engine.representative import group_figures, representative
from tests.factories.conversations import clear, mapped, matrix, votes

COUNTS = hnp.arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(1, 6), st.just(3)), elements=st.integers(0, 40))


def counted(table: np.ndarray) -> Counts:
    """Counts from (…, 3): agrees, disagrees, passes."""
    return Counts(table[..., 0], table[..., 1], table.sum(axis=-1))


def test_counts_are_by_group_and_leave_out_who_has_none():
    table = matrix([[1, 0], [1, -1], [-1, None], [1, 1]])
    by_group = counts_by_group(table, np.array([0, 1, 1, -1]), 2)
    assert by_group.agrees.tolist() == [[1, 0], [1, 0]]
    assert by_group.disagrees.tolist() == [[0, 0], [1, 1]]
    assert by_group.votes.tolist() == [[1, 1], [2, 1]]
    assert by_group.rest.votes.tolist() == [[2, 1], [1, 1]]
    assert counts_of(table).agrees.tolist() == [3, 1]
    assert counts_of(table).passes.tolist() == [0, 1]


def test_shares_and_their_tests_follow_the_formulas():
    assert share(np.array([3]), np.array([4]))[0] == pytest.approx(4 / 6)
    assert one_proportion_z(np.array([3]), np.array([4]))[0] == pytest.approx(2 * math.sqrt(5) * (4 / 5 - 0.5))
    q = (4 + 2) / (5 + 8)
    expected = (4 / 5 - 2 / 8) / math.sqrt(q * (1 - q) * (1 / 5 + 1 / 8))
    assert two_proportion_z(*(np.array([n]) for n in (3, 4, 1, 7)))[0] == pytest.approx(expected)
    assert two_proportion_z(*(np.array([n]) for n in (4, 4, 7, 7)))[0] == 0


@settings(max_examples=100, deadline=None)
@given(COUNTS)
def test_no_figure_is_ever_undefined_and_shares_stay_between_0_and_1(table):
    by_group = counted(table)
    figures = group_figures(by_group)
    for side in (figures.agree, figures.disagree):
        for values in (side.p, side.z, side.r, side.rz, side.weight):
            assert np.isfinite(values).all()
        assert ((side.p > 0) & (side.p < 1)).all()
    agreed = group_informed_consensus(by_group)
    assert ((agreed > 0) & (agreed < 1)).all()
    divided = divisiveness(by_group)
    assert ((divided >= 0) & (divided <= 1)).all()
    for group in range(len(table)):
        shown = representative(figures, group)
        assert len(shown) <= 5
        assert len({one.column for one in shown}) == len(shown)
        assert [one.side for one in shown] == sorted(one.side for one in shown)


def test_representative_statements_lead_with_the_best_to_agree_with():
    #            agrees, disagrees, passes of each statement
    one = [[30, 0, 0], [28, 2, 0], [2, 28, 0], [15, 15, 0]]
    other = [[29, 1, 0], [3, 27, 0], [27, 3, 0], [15, 15, 0]]
    figures = group_figures(counted(np.array([one, other])))
    shown = representative(figures, 0)
    assert [(item.column, item.side) for item in shown] == [(1, "agree"), (2, "disagree")]
    assert shown[0].best_agree
    assert (shown[0].successes, shown[0].votes, shown[0].p) == (28, 30, 29 / 32)


def test_the_best_to_agree_with_is_taken_even_when_a_better_ranked_one_exists():
    one = [[6, 0, 0], [2, 28, 0]]
    other = [[5, 1, 0], [27, 3, 0]]
    shown = representative(group_figures(counted(np.array([one, other]))), 0)
    assert [(item.column, item.side) for item in shown] == [(0, "agree"), (1, "disagree")]


def test_a_current_best_that_others_agree_with_as_much_is_replaced_by_share_alone():
    one = [[10, 2, 0], [20, 1, 0]]
    other = [[30, 0, 0], [30, 0, 0]]
    shown = representative(group_figures(counted(np.array([one, other]))), 0)
    assert shown[0].column == 1
    assert shown[0].best_agree


def test_without_anything_significant_the_most_different_statement_stands_alone():
    figures = group_figures(counted(np.array([[[0, 1, 1], [0, 1, 3]], [[1, 1, 0], [1, 1, 1]]])))
    assert len(representative(figures, 0)) == 1
    none = group_figures(counted(np.zeros((2, 0, 3), dtype=np.int64)))
    assert representative(none, 0) == []


def test_consensus_is_what_significantly_more_than_half_say():
    counts = counted(np.array([[30, 0, 0], [3, 0, 0], [0, 20, 0], [16, 14, 0], [29, 1, 0]]))
    assert [one.column for one in consensus(counts, "agree")] == [0, 4, 1]
    assert [one.column for one in consensus(counts, "disagree")] == [2]


def test_equal_values_stand_in_statement_order():
    counts = counted(np.tile([[9, 0, 0]], (8, 1)))
    assert [one.column for one in consensus(counts, "agree")] == [0, 1, 2, 3, 4]


def test_uncertain_is_what_is_passed_on_more_than_the_rest():
    counts = counted(np.array([[10, 5, 0], [4, 4, 12], [10, 5, 1]]))
    assert [one.column for one in uncertain(counts)] == [1]


def test_common_ground_multiplies_the_groups_and_division_takes_their_distance():
    counts = counted(np.array([[[9, 0, 0], [9, 0, 0]], [[9, 0, 0], [0, 9, 0]]]))
    assert group_informed_consensus(counts) == pytest.approx([(10 / 11) ** 2, 10 / 11 / 11])
    assert divisiveness(counts) == pytest.approx([0, 9 / 11])
    assert divisiveness(counted(np.array([[[5, 5, 0], [10, 0, 0], [0, 0, 0]]]))).tolist() == [1, 0, 0]


def test_closeness_is_measured_from_the_middle_and_from_the_own_group():
    points = np.array([[0.0, 0], [2, 0], [4, 0], [10, 0]])
    found = closeness(points, np.array([0, 0, 1, -1]), 2)
    np.testing.assert_allclose(found.centricness, [-1, 1, -1, -7])
    np.testing.assert_allclose(found.coreness, [0, 0, 1, np.nan])
    np.testing.assert_allclose(found.extremeness, [1, -1, 0, np.nan])


def test_an_analysis_without_groups_takes_all_placed_as_one_crowd():
    found = analyse(mapped(votes([[1, -1, 1]] * 20)), Options(draws=0))
    assert found.map.groups == 0
    assert found.representative == []
    assert found.by_group.votes.tolist() == [[20, 20, 20]]
    assert found.ranking.interval is None
    assert found.ranking.rank.tolist() == [1, 3, 2]


def test_given_groups_replace_the_found_ones():
    found = mapped(clear(participants=60).votes)
    laid = given_groups(found, np.array([3, 1, 2, 999]), ["west", "east", "east", "east"])
    assert laid.letters == ("east", "west")
    assert laid.group[:4].tolist() == [-1, 0, 0, 1]
    assert laid.sizes.tolist() == [2, 1]
    assert laid.placed.sum() == 3


def test_bootstrap_intervals_hold_the_figure_and_widen_with_doubt():
    certain, doubtful = (analyse(mapped(clear(votes_each=each).votes), Options(draws=100)) for each in (150, 12))
    for found in (certain, doubtful):
        sizes = found.map.sizes
        assert found.sizes is not None
        assert (found.sizes.low <= sizes).all()
        assert (sizes <= found.sizes.high).all()
        assert found.ranking.interval is not None
    widths = [float(np.mean(found.ranking.interval.high - found.ranking.interval.low)) for found in (certain, doubtful)]
    assert widths[0] < widths[1]
    again = analyse(certain.map, Options(draws=100))
    np.testing.assert_array_equal(again.ranking.interval.low, certain.ranking.interval.low)
