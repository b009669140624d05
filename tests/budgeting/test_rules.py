"""Greedy rules, Phragmén, the comparison step, ties, scores and the options they need."""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given, settings

from app.budgeting.engine import scores as engine_scores
from app.budgeting.engine.greedy import greedy
from app.budgeting.engine.options import (
    OFFICIAL,
    Comparison,
    Completion,
    FullyFunded,
    ImpossibleOptionsError,
    Options,
    Rule,
    Scoring,
    Ties,
    Utility,
)
from app.budgeting.engine.outcome import Stage
from app.budgeting.engine.phragmen import phragmen
from app.budgeting.engine.scores import profile, scores
from app.budgeting.engine.tally import tally
from app.budgeting.engine.ties import tie_order
from tests.budgeting import twin
from tests.budgeting.elections import Tiny, election, ids, tiny

COSTS = {"p1": 70, "p2": 40, "p10": 40, "p3": 20}
VOTES = ["p1,p2", "p1,p10", "p1,p2", "p3,p10", "p1"]


def winners(options: Options, **more: object) -> list[str]:
    held = election(COSTS, VOTES, 100, **more)
    return ids(held, tally(held, options).winners)


def test_greedy_takes_the_most_voted_and_skips_what_does_not_fit() -> None:
    assert winners(OFFICIAL.but(rule=Rule.GREEDY)) == ["p1", "p3"]


def test_greedy_without_skipping_ends_at_the_first_that_does_not_fit() -> None:
    assert winners(OFFICIAL.but(rule=Rule.GREEDY_NO_SKIP)) == ["p1"]


def test_greedy_per_cost_takes_the_most_votes_per_cost() -> None:
    assert winners(OFFICIAL.but(rule=Rule.GREEDY_PER_COST)) == ["p1", "p3"]
    held = election({"a": 100, "b": 10, "c": 10}, ["a", "a", "a", "b", "c"], 100)
    assert ids(held, tally(held, OFFICIAL.but(rule=Rule.GREEDY_PER_COST)).winners) == ["b", "c"]


def test_greedy_threshold_leaves_out_what_has_too_few_votes() -> None:
    assert winners(OFFICIAL.but(rule=Rule.GREEDY_THRESHOLD, threshold=Fraction(2))) == ["p1"]
    assert winners(OFFICIAL.but(rule=Rule.GREEDY_THRESHOLD), min_project_score_threshold=1) == ["p1", "p3"]
    with pytest.raises(ImpossibleOptionsError, match="threshold"):
        winners(OFFICIAL.but(rule=Rule.GREEDY_THRESHOLD))


def test_of_projects_that_exclude_one_another_only_the_first_wins() -> None:
    assert winners(OFFICIAL.but(rule=Rule.GREEDY_EXCLUSIVE, exclusive=(("p1", "p3"),))) == ["p1"]
    with pytest.raises(ImpossibleOptionsError, match="does not exist"):
        winners(OFFICIAL.but(rule=Rule.GREEDY_EXCLUSIVE, exclusive=(("p1", "nobody"),)))
    with pytest.raises(ImpossibleOptionsError, match="exclude one another"):
        winners(OFFICIAL.but(rule=Rule.GREEDY_EXCLUSIVE))


def test_a_withdrawn_project_never_wins_and_stops_nobody() -> None:
    held = election({"a": 999999999, "b": 10}, ["a", "a", "b"], 100)
    assert ids(held, tally(held, OFFICIAL.but(rule=Rule.GREEDY_NO_SKIP)).winners) == ["b"]
    rich = election({"a": 999999999, "b": 10}, ["a", "a", "b"], 2_000_000_000)
    assert ids(rich, tally(rich, OFFICIAL).winners) == ["b"]


@settings(max_examples=200, deadline=None)
@given(tiny(points=False))
def test_phragmen_equals_a_counting_by_loads(made: Tiny) -> None:
    expected = twin.phragmen(made.costs, made.ballots, made.ranks, made.budget)
    found, moments, _ = phragmen(made.profile, made.budget, made.ranks)
    assert list(found) == expected
    assert list(moments) == sorted(moments)
    assert sum(made.costs[p] for p in found) <= made.budget


def test_phragmen_ends_where_a_tied_project_does_not_fit() -> None:
    held = election({"a": 60, "b": 40, "c": 80}, ["a", "a", "b", "c", "c"], 100)
    outcome = tally(held, OFFICIAL.but(rule=Rule.PHRAGMEN))
    assert ids(held, outcome.winners) == ["a"]
    assert outcome.loads == (30,)


def test_official_ties_prefer_lower_cost_then_more_votes_then_the_smaller_id_as_text() -> None:
    held = election({"2": 40, "10": 40, "3": 30, "4": 40}, ["4", "4", "2", "10"], 100)
    order = sorted(range(4), key=tie_order(held, OFFICIAL).__getitem__)
    assert ids(held, order) == ["3", "4", "10", "2"]
    order = sorted(range(4), key=tie_order(held, OFFICIAL.but(ties=Ties.LEXICOGRAPHIC)).__getitem__)
    assert ids(held, order) == ["10", "2", "3", "4"]


def test_a_random_order_can_be_redrawn_from_its_published_seed() -> None:
    held = election(dict.fromkeys("abcdef", 10), ["a,b,c,d,e,f"], 20)
    ranks = tie_order(held, OFFICIAL.but(ties=Ties.RANDOM, seed="Torvet 2026"))
    redrawn = sorted("abcdef", key=lambda name: sha256(f"Torvet 2026:{name}".encode()).digest())
    assert ids(held, sorted(range(6), key=ranks.__getitem__)) == redrawn
    assert ranks != tie_order(held, OFFICIAL.but(ties=Ties.RANDOM, seed="another"))
    with pytest.raises(ImpossibleOptionsError, match="seed"):
        tie_order(held, OFFICIAL.but(ties=Ties.RANDOM))


def test_every_greedy_tie_is_told() -> None:
    held = election({"a": 60, "b": 60}, ["a", "b"], 100)
    outcome = tally(held, OFFICIAL.but(rule=Rule.GREEDY))
    assert [(tie.projects, tie.chosen) for tie in outcome.ties] == [((0, 1), 0)]
    assert greedy(held, OFFICIAL.but(rule=Rule.GREEDY), (1, 0)).winners == (1,)


def test_places_on_ordinal_ballots_are_worth_what_the_scoring_says() -> None:
    held = election({"a": 1, "b": 1, "c": 1, "d": 1}, ["a,b,c", "b,a"], 2, "ordinal", max_length=3)
    assert scores(held, OFFICIAL)[0] == (5, 5, 1, 0)
    assert scores(held, OFFICIAL.but(scoring=Scoring.BORDA))[0] == (2, 2, 0, 0)
    assert scores(held, OFFICIAL.but(scoring=Scoring.BORDA_PROJECTS))[0] == (5, 5, 1, 0)
    assert scores(held, OFFICIAL.but(scoring=Scoring.LIST, scores=(10, 1)))[0] == (11, 11, 0, 0)


def test_points_count_exactly_with_decimals_and_below_nothing() -> None:
    held = election({"a": 1, "b": 1}, ["a,b", "a"], 1, "scoring", ["0.1,-2", "0.2"])
    assert scores(held, OFFICIAL) == ((3, -20), 1)
    assert profile(held, OFFICIAL).supporters[1].mass == 0


def test_a_default_score_goes_to_every_project_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    held = election({"a": 1, "b": 1}, ["a", "b", ""], 1, "scoring", ["5", "4", ""], default_score=1)
    assert scores(held, OFFICIAL)[0] == (7, 6)
    assert profile(held, OFFICIAL).supporters[0].mass == 7
    monkeypatch.setattr(engine_scores, "MOST_ENTRIES", 1)
    with pytest.raises(ImpossibleOptionsError, match="too much room"):
        scores(held, OFFICIAL)
    for bad in ("much", "0.5"):
        with pytest.raises(ImpossibleOptionsError, match="default_score"):
            scores(election({"a": 1}, ["a"], 1, "scoring", ["5"], default_score=bad), OFFICIAL)


def test_points_too_large_to_add_exactly_are_refused() -> None:
    held = election({"a": 2}, ["a"] * 9, 1, "cumulative", ["999999999999.9999"] * 9)
    with pytest.raises(ImpossibleOptionsError, match="15 digits"):
        tally(held, OFFICIAL)


def test_a_project_that_costs_nothing_is_worth_most_per_cost_if_anybody_wants_it() -> None:
    held = election({"free": 0, "unloved": 0, "dear": 100, "fair": 60}, ["free,dear", "fair,dear", "fair"], 90)
    outcome = tally(held, OFFICIAL.but(rule=Rule.GREEDY_PER_COST))
    assert ids(held, outcome.winners) == ["free", "fair", "unloved"]


def test_the_comparison_counts_voters_with_nothing_on_one_side_too() -> None:
    costs = {"big": 100, "x": 30, "y": 30, "z": 30}
    held = election(costs, ["big"] * 5 + ["x", "x", "y", "y", "z", "z"], 100)
    shares = OFFICIAL.but(completion=Completion.NONE)
    alone = tally(held, shares)
    assert sorted(ids(held, alone.winners)) == []
    compared = tally(held, shares.but(comparison=Comparison.SATISFACTION))
    assert compared.compared is not None
    assert (compared.compared.prefer_greedy, compared.compared.kept) == (5, False)
    assert [win.stage for win in compared.wins] == [Stage.COMPARISON]
    kept = tally(held, OFFICIAL.but(comparison=Comparison.EXCLUSION))
    assert kept.compared is not None
    assert kept.compared.kept is (kept.compared.prefer_equal_shares >= kept.compared.prefer_greedy)


def test_a_budget_that_pays_for_everything_funds_everything_or_is_counted() -> None:
    held = election({"a": 10, "b": 20, "c": 5}, ["a", "b"], 50)
    assert sorted(ids(held, tally(held, OFFICIAL).winners)) == ["a", "b", "c"]
    counted = tally(held, OFFICIAL.but(fully_funded=FullyFunded.COUNT, completion=Completion.ADD1))
    assert sorted(ids(held, counted.winners)) == ["a", "b"]


def test_what_costs_nothing_wins_if_anybody_wants_it() -> None:
    held = election({"a": 0, "b": 60, "c": 50, "d": 0}, ["a,b", "c"], 100)
    outcome = tally(held, OFFICIAL.but(completion=Completion.NONE))
    assert ids(held, [win.project for win in outcome.wins if win.stage is Stage.FREE]) == ["a"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (OFFICIAL.but(utility=Utility.POINTS), "give no points"),
        (OFFICIAL.but(rule=Rule.GREEDY, comparison=Comparison.SATISFACTION), "comparison"),
        (OFFICIAL.but(step=Fraction(0)), "step"),
        (OFFICIAL.but(scores=(3, 2, 1)), "scores"),
    ],
)
def test_options_that_cannot_go_together_are_refused(options: Options, reason: str) -> None:
    with pytest.raises(ImpossibleOptionsError, match=reason):
        winners(options)


def test_phragmen_refuses_ballots_with_points() -> None:
    held = election({"a": 1, "b": 2}, ["a"], 1, "cumulative", ["3"])
    with pytest.raises(ImpossibleOptionsError, match="approval"):
        tally(held, OFFICIAL.but(rule=Rule.PHRAGMEN))


@settings(max_examples=100, deadline=None)
@given(tiny(points=False))
def test_a_greedy_winner_with_more_votes_still_wins(made: Tiny) -> None:
    costs = {str(p): cost for p, cost in enumerate(made.costs)}
    votes = [",".join(map(str, ballot)) for ballot in made.ballots]
    held = election(costs, votes, made.budget)
    options = OFFICIAL.but(rule=Rule.GREEDY, fully_funded=FullyFunded.COUNT)
    for p in tally(held, options).winners:
        more = election(costs, [*votes, str(p)], made.budget)
        assert p in tally(more, options).winners
        assert sum(held.costs[q] for q in tally(held, options).winners) <= held.budget
