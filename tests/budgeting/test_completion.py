"""add1 and what follows it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.budgeting.engine.completion import Search, exhaustive
from app.budgeting.engine.equal_shares import Terms, count_once
from app.budgeting.engine.options import OFFICIAL, Comparison, Completion, Exhaustive, Rule, Start, Stop
from app.budgeting.engine.outcome import End, Stage
from app.budgeting.engine.profile import profile_of
from app.budgeting.engine.tally import tally
from tests.budgeting import twin
from tests.budgeting.elections import Tiny, election, ids, tiny


@settings(max_examples=120, deadline=None)
@given(tiny(most_projects=5, most_voters=6), st.sampled_from(Stop))
def test_add1_in_strides_equals_add1_step_by_step(made: Tiny, stop: Stop) -> None:
    if sum(made.costs) <= made.budget:
        return
    step = Fraction(max(sum(made.costs) // 60, 1))
    supported = len({p for ballot in made.ballots for p in ballot})
    expected, endowment = twin.add1(
        made.costs,
        lambda e: twin.equal_shares(made.costs, made.ballots, made.units, made.ranks, e)[0],
        made.budget,
        made.endowment,
        step,
        range(len(made.costs)),
        supported,
        until_exhaustive=stop is Stop.EXHAUSTIVE,
    )
    search = Search(made.profile, made.terms, made.budget, step, stop, range(len(made.costs)))
    count, added = search.run(made.endowment)
    assert (count.winners, count.endowment) == (expected, endowment)
    assert added.endowment == added.start + added.steps * step
    if stop is Stop.EXHAUSTIVE and added.end is End.EXHAUSTIVE:
        assert exhaustive(made.costs, made.budget, count.winners, range(len(made.costs)))


def crowd(seed: int) -> Search:
    """A few hundred voters and a dozen projects, counted in hundreds of steps."""
    dice = np.random.default_rng(seed)
    rows = [sorted(set(dice.integers(0, 14, dice.integers(1, 6)).tolist())) for _ in range(250)]
    costs = (dice.integers(5, 200, 14) * 100).tolist()
    profile = profile_of(rows, [1] * 250, costs)
    terms = Terms(tuple(costs) if seed % 2 else (1,) * 14, tuple(range(14)))
    return Search(profile, terms, sum(costs) // 3, Fraction(1, 4), Stop.AFFORDABLE, range(14))


@pytest.mark.parametrize("seed", range(6))
def test_hundreds_of_steps_in_strides_end_where_single_steps_end(seed: int) -> None:
    search = crowd(seed)
    start = Fraction(search.budget, 250)
    count, added = search.run(start)
    endowment, winners = start, count_once(search.profile, search.terms, start).winners
    while True:
        following = count_once(search.profile, search.terms, endowment + search.step)
        if following.spent > search.budget:
            break
        endowment, winners = endowment + search.step, following.winners
    assert (count.winners, count.endowment) == (winners, endowment)
    assert added.counts < added.steps


def test_twins_that_are_equal_at_every_step_do_not_have_to_be_counted_at_every_step() -> None:
    """The same people want both at the same cost, some of them poor: equal rho, at whatever endowment."""
    rows, voters, costs = [[0, 1, 2], [0, 1], [2], [3]], [3, 5, 4, 2], [4000, 4000, 1500, 90_000]
    profile = profile_of(rows, voters, costs)
    search = Search(profile, Terms((1, 1, 1, 1), (1, 0, 2, 3)), 8100, Fraction(1, 50), Stop.AFFORDABLE, range(4))
    count, added = search.run(Fraction(420))
    assert (0, 1) in {tie.projects for tie in count.ties}
    assert (added.steps > 1000, added.counts < 100) == (True, True)
    expected, endowment = twin.add1(
        costs,
        lambda e: twin.equal_shares(costs, ballots_of(rows, voters), [1] * 4, [1, 0, 2, 3], e)[0],
        8100,
        Fraction(420),
        Fraction(1, 50) * added.steps,
        range(4),
        4,
        until_exhaustive=False,
    )
    assert (count.winners, count.endowment) == (expected, endowment)


def ballots_of(rows: list[list[int]], voters: list[int]) -> list[dict[int, int]]:
    """One ballot per voter."""
    return [dict.fromkeys(row, 1) for row, cast in zip(rows, voters, strict=True) for _ in range(cast)]


COSTS = {"a": 60, "b": 50, "c": 30, "d": 5}
VOTES = ["a", "a", "a", "b", "b", "c", ""]


def test_going_on_while_affordable_may_end_later_than_the_first_exhaustive_outcome() -> None:
    held = election(COSTS, VOTES, 100)
    until = tally(held, OFFICIAL.but(completion=Completion.ADD1, stop=Stop.EXHAUSTIVE, exhaustive=Exhaustive.SUPPORTED))
    beyond = tally(held, OFFICIAL.but(completion=Completion.ADD1))
    assert until.added is not None
    assert beyond.added is not None
    assert until.added.steps <= beyond.added.steps
    assert beyond.added.end is End.BUDGET
    assert beyond.added.over_budget is not None
    assert beyond.added.over_budget > 100


def test_a_project_without_supporters_counts_for_exhaustiveness_only_when_all_do() -> None:
    held = election({"a": 60, "b": 50, "unloved": 30}, ["a", "a", "a", "b", "b", ""], 100)
    options = OFFICIAL.but(completion=Completion.ADD1, stop=Stop.EXHAUSTIVE)
    over_all = tally(held, options)
    supported = tally(held, options.but(exhaustive=Exhaustive.SUPPORTED))
    assert supported.added is not None
    assert over_all.added is not None
    assert supported.added.end is End.EXHAUSTIVE
    assert over_all.added.end is End.BUDGET


def test_the_first_endowment_is_exact_or_in_whole_currency_units() -> None:
    held = election({"a": 60.5, "b": 50}, ["a", "a", "b"], 100)
    exact = tally(held, OFFICIAL.but(completion=Completion.ADD1, start=Start.EXACT))
    floor = tally(held, OFFICIAL.but(completion=Completion.ADD1))
    assert exact.added is not None
    assert floor.added is not None
    assert exact.added.start == Fraction(1000, 3)
    assert floor.added.start == 330
    assert floor.added.step == 10


def test_add1u_fills_what_is_left_by_votes() -> None:
    held = election(COSTS, VOTES, 100)
    plain = tally(held, OFFICIAL.but(completion=Completion.ADD1))
    filled = tally(held, OFFICIAL)
    assert filled.winners[: len(plain.winners)] == plain.winners
    added = [win for win in filled.wins if win.stage is Stage.COMPLETION]
    assert "d" in ids(held, [win.project for win in added])
    assert exhaustive(held.costs, held.budget, filled.winners, range(4))


def test_without_completion_the_leftover_stays() -> None:
    held = election(COSTS, VOTES, 100)
    bare = tally(held, OFFICIAL.but(completion=Completion.NONE))
    filled = tally(held, OFFICIAL.but(completion=Completion.UTILITARIAN))
    assert set(bare.winners) <= set(filled.winners)
    assert bare.added is None


def test_when_every_supported_project_has_won_add1_ends() -> None:
    held = election({"a": 10, "b": 10, "c": 500}, ["a", "b", ""], 100)
    outcome = tally(held, OFFICIAL.but(completion=Completion.ADD1))
    assert outcome.added is not None
    assert outcome.added.end is End.EVERYTHING
    assert sorted(ids(held, outcome.winners)) == ["a", "b"]


def test_an_election_without_voters_has_no_winners_but_completed_ones() -> None:
    held = election({"a": 60, "b": 50}, [], 100)
    assert tally(held, OFFICIAL.but(completion=Completion.ADD1)).winners == ()
    assert ids(held, tally(held, OFFICIAL).winners) == ["b"]


@settings(max_examples=150, deadline=None)
@given(tiny(points=False), st.sampled_from(Rule), st.sampled_from(Completion), st.sampled_from(Comparison))
def test_every_tally_keeps_the_budget_and_is_exhaustive_where_promised(
    made: Tiny, rule: Rule, completion: Completion, comparison: Comparison
) -> None:
    votes = [",".join(map(str, ballot)) for ballot in made.ballots]
    held = election({str(p): cost for p, cost in enumerate(made.costs)}, votes, made.budget)
    shares = rule is Rule.EQUAL_SHARES
    options = OFFICIAL.but(
        rule=rule,
        completion=completion,
        comparison=comparison if shares else Comparison.NONE,
        threshold=Fraction(1),
        exclusive=(("0", str(len(made.costs) - 1)),) if len(made.costs) > 1 else (("0", "0"),),
        step=Fraction(max(made.costs), 4),
    )
    if rule is Rule.GREEDY_EXCLUSIVE and len(made.costs) == 1:
        return
    outcome = tally(held, options)
    assert outcome.winners == tally(held, options).winners
    assert len(set(outcome.winners)) == len(outcome.winners)
    assert sum(held.costs[p] for p in outcome.winners) <= held.budget
    filled = shares and completion in {Completion.ADD1U, Completion.UTILITARIAN}
    if filled or rule in {Rule.GREEDY, Rule.GREEDY_PER_COST}:
        assert exhaustive(held.costs, held.budget, outcome.winners, range(len(made.costs)))
