"""Every reference outcome of the shared real elections: the same winners, order, total and figures, exactly."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.budgeting.engine.election import Election
from app.budgeting.engine.options import (
    OFFICIAL,
    PABUTOOLS,
    Completion,
    Options,
    Rule,
    Start,
    Stop,
    Ties,
    Utility,
)
from app.budgeting.engine.outcome import End, Outcome
from app.budgeting.engine.pabulib import read_file
from app.budgeting.engine.statistics import statistics
from app.budgeting.engine.tally import tally
from config import ROOT

pytestmark = pytest.mark.real_data

FOLDER = Path(os.environ.get("TORVET_DATA", ROOT.parent / "shared" / "data")) / "pabulib"
INSTANCES = (
    "Netherlands_Amsterdam_166",
    "Netherlands_Assen_2024",
    "Poland_Krakow_2025_Biezanow-Prokocim",
    "Poland_Swiecie_2023",
    "Poland_Wieliczka_2023_Green_Budget",
    "Switzerland_Zurich_D10",
)
REFERENCES = {"pabutools": 154, "independent": 96, "official_compute_tool": 36}
"""How many outcomes each second tool gives."""


@cache
def election(name: str) -> Election:
    return read_file(FOLDER / f"{name}.pb")


@cache
def references(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.reference.json").read_text())
    return found


@cache
def outcome(name: str, options: Options) -> Outcome:
    return tally(election(name), options)


def of_pabutools(reference: dict[str, Any]) -> Options:
    """Our options for a run of pabutools. Its greedy rule orders by satisfaction per cost."""
    rule, *rest = reference["rule"].split("-")
    options = PABUTOOLS.but(ties=Ties.LEXICOGRAPHIC if reference["tie_breaking"] == "lexico" else Ties.OFFICIAL)
    if rule == "phragmen":
        return options.but(rule=Rule.PHRAGMEN)
    if rule == "greedy":
        return options.but(rule=Rule.GREEDY if rest == ["cost"] else Rule.GREEDY_PER_COST)
    utility = {"cost": Utility.COST, "card": Utility.CARDINALITY}.get(rest[0], Utility.POINTS)
    completion = Completion.ADD1 if len(rest) > 1 else Completion.NONE
    stop = Stop.AFFORDABLE if rest[-1] == "add1ne" else Stop.EXHAUSTIVE
    return options.but(utility=utility, completion=completion, stop=stop)


def of_second_count(reference: dict[str, Any]) -> Options:
    """Our options for the independent implementation."""
    ties = Ties.LEXICOGRAPHIC if reference["tie_breaking"] == "lexico" else Ties.OFFICIAL
    utility = Utility.COST if reference["satisfaction"] == "cost" else Utility.CARDINALITY
    options = PABUTOOLS.but(ties=ties, utility=utility)
    if reference["completion"] == "none":
        return options
    return options.but(
        completion=Completion.ADD1,
        stop=Stop.EXHAUSTIVE if "stop when exhaustive" in reference["completion"] else Stop.AFFORDABLE,
        start=Start.FLOOR if "floor" in reference["endowment_start"] else Start.EXACT,
    )


def of_online_tool(reference: dict[str, Any]) -> Options:
    """Our options for the calculator of equalshares.net."""
    given = reference["params"]
    return OFFICIAL.but(
        completion=Completion(given["completion"]),
        start=Start.FLOOR if "integral" in given["add1options"] else Start.EXACT,
        stop=Stop.EXHAUSTIVE if "exhaustive" in given["add1options"] else Stop.AFFORDABLE,
    )


def cases(name: str) -> Iterator[tuple[str, dict[str, Any], Options]]:
    """(tool, reference, our options)."""
    found = references(name)
    yield from (("pabutools", r, of_pabutools(r)) for r in found["pabutools"]["results"])
    yield from (("independent", r, of_second_count(r)) for r in found["independent"])
    yield from (("official_compute_tool", r, of_online_tool(r)) for r in found["official_compute_tool"]["results"])


def test_no_reference_is_left_out() -> None:
    counts = dict.fromkeys(REFERENCES, 0)
    for name in INSTANCES:
        for tool, reference, _ in cases(name):
            assert reference.get("status", "ok") == "ok"
            assert not reference.get("error")
            counts[tool] += 1
    assert counts == REFERENCES


@pytest.mark.parametrize("name", INSTANCES)
def test_winners_order_and_totals_equal_every_reference(name: str) -> None:
    held = election(name)
    for tool, reference, options in cases(name):
        ours = outcome(name, options)
        chosen = [held.projects[p].id for p in ours.winners]
        assert sorted(chosen) == sorted(reference["winners"]), (tool, reference["winners"])
        total = sum(held.costs[p] for p in ours.winners)
        assert total == Fraction(str(reference["total_cost"])) * held.unit
        if "order" in reference:
            told = sorted(chosen) if options.rule is Rule.PHRAGMEN else chosen  # that tool sorts Phragmén's winners
            assert told == reference["order"], tool
        figures = statistics(held, ours.winners)
        assert figures.without_winner == reference["voters_with_no_winner"]
        assert figures.exclusion_ratio == pytest.approx(reference["exclusion_ratio"], abs=1e-6)
        assert figures.supported_winners == pytest.approx(reference["avg_supported_winners"], abs=1e-6)


@pytest.mark.parametrize("name", INSTANCES)
def test_add1_ends_at_the_same_endowment_after_the_same_number_of_runs(name: str) -> None:
    held = election(name)
    for tool, reference, options in cases(name):
        ours = outcome(name, options)
        endowment = reference.get("final_endowment", reference.get("endowment"))
        if endowment is not None and ours.count is not None:
            assert float(ours.count.endowment / held.unit) == pytest.approx(endowment, abs=1e-6), tool
        if tool == "independent" and ours.added is not None:
            assert ours.added.steps + 1 + (ours.added.end is End.BUDGET) == reference["mes_runs"]
