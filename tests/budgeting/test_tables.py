"""`flask budgets convert`: from spreadsheets to a `.pb` file and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.budgeting.engine.pabulib import read_file, text_of_election
from tests.budgeting.elections import text
from tests.budgeting.test_cli import COSTS, VOTES, run


@pytest.fixture
def square(tmp_path: Path) -> Path:
    """A small approval election on disk."""
    file = tmp_path / "square.pb"
    file.write_text(text(COSTS, VOTES, 100, currency="DKK"))
    return file


def test_a_file_goes_to_tables_and_back(square: Path, tmp_path: Path) -> None:
    assert run("convert", square, tmp_path / "tables").exit_code == 0
    assert run("convert", tmp_path / "tables", tmp_path / "again.pb.gz").exit_code == 0
    assert text_of_election(read_file(tmp_path / "again.pb.gz")) == text_of_election(read_file(square))
    assert run("convert", tmp_path / "again.pb.gz", tmp_path / "again.pb").exit_code == 0
    assert (tmp_path / "again.pb").read_text() == text_of_election(read_file(square))


def test_a_spreadsheet_with_a_row_per_vote_becomes_an_election(tmp_path: Path) -> None:
    folder = tmp_path / "sheets"
    folder.mkdir()
    (folder / "meta.csv").write_text("key,value\nbudget,100\nvote_type,cumulative\n")
    (folder / "projects.csv").write_text("project_id\tcost\nA\t60\nB\t50\n")
    (folder / "ballots.csv").write_text("\ufeffvoter_id;project_id;points\n1;A;3\n1;B;2\n2;B;5\n3;;\n")
    assert run("convert", folder, tmp_path / "made.pb").exit_code == 0
    held = read_file(tmp_path / "made.pb")
    assert (held.meta["num_votes"], held.meta["num_projects"]) == ("3", "2")
    assert held.voters.rows() == [["1", "A,B", "3,2"], ["2", "B", "5"], ["3", "", ""]]
    (folder / "ballots.csv").write_text("voter_id,project_id\n1,A\n1,B\n")
    (folder / "meta.csv").write_text("key,value\nbudget,100\nvote_type,approval\n")
    assert run("convert", folder, tmp_path / "made.pb").exit_code == 0
    assert read_file(tmp_path / "made.pb").votes == (1, 1)


@pytest.mark.parametrize(
    ("table", "content", "said"),
    [
        ("meta.csv", "key,value\nvote_type,approval\n", "meta.csv, budget"),
        ("ballots.csv", "voter_id,vote\n1,A,B,C\n", "ballots.csv: expected 2 cells"),
        ("projects.csv", "", "projects.csv: expected a header"),
        ("ballots.csv", 'voter_id,vote\n1,"' + "x" * 2_000_000, "a CSV table"),
    ],
)
def test_tables_that_make_no_election_leave_with_two(tmp_path: Path, table: str, content: str, said: str) -> None:
    (tmp_path / "meta.csv").write_text("key,value\nbudget,100\nvote_type,approval\n")
    (tmp_path / "projects.csv").write_text("project_id,cost\nA,60\n")
    (tmp_path / "ballots.csv").write_text("voter_id,vote\n1,A\n")
    (tmp_path / table).write_text(content)
    done = run("convert", tmp_path, tmp_path / "made.pb")
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_target_that_cannot_be_written_leaves_with_two(square: Path, tmp_path: Path) -> None:
    assert run("convert", square, tmp_path / "no" / "such" / "place.pb").exit_code == 2
    assert run("convert", tmp_path / "nothing", tmp_path / "made.pb").exit_code == 2
