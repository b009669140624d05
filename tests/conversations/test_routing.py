"""Priorities differ, and the draw follows them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare

from app.conversations.engine.analysis import Options, analyse
from app.conversations.engine.counts import Counts
from app.conversations.engine.routing import candidates, chances, next_statement, next_statements, priorities
from tests.factories.conversations import clear, mapped


def counted(agrees: list[int], disagrees: list[int], passes: list[int]) -> Counts:
    parts = [np.array(part) for part in (agrees, disagrees, passes)]
    return Counts(parts[0], parts[1], parts[0] + parts[1] + parts[2])


def test_priority_follows_the_formula():
    value = priorities(counted([3], [1], [1]), np.array([0.5]), np.array([False]))[0]
    importance = (1 - 2 / 7) * 1.5 * 4 / 7
    assert value == pytest.approx((importance * (1 + 8 * 2 ** (-5 / 5))) ** 2)


def test_meta_statements_weigh_forty_nine_and_no_other_does():
    counts = counted([0, 5, 40], [0, 5, 2], [0, 5, 1])
    values = priorities(counts, np.array([0.0, 0.4, 1.0]), np.array([True, False, False]))
    assert values[0] == 49
    assert (values[1:] != 49).all()


def test_priorities_of_a_conversation_differ():
    found = analyse(mapped(clear().votes), Options(draws=0))
    assert len(np.unique(np.round(found.routing.priority, 9))) > 0.95 * len(found.routing.priority)
    assert found.routing.priority.max() > 3 * found.routing.priority.min()


def test_the_draw_follows_the_priorities():
    found = analyse(mapped(clear(statements=40, votes_each=30).votes), Options(draws=0))
    rng = np.random.default_rng(9)
    may = np.ones(40, dtype=bool)
    drawn = np.bincount([next_statement(found.routing.priority, may, rng) for _ in range(20_000)], minlength=40)
    expected = chances(found.routing.priority, may) * 20_000
    assert chisquare(drawn, expected).pvalue > 0.001
    assert chisquare(drawn, np.full(40, 500.0)).pvalue < 1e-12


def test_new_statements_and_agreed_ones_come_sooner():
    counts = counted([0, 40, 10], [0, 4, 34], [0, 0, 0])
    new, agreed, disputed = priorities(counts, np.zeros(3), np.zeros(3, dtype=bool))
    assert new > agreed > disputed


def test_voted_rejected_and_in_strict_mode_unapproved_statements_are_not_shown():
    voted, rejected = np.array([True, False, False, False]), np.array([False, True, False, False])
    approved = np.array([True, True, True, False])
    assert candidates(voted, rejected, approved, strict=False).tolist() == [False, False, True, True]
    assert candidates(voted, rejected, approved, strict=True).tolist() == [False, False, True, False]


def test_a_statement_without_a_priority_weighs_one():
    drawn = chances(np.array([np.nan, 3.0]), np.array([True, True]))
    assert drawn.tolist() == [0.25, 0.75]
    rng = np.random.default_rng(0)
    assert {next_statement(np.array([np.nan]), np.array([True]), rng)} == {0}


def test_nothing_is_drawn_when_nothing_is_left():
    rng = np.random.default_rng(0)
    assert next_statement(np.array([1.0]), np.array([False]), rng) is None
    assert next_statement(np.zeros(0), np.zeros(0, dtype=bool), rng) is None
    assert next_statements(np.ones(3), np.array([True, False, True]), rng, 9) in ([0, 2], [2, 0])
    assert chances(np.ones(2), np.array([False, False])).tolist() == [0, 0]


def test_the_same_seed_draws_the_same_for_the_same_person_and_nothing_voted_on():
    found = mapped(clear(statements=40, votes_each=30).votes)
    first, second = (analyse(found, Options(draws=0, seed=7, next_for=3)).routing for _ in range(2))
    assert first.drawn == second.drawn
    voted = found.visible.columns[found.visible.offsets[3] : found.visible.offsets[4]]
    assert not set(first.drawn) & set(voted.tolist())
    assert first.chance[voted].sum() == 0
    stranger = analyse(found, Options(draws=0, next_for=10**9)).routing
    assert (stranger.chance > 0).all()
    strict = analyse(found, Options(draws=0, approved=[0, 1], strict=True)).routing
    assert set(strict.drawn) == {0, 1}
