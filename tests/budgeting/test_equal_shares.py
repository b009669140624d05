"""The Method of Equal Shares against a second counting, and the properties its definition promises."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.budgeting.engine import purses, water
from app.budgeting.engine.equal_shares import Terms, agree, count_once
from app.budgeting.engine.profile import profile_of
from app.budgeting.engine.purses import Offer, Purses
from app.budgeting.engine.water import Crowd, level
from tests.budgeting import twin
from tests.budgeting.elections import Tiny, tiny


@settings(max_examples=400, deadline=None)
@given(tiny())
def test_winners_prices_and_purses_equal_those_of_plain_fractions(made: Tiny) -> None:
    winners, rhos, money = twin.equal_shares(made.costs, made.ballots, made.units, made.ranks, made.endowment)
    count = count_once(made.profile, made.terms, made.endowment)
    assert count.winners == winners
    assert [count.purses.ledger.price(k) / made.units[p] for k, p in enumerate(winners)] == rhos
    for voter, left in enumerate(money):
        row = made.row_of(voter)
        assert count.purses.ledger.purse(row) == left
        assert abs(Fraction(float(count.purses.money[row])) - left) <= count.purses.error


@settings(max_examples=150, deadline=None)
@given(tiny())
def test_nobody_pays_more_than_the_endowment_and_every_winner_is_paid(made: Tiny) -> None:
    count = count_once(made.profile, made.terms, made.endowment)
    left = sum((count.purses.ledger.purse(made.row_of(voter)) for voter in range(len(made.ballots))), Fraction(0))
    assert left >= 0
    assert made.endowment * len(made.ballots) - left == count.spent
    assert count.spent <= made.budget


@settings(max_examples=150, deadline=None)
@given(tiny())
def test_the_order_of_voters_does_not_matter(made: Tiny) -> None:
    mirrored = Tiny(made.costs, made.ballots[::-1], made.units, made.ranks, made.budget)
    there = count_once(mirrored.profile, made.terms, made.endowment)
    assert count_once(made.profile, made.terms, made.endowment).winners == there.winners


@settings(max_examples=150, deadline=None)
@given(tiny())
def test_the_names_of_projects_matter_only_in_ties(made: Tiny) -> None:
    m = len(made.costs)
    turned = Tiny(
        made.costs[::-1],
        [{m - 1 - p: u for p, u in ballot.items()} for ballot in made.ballots],
        made.units[::-1],
        made.ranks[::-1],
        made.budget,
    )
    there = count_once(turned.profile, turned.terms, made.endowment)
    assert count_once(made.profile, made.terms, made.endowment).winners == [m - 1 - p for p in there.winners]


@settings(max_examples=100, deadline=None)
@given(tiny(points=False))
def test_a_cheaper_winner_still_wins(made: Tiny) -> None:
    """Discount monotonicity, which Equal Shares has with cardinality utilities."""
    unit = Tiny(made.costs, made.ballots, [1] * len(made.costs), made.ranks, made.budget)
    for p in count_once(unit.profile, unit.terms, unit.endowment).winners:
        cheaper = [max(cost - 1, 1) if q == p else cost for q, cost in enumerate(unit.costs)]
        sale = Tiny(cheaper, unit.ballots, unit.units, unit.ranks, unit.budget)
        assert p in count_once(sale.profile, sale.terms, sale.endowment).winners


@settings(max_examples=400, deadline=None)
@given(tiny(), st.integers(1, 200))
def test_where_two_counts_are_shown_to_agree_all_between_do(made: Tiny, grain: int) -> None:
    lead = count_once(made.profile, made.terms, made.endowment)
    step = Fraction(max(made.costs), grain)
    upper = [count_once(made.profile, made.terms, made.endowment + strides * step, lead=lead) for strides in (8, 4, 2)]
    for strides, there in zip((8, 4, 2), upper, strict=True):
        if agree(lead, there):
            for part in range(strides + 1):
                money = made.endowment + part * step
                between, _, _ = twin.equal_shares(made.costs, made.ballots, made.units, made.ranks, money)
                assert between == lead.winners


@settings(max_examples=300, deadline=None)
@given(tiny(), st.integers(1, 60), st.booleans())
def test_looking_ahead_and_back_changes_nothing(made: Tiny, grain: int, capped: bool) -> None:
    step = Fraction(max(made.costs), grain)
    lead = count_once(made.profile, made.terms, made.endowment)
    above = count_once(made.profile, made.terms, made.endowment + 2 * step, made.budget if capped else None, lead)
    between = count_once(made.profile, made.terms, made.endowment + step, None, lead, above)
    money = made.endowment + step
    assert between.winners == twin.equal_shares(made.costs, made.ballots, made.units, made.ranks, money)[0]


def test_equal_rho_is_a_tie_decided_by_the_stated_order_and_told() -> None:
    profile = profile_of([[0], [1]], [5, 5], [10, 10])
    count = count_once(profile, Terms((10, 10), (1, 0)), Fraction(2))
    assert count.winners == [1, 0]
    assert [(tie.round, tie.projects, tie.chosen) for tie in count.ties] == [(0, (0, 1), 1)]


def test_a_difference_far_below_float_precision_decides() -> None:
    """Two projects whose rho differ by one part in 10**30: floats see a tie, the count does not."""
    cost = 10**15
    profile = profile_of([[0], [1]], [10**15 - 1, 10**15 - 2], [cost * 10**6, cost * 10**6 - 10**6])
    count = count_once(profile, Terms((1, 1), (1, 0)), Fraction(10**9))
    exact = [Fraction(cost * 10**6, 10**15 - 1), Fraction(cost * 10**6 - 10**6, 10**15 - 2)]
    assert count.winners[0] == exact.index(min(exact))
    assert not count.ties


def test_supporters_who_spend_exactly_all_they_have_are_poor_for_good() -> None:
    profile = profile_of([[0, 1], [1]], [4, 1], [8, 3])
    count = count_once(profile, Terms((8, 3), (0, 1)), Fraction(2))
    assert count.winners == [1, 0] or count.spent <= 10
    winners, _, _ = twin.equal_shares([8, 3], [{0: 1, 1: 1}] * 4 + [{1: 1}], [8, 3], [0, 1], Fraction(2))
    assert count.winners == winners


@pytest.mark.parametrize("seed", range(8))
def test_fractions_alone_give_the_same_count(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What floats decide, the exact way decides too: here it decides everything."""
    monkeypatch.setattr(purses, "level", lambda *_: None)
    dice = np.random.default_rng(seed)
    costs = [int(cost) * 10 for cost in dice.integers(1, 9, 6)]
    ballots = [{int(p): int(dice.integers(1, 4)) for p in dice.integers(0, 6, 3)} for _ in range(9)]
    made = Tiny(costs, ballots, costs if seed % 2 else [1] * 6, list(range(6)), sum(costs) // 2)
    winners, rhos, _ = twin.equal_shares(costs, ballots, made.units, made.ranks, made.endowment)
    count = count_once(made.profile, made.terms, made.endowment)
    assert count.winners == winners
    assert [count.purses.ledger.price(k) / made.units[p] for k, p in enumerate(winners)] == rhos


@pytest.mark.parametrize("seed", range(4))
def test_money_that_has_become_blurred_is_written_anew(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plainly = Purses.buy

    def blurring(self: Purses, offer: Offer) -> None:
        plainly(self, offer)
        self.error = self.start * (0.1 if seed % 2 else 0.3)

    monkeypatch.setattr(Purses, "buy", blurring)
    monkeypatch.setattr(purses, "COARSE", 0.0 if seed > 1 else 1.0)
    dice = np.random.default_rng(seed)
    costs = (dice.integers(5, 60, 8) * 7).tolist()
    ballots = [{int(p): 1 for p in dice.integers(0, 8, 3)} for _ in range(12)]
    made = Tiny(costs, ballots, costs, list(range(8)), sum(costs) // 2)
    winners, _, _ = twin.equal_shares(costs, ballots, costs, made.ranks, made.endowment)
    assert count_once(made.profile, made.terms, made.endowment).winners == winners


def test_floats_say_when_they_cannot_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = Crowd(np.arange(3), np.ones(3), None, np.ones(3), 3.0, single=True)
    assert level(crowd, np.array([1.0, 1.0, 1.0]), 4.0, 0.0, 0.0) is None  # they hold less than the cost
    assert level(crowd, np.array([1.0, 2.0, 3.0]), 5.0, 0.5, 0.0) is None  # 2 may be more or less than the price
    assert level(crowd, np.array([1.0, 9.0, 9.0]), 9.0, 1e-9, 0.0) is not None
    monkeypatch.setattr(water, "PATIENCE", 0)
    assert level(crowd, np.array([1.0, 9.0, 9.0]), 9.0, 1e-9, 0.0) is None


def test_money_written_anew_from_the_ledger_is_what_it_was() -> None:
    dice = np.random.default_rng(7)
    rows = [sorted(set(dice.integers(0, 12, 4).tolist())) for _ in range(300)]
    costs = dice.integers(500, 5000, 12).tolist()
    profile = profile_of(rows, [1] * 300, costs)
    count = count_once(profile, Terms(tuple(costs), tuple(range(12))), Fraction(20_000, 300))
    before = count.purses.money.copy()
    bound = count.purses.error
    count.purses.rewrite()
    assert count.purses.error < bound
    assert np.abs(before - count.purses.money).max() <= bound + count.purses.error


def test_points_below_nothing_and_nobody_at_all_are_no_support() -> None:
    profile = profile_of([[]], [3], [10, 20])
    assert count_once(profile, Terms((1, 1), (0, 1)), Fraction(100)).winners == []
