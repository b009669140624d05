"""Statistics, EJR+ up to one project, explanations, and the checks of a file's own figures."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.budgeting.engine.equal_shares import count_once
from app.budgeting.engine.explanations import story
from app.budgeting.engine.fairness import ejr_plus_violations
from app.budgeting.engine.greedy import greedy, greedy_by
from app.budgeting.engine.losses import greedy_losses, phragmen_losses
from app.budgeting.engine.options import OFFICIAL, FullyFunded, Rule
from app.budgeting.engine.pabulib import read_text
from app.budgeting.engine.pabulib.validator import findings
from app.budgeting.engine.phragmen import phragmen
from app.budgeting.engine.profile import profile_of
from app.budgeting.engine.scores import scores
from app.budgeting.engine.statistics import statistics
from app.budgeting.engine.tally import tally
from app.budgeting.engine.ties import tie_order
from tests.budgeting import twin
from tests.budgeting.elections import Tiny, election, text, tiny


def test_statistics_are_those_counted_by_hand() -> None:
    held = election({"a": 60, "b": 30, "c": 10, "d": 100}, ["a,b", "a", "a,b,c", "d", ""], 100)
    figures = statistics(held, [0, 1])
    assert (figures.voters, figures.without_winner, figures.exclusion_ratio) == (5, 2, 0.4)
    assert figures.at_least == (0.6, 0.4)
    assert figures.supported_winners == 1.0
    assert figures.cost_satisfaction == (90 + 60 + 90) / 5
    assert figures.median_cost_satisfaction == 60
    assert figures.median_selection_cost == 45
    assert (figures.total_cost, figures.budget_used) == (90, 0.9)


def test_statistics_by_district_where_voters_have_one() -> None:
    plain = text({"a": 60, "b": 30}, ["a", "a,b", "b"], 100)
    with_homes = plain.replace("voter_id;vote", "voter_id;vote;district")
    for line, home in (("v0;a\n", "North"), ("v1;a,b\n", "North"), ("v2;b\n", "South")):
        with_homes = with_homes.replace(line, line.strip() + f";{home}\n")
    with_homes = with_homes.replace("cost;name", "cost;district").replace("a;60;Project a", "a;60;North")
    assert statistics(read_text(with_homes), [1]).districts[0].projects_won == 0
    districts = statistics(read_text(with_homes), [0]).districts
    assert [(d.name, d.voters, d.without_winner, d.supported_winners) for d in districts] == [
        ("North", 2, 0, 1.0),
        ("South", 1, 1, 0.0),
    ]
    assert [(d.projects_won, d.spent) for d in districts] == [(1, 60), (0, 0)]


def test_statistics_of_nobody_are_zeros() -> None:
    figures = statistics(election({"a": 60}, [], 100), [])
    assert figures.exclusion_ratio == 0.0
    assert figures.median_cost_satisfaction == 0.0
    assert figures.median_selection_cost == 0.0


@settings(max_examples=250, deadline=None)
@given(tiny(most_projects=5, most_voters=7), st.randoms(use_true_random=False))
def test_ejr_plus_is_found_violated_exactly_where_some_group_has_a_claim(made: Tiny, dice: object) -> None:
    chosen = [p for p in range(len(made.costs)) if dice.random() < 0.3]
    found = ejr_plus_violations(made.profile, made.units, chosen, made.endowment)
    assert bool(found) is twin.violates_ejr_plus(made.costs, made.ballots, made.units, chosen, made.endowment)


@settings(max_examples=250, deadline=None)
@given(tiny(most_projects=6, most_voters=8))
def test_equal_shares_satisfies_ejr_plus_up_to_one_project(made: Tiny) -> None:
    winners = count_once(made.profile, made.terms, made.endowment).winners
    assert not twin.violates_ejr_plus(made.costs, made.ballots, made.units, winners, made.endowment)
    assert not ejr_plus_violations(made.profile, made.units, winners, made.endowment)


def test_a_claim_is_weighed_exactly_where_floats_are_near() -> None:
    big = 10**15
    profile = profile_of([[0, 1], [1]], [1, 1], [big, 2 * big])
    assert ejr_plus_violations(profile, [1, 1], [0], Fraction(2 * big))
    assert not ejr_plus_violations(profile, [1, 1], [0], Fraction(2 * big) - 1)


def test_a_large_group_left_with_nothing_violates_ejr_plus() -> None:
    profile = profile_of([[0], [1]], [6, 4], [60, 40])
    assert [(v.project, v.voters) for v in ejr_plus_violations(profile, [60, 40], [0], Fraction(10))] == [(1, 4)]
    assert not ejr_plus_violations(profile, [60, 40], [0, 1], Fraction(10))


@settings(max_examples=120, deadline=None)
@given(tiny())
def test_a_story_tells_the_rounds_the_payments_and_what_is_left(made: Tiny) -> None:
    profile = made.profile
    count = count_once(profile, made.terms, made.endowment)
    winners, rhos, money = twin.equal_shares(made.costs, made.ballots, made.units, made.ranks, made.endowment)
    told = story(profile, made.units, count)
    assert [r.rho for r in told.rounds] == rhos
    for k, payment in enumerate(told.payments):
        paid = float((payment.amounts * profile.voters[payment.rows]).sum())
        assert paid == pytest.approx(made.costs[winners[k]])
        assert told.rounds[k].payers == int(profile.voters[payment.rows].sum())
        assert told.rounds[k].effective_votes == pytest.approx(float(made.costs[winners[k]] / told.rounds[k].price))
    for voter, left in enumerate(money):
        assert float(told.left[made.row_of(voter)]) == pytest.approx(float(left), abs=1e-6)
    losers = {p for ballot in made.ballots for p in ballot} - set(winners)
    assert {loss.project for loss in told.losses} == losers
    for loss in told.losses:
        held = sum(m for m, ballot in zip(money, made.ballots, strict=True) if loss.project in ballot)
        assert loss.money_left == held
        assert loss.missing == made.costs[loss.project] - held > 0


@settings(max_examples=120, deadline=None)
@given(tiny(points=False))
def test_what_a_loser_is_said_to_lack_would_have_won_it(made: Tiny) -> None:
    count = count_once(made.profile, made.terms, made.endowment)
    for loss in story(made.profile, made.units, count).losses:
        if loss.more_supporters > 60:
            continue  # true as well, but long to count voter by voter
        more = [*made.ballots, *([{loss.project: 1}] * loss.more_supporters)]
        assert loss.project in twin.equal_shares(made.costs, more, made.units, made.ranks, made.endowment)[0]
        if loss.money_left > 0 and made.units[loss.project] == 1:
            grown = [Fraction(cost) for cost in made.costs]
            grown[loss.project] = loss.money_left
            fit = twin.equal_shares(grown, made.ballots, made.units, made.ranks, made.endowment)[0]
            assert loss.project in fit


@settings(max_examples=200, deadline=None)
@given(tiny(points=False), st.sampled_from([rule for rule in Rule if rule.greedy]))
def test_the_votes_a_greedy_loser_is_said_to_need_are_enough_and_one_less_is_not(made: Tiny, rule: Rule) -> None:
    costs = {str(p): cost for p, cost in enumerate(made.costs)}
    votes = [",".join(map(str, ballot)) for ballot in made.ballots]
    held = election(costs, votes, made.budget)
    exclusive = (("0", str(len(made.costs) - 1)),)
    options = OFFICIAL.but(rule=rule, fully_funded=FullyFunded.COUNT, threshold=Fraction(2), exclusive=exclusive)
    ranks = tie_order(held, options)
    totals = scores(held, options)[0]
    lost = greedy_losses(held, options, ranks)
    assert {loss.project for loss in lost} == set(range(len(costs))) - set(greedy(held, options, ranks).winners)
    for loss in lost:
        if loss.score_needed is None:
            assert held.costs[loss.project] > held.budget
            continue
        for score, wins in ((loss.score_needed, True), (loss.score_needed - 1, False)):
            if score > loss.score:
                turned = [*totals[: loss.project], score, *totals[loss.project + 1 :]]
                assert (loss.project in greedy_by(held, options, ranks, turned, 0).winners) is wins


@settings(max_examples=100, deadline=None)
@given(tiny(points=False))
def test_what_supporters_of_a_phragmen_loser_hold_is_what_they_earned_since_they_last_bought(made: Tiny) -> None:
    winners, moments, _ = phragmen(made.profile, made.budget, made.ranks)
    now = moments[-1] if moments else Fraction(0)
    spent = [Fraction(0)] * len(made.ballots)
    for winner, moment in zip(winners, moments, strict=True):
        spent = [moment if winner in ballot else load for load, ballot in zip(spent, made.ballots, strict=True)]
    lost = phragmen_losses(made.profile, winners, moments)
    assert {loss.project for loss in lost} == {p for ballot in made.ballots for p in ballot} - set(winners)
    for loss in lost:
        held = [now - load for load, ballot in zip(spent, made.ballots, strict=True) if loss.project in ballot]
        assert (loss.supporters, loss.money_left) == (len(held), sum(held))
        assert loss.missing == made.costs[loss.project] - sum(held)


SOUND = text({"a": 60, "b": 50}, ["a", "a,b"], 100, currency="DKK", language="da", comment="#1: fine")


@pytest.mark.parametrize(
    ("was", "instead", "said"),
    [
        ("country;Denmark\n", "", "country: expected a value in META"),
        ("num_votes;2", "num_votes;3", "num_votes: expected 2, as counted, found '3'"),
        ("01.11.2026", "1/11/26", "date_begin: expected a date"),
        ("01.11.2026", "31.02.2026", "date_begin: expected a date"),
        ("30.11.2026", "30.11.2025", "date_end: expected a day not before date_begin"),
        ("rule;unknown", "rule;dice", "rule: expected one of"),
        ("#1: fine", "fine", "comment: expected #1:"),
        ("DKK", "kroner", "currency: expected a currency code"),
        ("cost;name", "cost;votes", "votes: expected 2, as counted, found 'Project a'"),
        ("cost;name", "cost;selected", "selected: expected 0 or 1 or 2 or 3"),
        ("cost;name", "cost;latitude", "latitude: expected degrees"),
        ("cost;name", "cost;target", "now called beneficiaries"),
        ("cost;name", "cost;mood", "warning: file, PROJECTS: expected a column the format knows, found 'mood'"),
        ("a;60", "a;0", "cost: expected more than 0"),
        ("a;60", "a;160", "cost: expected at most the budget"),
        ("a;60", "a;999999999", "warning: line 19, cost"),
        ("language;da", "min_length;2", "warning: file, min_length: expected at least 2 projects on every ballot"),
        ("language;da", "max_sum_cost;100", "max_sum_cost: expected at most 100 in cost"),
        ("language;da", "fully_funded;1", "fully_funded: expected a budget that pays"),
        ("language;da", "mood;good", "mood: expected a field the format knows"),
        ("voter_id;vote\nv0;a", "voter_id;vote;sex\nv0;a;X", "sex: expected M or F or O"),
        ("a;60", "a;40", "warning: file, fully_funded: expected 1"),
        ("30.11.2026", "2025", "date_end: expected a day not before date_begin"),
        (
            "voter_id;vote\nv0;a",
            "voter_id;vote;mood\nv0;a;X",
            "VOTES: expected a column the format knows, found 'mood'",
        ),
    ],
)
def test_a_check_says_what_does_not_agree(was: str, instead: str, said: str) -> None:
    assert was in SOUND
    broken = SOUND.replace(was, instead, 1)
    if "sex" in instead or "mood\nv0" in instead:
        broken = broken.replace("v1;a,b", "v1;a,b;F")
    assert any(said in str(problem) for problem in findings(read_text(broken))), findings(read_text(broken))


def test_figures_of_a_cumulative_file_are_checked_against_its_ballots() -> None:
    plain = text({"a": 60, "b": 50}, ["a,b", "b", ""], 100, "cumulative", ["3,1", "2", ""])
    said = " ".join(map(str, findings(read_text(plain.replace("cost;name", "cost;score")))))
    assert "max_sum_points: expected a value in META, as points are cumulative" in said
    assert "score: expected 3, as counted, found 'Project a'" in said
    limits = read_text(plain.replace("rule;unknown", "rule;unknown\nmax_sum_points;4\nmin_points;few\nmax_points;3"))
    assert findings(limits) == []
    empty = election({"a": 60, "b": 50}, [""], 100, "cumulative", [""], max_sum_points=4, max_points=1)
    assert findings(empty) == []


def test_more_selected_than_the_budget_pays_is_an_error() -> None:
    plain = text({"a": 60, "b": 50}, ["a", "b"], 100)
    chosen = plain.replace("cost;name", "cost;selected").replace("Project a", "1").replace("Project b", "1")
    said = [str(problem) for problem in findings(read_text(chosen))]
    assert said == ["file, selected: expected projects within the budget, found '110 for 2'"]


def test_a_hopeless_file_is_not_described_to_the_end() -> None:
    plain = text({f"p{p}": 0 for p in range(400)}, ["p1"], 100)
    assert len(findings(read_text(plain))) == 200


def test_a_sound_file_has_no_findings() -> None:
    assert findings(read_text(SOUND)) == []


def test_points_outside_their_limits_are_found() -> None:
    held = election(
        {"a": 60, "b": 50}, ["a,b", "b"], 100, "cumulative", ["7,1", "2"], max_sum_points=5, min_points=2, max_points=6
    )
    said = " ".join(map(str, findings(held)))
    for field in ("max_sum_points", "max_points", "min_points"):
        assert f" {field}:" in said


def test_the_greedy_winners_of_a_tally_are_within_the_budget() -> None:
    held = election({"a": 60, "b": 50}, ["a", "a,b"], 100)
    assert [held.projects[p].id for p in tally(held, OFFICIAL.but(rule=Rule.GREEDY)).winners] == ["a"]
