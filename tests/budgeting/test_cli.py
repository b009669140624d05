"""`flask budgets`, as a journalist types it: no database, no Valkey."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from app.budgeting.cli import cli
from app.budgeting.engine.document import digits
from config import ROOT
from tests.budgeting.elections import text

SCHEMA = json.loads((ROOT / "docs" / "schemas" / "tally.json").read_text())
COSTS = {"bench": 60, "slide": 50, "trees": 30, "lamp": "4.50"}
VOTES = ["bench,trees", "bench", "bench", "slide", "slide,trees", "lamp", ""]


@pytest.fixture
def square(tmp_path: Path) -> Path:
    """A small approval election on disk."""
    file = tmp_path / "square.pb"
    file.write_text(text(COSTS, VOTES, 100, currency="DKK"))
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)


def document(*arguments: object) -> dict[str, Any]:
    """The JSON a tally prints, valid by the published schema."""
    done = run("tally", *arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.output)
    jsonschema.validate(found, SCHEMA)
    return found


def test_the_published_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_tally_reads_like_a_report(square: Path) -> None:
    done = run("tally", square, "--explain", "--compare", "greedy", "--compare", "phragmen")
    assert done.exit_code == 0
    for words in (
        "7 voters, 4 projects, budget 100 DKK, approval ballots",
        "Counted by equal-shares, cost utility, completion add1u, start floor, stop affordable, ties official",
        "Project bench",
        "winners,",
        "Each voter's endowment:",
        "add1:",
        "EJR+ up to one project:",
        "other rule",
        "Not funded",
        "counted in",
    ):
        assert words in done.output


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--explain", "--compare", "greedy", "--compare", "phragmen"),
        ("--rule", "greedy", "--explain"),
        ("--rule", "phragmen"),
        ("--rule", "greedy-exclusive", "--exclusive", "bench,slide"),
        ("--rule", "greedy-threshold", "--threshold", "2", "--explain"),
        ("--ties", "random", "--seed", "2026"),
        ("--convention", "pabutools"),
        ("--convention", "online-tool", "--completion", "add1"),
        ("--comparison", "satisfaction", "--completion", "none"),
        ("--completion", "utilitarian", "--utility", "cardinality"),
        ("--step", "0.5", "--start", "exact", "--stop", "exhaustive", "--exhaustive", "supported"),
    ],
)
def test_every_document_keeps_to_the_schema(square: Path, options: tuple[str, ...]) -> None:
    found = document(square, *options)
    spent = sum(float(win["cost"]) for win in found["result"]["winners"])
    assert spent == float(found["result"]["total_cost"]) <= 100


def test_the_comparison_and_what_it_took_are_told(tmp_path: Path) -> None:
    file = tmp_path / "split.pb"
    costs = {"big": 100, "x": 30, "y": 30, "z": 30}
    file.write_text(text(costs, ["big"] * 5 + ["x", "x", "y", "y", "z", "z"], 100))
    done = run("tally", file, "--completion", "none", "--comparison", "satisfaction")
    assert "0 voters prefer Equal Shares, 5 prefer greedy: the greedy outcome is taken" in done.output
    assert "voters prefer greedy" in done.output
    assert "comparison satisfaction" in done.output
    assert document(file, "--completion", "none", "--comparison", "exclusion")["comparison"]["kept"] is False


def test_ties_losers_and_districts_are_told(tmp_path: Path) -> None:
    file = tmp_path / "ties.pb"
    plain = text({"a": 60, "b": 60, "c": 500, "d": 40}, ["a", "b", "c", "a,d", "b"], 100)
    homes = ["North", "North", "South", "", "South"]
    lines = plain.splitlines()
    start = lines.index("voter_id;vote")
    lines[start] += ";district"
    for place, home in enumerate(homes, start + 1):
        lines[place] += f";{home}"
    file.write_text("\n".join(lines) + "\n")
    done = run("tally", file, "--rule", "greedy", "--explain", "--ties", "random", "--seed", "5")
    assert "Tie in round 1: a, b; first by the stated order:" in done.output
    assert "; not funded: " in done.output
    assert "costs more than the budget" in done.output
    assert "would have won it" in done.output
    assert "with seed “5”" in done.output
    assert "North" in done.output
    found = document(file, "--rule", "greedy", "--explain")
    assert [d["name"] for d in found["statistics"]["districts"]] == ["", "North", "South"]
    assert document(file, "--completion", "add1", "--stop", "exhaustive", "--exhaustive", "supported")["equal_shares"]


def test_a_city_that_can_pay_for_everything_says_so(tmp_path: Path) -> None:
    file = tmp_path / "rich.pb"
    file.write_text(text({"a": 10, "b": 20, "free": 0, "unloved": 5}, ["a", "b,free"], 100))
    assert "budget pays for all" in run("tally", file).output
    for rule in ("equal-shares", "greedy", "phragmen"):
        assert document(file, "--rule", rule, "--explain")["explanations"]["losers"] == []
    found = document(file, "--fully-funded", "count", "--completion", "none", "--explain")
    assert found["result"]["winners"][0]["stage"] == "free"
    assert found["explanations"]["without_support"] == ["unloved"]


def test_other_ballots_keep_to_the_schema_too(tmp_path: Path) -> None:
    file = tmp_path / "points.pb"
    file.write_text(text(COSTS, ["bench,slide", "trees", "lamp"], 100, "cumulative", ["3,2", "5", "1.5"]))
    assert document(file, "--explain")["options"]["utility"] == "points"
    file.write_text(text(COSTS, ["bench,slide", "trees,lamp", "lamp"], 100, "ordinal", max_length=2))
    found = document(file, "--scores", "3,2,1", "--rule", "greedy")
    assert found["options"]["scoring"] == "list"
    assert {win["id"]: win["score"] for win in found["result"]["winners"]}["lamp"] == "5"


def test_the_rule_of_the_file_is_the_default(tmp_path: Path) -> None:
    file = tmp_path / "ruled.pb"
    for rule, counted, completion in (
        ("greedy", "greedy", "add1u"),
        ("equalshares", "equal-shares", "none"),
        ("equalshares/add1", "equal-shares", "add1"),
        ("unknown", "equal-shares", "add1u"),
    ):
        file.write_text(text(COSTS, VOTES, 100, rule=rule))
        options = document(file)["options"]
        assert (options["rule"], options["completion"]) == (counted, completion)


def test_the_same_file_and_options_give_the_same_document(square: Path) -> None:
    first, second = document(square, "--explain"), document(square, "--explain")
    assert first.pop("run")
    assert second.pop("run")
    assert first == second


def test_an_explanation_adds_up_for_every_ballot(square: Path) -> None:
    found = document(square, "--explain")
    for ballot in found["explanations"]["ballots"]:
        assert sum(ballot["paid"].values()) + ballot["left"] == pytest.approx(ballot["endowment"])
        assert set(ballot["paid"]) <= set(ballot["projects"])
    assert sum(ballot["voters"] for ballot in found["explanations"]["ballots"]) == 7


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nonsense", "expected the title META"),
        (text(COSTS, ["nobody"], 100), "line 22, vote: expected a project_id from PROJECTS, found 'nobody'"),
    ],
)
def test_bad_input_says_where_and_leaves_with_two(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "bad.pb"
    file.write_text(content)
    for verb in ("tally", "check"):
        done = run(verb, file)
        assert done.exit_code == 2
        assert said in done.stderr


def test_a_file_that_is_not_there_leaves_with_two(tmp_path: Path) -> None:
    done = run("tally", tmp_path / "none.pb")
    assert (done.exit_code, "No such file" in done.stderr) == (2, True)
    assert run("tally", tmp_path).exit_code == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--ties", "random"), "--seed"),
        (("--utility", "points"), "give no points"),
        (("--rule", "greedy-threshold"), "--threshold"),
        (("--rule", "greedy", "--comparison", "satisfaction"), "equal-shares"),
        (("--step", "much"), "--step must be a number"),
        (("--step", "0"), "--step must be more than 0"),
        (("--threshold", "-1"), "--threshold must be a number"),
        (("--scores", "a,b"), "--scores must be whole numbers"),
        (("--scores", "3,2,1"), "ordinal"),
        (("--rule", "greedy-exclusive", "--exclusive", "bench,none"), "does not exist"),
    ],
)
def test_impossible_options_say_why_and_leave_with_three(square: Path, options: tuple[str, ...], said: str) -> None:
    done = run("tally", square, *options)
    assert done.exit_code == 3
    assert said in done.stderr


def test_check_says_what_does_not_agree(square: Path, tmp_path: Path) -> None:
    assert run("check", square).output == "0 errors, 0 warnings\n"
    wrong = tmp_path / "wrong.pb"
    wrong.write_text(square.read_text().replace("num_votes;7", "num_votes;8"))
    done = run("check", wrong)
    assert done.exit_code == 2
    assert "num_votes: expected 7, as counted, found '8'" in done.output
    odd = tmp_path / "odd.pb"
    odd.write_text(square.read_text().replace("currency;DKK", "max_length;1"))
    assert run("check", odd).exit_code == 0
    assert run("check", odd, "--strict").exit_code == 2


def test_the_voters_money_is_left_out_when_not_asked_for(square: Path) -> None:
    short, full = (document(square, "--explain", *more)["explanations"] for more in (("--no-ballots",), ()))
    assert short.pop("ballots") == []
    assert full.pop("ballots")
    assert short == full


def test_every_ballot_of_an_explanation_is_on_a_line_of_its_own(square: Path) -> None:
    lines = run("tally", square, "--explain", "--format", "json").output.splitlines()
    told = [line for line in lines if line.startswith('{"voters": ')]
    assert len(told) == document(square)["election"]["different_ballots"]


def test_losers_of_every_rule_are_told_what_they_lacked(square: Path) -> None:
    greedy = document(square, "--rule", "greedy-no-skip", "--explain")["explanations"]["losers"]
    assert {loser["id"]: loser["score_needed"] for loser in greedy}["slide"] == "3"
    late = document(square, "--rule", "phragmen", "--explain")["explanations"]["losers"]
    assert {loser["id"]: loser["supporters"] for loser in late} == {"slide": 2}
    assert (
        "slide Project slide, cost 50: 2 supporters" in run("tally", square, "--rule", "phragmen", "--explain").output
    )


def test_a_phragmen_loser_that_was_next_but_over_budget_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "equal.pb"
    file.write_text(text({"a": 60, "b": 60}, ["a", "b"], 100))
    done = run("tally", file, "--rule", "phragmen", "--explain")
    assert "b Project b, cost 60: 1 supporters; next to be bought, but over the budget" in done.output


@pytest.mark.parametrize(("base", "power"), [(0, 1), (7, 1), (10, 3999), (10, 4000), (3, 20_000)])
def test_numbers_of_any_length_are_written(base: int, power: int) -> None:
    number = base**power
    shown = digits(number)
    assert shown == "0" or shown[0] != "0"
    value = 0
    for start in range(0, len(shown), 1000):
        part = shown[start : start + 1000]
        value = value * 10 ** len(part) + int(part)
    assert value == number
