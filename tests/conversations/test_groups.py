"""Groups are found where there are any, are never too small, and do not hang on any order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, silhouette_score

from app.conversations.engine.base_clusters import MOST, BaseClusters, base_clusters
from app.conversations.engine.groups import divisions, fewest_members
from app.conversations.engine.kmeans import lloyd, plus_plus
from app.conversations.engine.outliers import far_outliers, weighted_median
from app.conversations.engine.silhouettes import distances, mean_silhouettes
from tests.factories.conversations import at_random, clear, mapped, renamed, shuffled


def crowd(*clusters: tuple[float, float, int], seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal((x, y), 0.3, (size, 2)) for x, y, size in clusters])


def each_alone(points: np.ndarray) -> BaseClusters:
    return BaseClusters(points, np.ones(len(points)), np.arange(len(points)))


@pytest.mark.parametrize(("groups", "signal"), [(2, 0.8), (3, 0.9)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_groups_are_found_at_the_signal_stated_in_the_docs(groups, signal, seed):
    made = clear(groups=groups, signal=signal, seed=seed)
    found = mapped(made.votes)
    assert found.groups == groups
    who = found.visible.participants[found.placed]
    assert adjusted_rand_score(made.group[who], found.group[found.placed]) >= 0.95


def test_votes_without_connection_make_no_groups():
    rng = np.random.default_rng(3)
    made = clear(signal=0.0)
    outcomes = [mapped(at_random(made.votes, rng)).groups for _ in range(12)]
    assert outcomes.count(0) >= 11


def test_any_order_of_the_same_votes_gives_the_same_map():
    rng = np.random.default_rng(5)
    batch = clear(signal=0.6).votes
    first = mapped(batch)
    for _ in range(3):
        again = mapped(shuffled(batch, rng))
        np.testing.assert_array_equal(again.points, first.points)
        np.testing.assert_array_equal(again.group, first.group)
        assert again.letters == first.letters


def test_other_names_for_the_participants_give_the_same_groups():
    rng = np.random.default_rng(6)
    batch = clear(signal=0.6).votes
    first = mapped(batch)
    for _ in range(3):
        other, names = renamed(batch, rng)
        again = mapped(other)
        rows = np.searchsorted(again.visible.participants, [names[one] for one in first.visible.participants.tolist()])
        np.testing.assert_array_equal(again.group[rows], first.group)


def test_a_group_of_one_is_never_made_and_its_person_is_counted_with_the_nearest():
    points = np.concatenate([crowd((0, 0, 40), (4, 0, 40)), [[90.0, 0.0]]])
    found = divisions(each_alone(points), seed=0)
    assert found.aside.tolist() == [False] * 80 + [True]
    best = found.by_k[found.best_k]
    assert best.k == 2
    assert sorted(best.sizes.tolist()) == [40, 41]
    assert best.labels[80] == best.labels[79]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 120), st.floats(0.01, 30))
def test_no_group_has_under_three_people_or_one_percent(seed, people, tail):
    rng = np.random.default_rng(seed)
    points = rng.standard_normal((people, 2)) * (1 + tail * rng.random((people, 1)) ** 8)
    found = divisions(base_clusters(points, 0), 0)
    for k, one in found.by_k.items():
        assert one.k == k <= 5
        assert one.sizes.min() >= fewest_members(people) >= 3
        assert one.sizes.sum() == people
        assert -1 <= one.silhouette <= 1
    assert found.best_k == 1 or found.by_k[found.best_k].clear


def test_a_small_group_must_stand_clearer_than_a_large_one():
    few, many = (divisions(each_alone(crowd((0, 0, 60), (3, 0, size))), 0).by_k[2] for size in (4, 40))
    assert few.needed == pytest.approx(0.36 + 2 / 4)
    assert many.needed == pytest.approx(0.36 + 2 / 40)
    assert many.clear
    assert not few.clear
    assert few.silhouette > many.needed


def test_one_percent_of_a_large_crowd_is_more_than_three():
    assert [fewest_members(people) for people in (0, 50, 300, 301, 5000)] == [3, 3, 3, 4, 50]


def test_silhouettes_equal_those_of_scikit_learn():
    points = crowd((0, 0, 20), (3, 1, 15), (0, 4, 10))
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, (6, len(points)))
    expected = [silhouette_score(points, one) for one in labels]
    np.testing.assert_allclose(mean_silhouettes(distances(points), labels, 3), expected, rtol=1e-12)


def test_a_lone_point_and_a_single_cluster_score_nothing():
    points = np.array([[0.0, 0], [1, 0], [5, 0]])
    alone = mean_silhouettes(distances(points), np.array([[0, 0, 1], [0, 0, 0]]), 2)
    expected = ((5 - 1) / 5 + (4 - 1) / 4 + 0) / 3
    np.testing.assert_allclose(alone, [expected, 0.0])


def test_k_means_ends_where_every_centre_is_its_members_mean():
    points = crowd((0, 0, 30), (5, 0, 30))
    weights = np.arange(1.0, 61.0)
    starts = plus_plus(points, weights, 2, np.random.default_rng(0).random((8, 2)))
    labels, centres = lloyd(points, weights, starts)
    for run in range(8):
        for one in range(2):
            inside = labels[run] == one
            np.testing.assert_allclose(centres[run, one], np.average(points[inside], axis=0, weights=weights[inside]))


def test_k_means_ends_after_so_many_rounds():
    points = crowd((0, 0, 30), (5, 0, 30))
    _, centres = lloyd(points, np.ones(60), points[None, :2], rounds=1)
    assert centres.shape == (1, 2, 2)
    assert not np.array_equal(centres[0], points[:2])


def test_an_empty_cluster_keeps_its_centre():
    _, centres = lloyd(np.zeros((4, 2)), np.ones(4), np.array([[[0.0, 0.0], [9.0, 9.0]]]))
    assert centres[0].tolist() == [[0, 0], [9, 9]]


def test_base_clusters_are_at_most_a_hundred_and_hold_everybody():
    points = crowd((0, 0, 9000), (6, 2, 9000))
    base = base_clusters(points, 1)
    assert len(base.centres) <= MOST
    assert base.sizes.sum() == len(points)
    np.testing.assert_array_equal(np.bincount(base.labels), base.sizes)
    np.testing.assert_allclose(base.centres[3], points[base.labels == 3].mean(axis=0))


def test_people_at_the_same_place_share_a_base_cluster():
    base = base_clusters(np.tile([[1.0, 2.0], [3.0, 4.0]], (30, 1)), 0)
    assert sorted(base.sizes.tolist()) == [30, 30]


def test_a_far_group_large_enough_is_no_outlier():
    points = np.concatenate([crowd((0, 0, 80)), crowd((40, 0, 5))])
    apart = distances(points)
    assert not far_outliers(points, np.ones(85), apart, fewest=3).any()
    assert far_outliers(points, np.ones(85), apart, fewest=6).sum() == 5


def test_the_weighted_median_is_the_least_value_with_half_the_weight():
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 5.0])) == 2.0
