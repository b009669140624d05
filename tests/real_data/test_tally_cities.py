"""The official outcomes of the cities whose rule is known, and files that other tools accept and count alike."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any

import pabutools.fractions
import pytest
from gmpy2 import mpq
from pabulib.checker import Checker
from pabutools.election import Additive_Borda_Sat, Additive_Cardinal_Sat, Cost_Sat
from pabutools.election.pabulib import parse_pabulib_from_string
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares

from app.budgeting.engine.election import Election, VoteType
from app.budgeting.engine.fairness import ejr_plus_violations
from app.budgeting.engine.options import PABULIB_RULES, PABUTOOLS, Rule, Stop
from app.budgeting.engine.pabulib import read_text, text_of_election
from app.budgeting.engine.pabulib.validator import findings
from app.budgeting.engine.scores import profile
from app.budgeting.engine.tally import endowment, tally, terms
from app.budgeting.engine.ties import tie_order
from tests.real_data.test_tally_references import INSTANCES, election, references

pytestmark = pytest.mark.real_data

CITIES = {
    "Netherlands_Assen_2024": 9,
    "Poland_Swiecie_2023": 17,
    "Poland_Wieliczka_2023_Green_Budget": 30,
    "Poland_Krakow_2025_Biezanow-Prokocim": 12,
}


@pytest.fixture(autouse=True)
def exact() -> Iterator[None]:
    """pabutools counts in fractions here, whatever ran before."""
    before = pabutools.fractions.FRACTION
    pabutools.fractions.FRACTION = "gmpy2"
    yield
    pabutools.fractions.FRACTION = before


def chosen(held: Election, winners: tuple[int, ...]) -> list[str]:
    return [held.projects[p].id for p in winners]


@pytest.mark.parametrize("name", CITIES)
def test_the_rule_of_the_file_gives_the_official_winners(name: str) -> None:
    held = election(name)
    ours = tally(held, PABULIB_RULES[held.meta["rule"]])
    assert sorted(chosen(held, ours.winners)) == sorted(references(name)["official_selected"])
    assert len(ours.winners) == CITIES[name]
    assert sum(held.costs[p] for p in ours.winners) == references(name)["official_total_cost"] * held.unit


def test_wieliczka_went_on_while_affordable_and_voters_preferred_equal_shares() -> None:
    held = election("Poland_Wieliczka_2023_Green_Budget")
    official = PABULIB_RULES[held.meta["rule"]]
    ours = tally(held, official)
    assert ours.compared is not None
    assert (ours.compared.prefer_equal_shares, ours.compared.prefer_greedy) == (1615, 873)
    stopped = tally(held, official.but(stop=Stop.EXHAUSTIVE))
    assert (len(stopped.winners), len(ours.winners)) == (31, 30)


@pytest.mark.parametrize("name", INSTANCES)
def test_equal_shares_on_real_ballots_satisfies_ejr_plus_up_to_one_project(name: str) -> None:
    held = election(name)
    ours = tally(held, PABUTOOLS)
    units = terms(held, PABUTOOLS, tie_order(held, PABUTOOLS)).units
    assert not ejr_plus_violations(profile(held, PABUTOOLS), units, ours.winners, endowment(held, PABUTOOLS))


@pytest.mark.parametrize("name", INSTANCES)
def test_a_written_file_reads_the_same_and_has_no_errors(name: str) -> None:
    held = election(name)
    again = read_text(text_of_election(held))
    assert again.meta == held.meta
    assert again.projects == held.projects
    assert again.voters.rows() == held.voters.rows()
    assert [problem for problem in findings(again) if not problem.warning] == []


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", INSTANCES)
def test_a_written_file_passes_the_checker_of_the_library(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checker counts again in exact fractions; those of GMP are the same numbers, ten times as quick."""
    monkeypatch.setattr("pabulib.checker.Fraction", mpq)
    checker = Checker()
    with contextlib.redirect_stdout(io.StringIO()):
        result: dict[str, Any] = checker.process_files([text_of_election(election(name))])
    assert result["metadata"]["valid"] == 1, result
    assert result["metadata"]["invalid"] == 0


SATISFACTION = {
    VoteType.APPROVAL: Cost_Sat,
    VoteType.ORDINAL: Additive_Borda_Sat,
    VoteType.CUMULATIVE: Additive_Cardinal_Sat,
}
"""What a supporter gets from a winner, as pabutools calls it, for the ballots of the shared elections."""


@pytest.mark.parametrize("name", INSTANCES)
def test_pabutools_counts_a_written_file_to_the_same_winners(name: str) -> None:
    held = election(name)
    instance, votes = parse_pabulib_from_string(text_of_election(held))
    satisfaction = SATISFACTION[held.vote_type]
    theirs = method_of_equal_shares(instance, votes.as_multiprofile(), sat_class=satisfaction)
    assert [project.name for project in theirs] == chosen(held, tally(held, PABUTOOLS).winners)
    if held.vote_type is VoteType.ORDINAL:
        return  # its greedy rule tries every project at every step there, for hours; the references hold its winners
    theirs = greedy_utilitarian_welfare(instance, votes, sat_class=satisfaction)
    by_votes = held.vote_type is VoteType.APPROVAL
    greedy = PABUTOOLS.but(rule=Rule.GREEDY if by_votes else Rule.GREEDY_PER_COST)
    assert [project.name for project in theirs] == chosen(held, tally(held, greedy).winners)
