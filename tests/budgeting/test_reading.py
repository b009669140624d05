"""Reading and writing `.pb` files: what is kept, what is refused and how, and that nothing hangs or crashes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.budgeting.engine.election import Election
from app.budgeting.engine.pabulib import (
    PabulibError,
    merging,
    read_data,
    read_file,
    read_text,
    text_of_election,
    votes,
    write_file,
)
from tests.budgeting.elections import election, text

COSTS = {"a": "12.50", "b": 7, "c": 3}
PLAIN = text(COSTS, ["a,b", "b,a", "", "c"], "20.5", edition=3)


def named(held: Election) -> list[list[str]]:
    """What each voter named."""
    starts, projects = held.ballots.starts, held.ballots.projects
    return [[held.projects[p].id for p in projects[starts[r] : starts[r + 1]]] for r in held.ballots.row_of]


def refused(data: str | bytes) -> str:
    """The message of a file that must be refused."""
    with pytest.raises(PabulibError) as caught:
        read_data(data if isinstance(data, bytes) else data.encode())
    return str(caught.value)


def test_money_is_read_exactly_in_the_smallest_unit_of_the_file() -> None:
    held = read_text(PLAIN)
    assert (held.decimals, held.budget, held.costs) == (1, 205, (125, 70, 30))
    assert str(held.money(held.budget)) == "20.5"


def test_equal_ballots_are_merged_whatever_their_order() -> None:
    held = read_text(PLAIN)
    assert sorted(held.ballots.voters.tolist()) == [1, 1, 2]
    assert held.ballots.electorate == 4
    assert held.votes == (2, 2, 1)
    assert named(held) == [["a", "b"], ["a", "b"], [], ["c"]]


def test_the_order_on_ordinal_ballots_is_kept() -> None:
    assert named(election(COSTS, ["b,a", "a,b"], 10, "ordinal")) == [["b", "a"], ["a", "b"]]


@pytest.mark.parametrize("vote_type", ["approval", "choose-1", "ordinal", "cumulative", "scoring"])
def test_every_type_of_ballot_survives_a_round_trip(vote_type: str) -> None:
    points = ["3", "2.5", "", "1"] if vote_type in {"cumulative", "scoring"} else None
    first = election(COSTS, ["b", "a", "", "c"], 10, vote_type, points, max_sum_points=10)
    second = read_text(text_of_election(first))
    assert second.meta == first.meta
    assert second.projects == first.projects
    assert second.voters.rows() == first.voters.rows()
    assert (second.ballots.projects == first.ballots.projects).all()
    assert text_of_election(second) == text_of_election(first)


AWKWARD = (
    '\ufeff"META"\r\nkey;value\r\ndescription;"a ""quoted""; text"\r\nvote_type;approval\r\nbudget;10,5\r\n\r\n'
    'PROJECTS\r\nproject_id;cost;name;custom\r\nx.1/2;4;"semi;colon, ""and"" more";kept\r\n"y";5.5;;\r\n'
    'VOTES\r\nvoter_id;age;vote;sex\r\n1;33;"x.1/2,y";F\r\n\r\n 2 ;;x.1/2 , y;\r\n'
)


def test_marks_line_ends_quotes_blanks_and_extra_fields_are_understood_and_kept() -> None:
    held = read_data(AWKWARD.encode())
    assert held.meta["description"] == 'a "quoted"; text'
    assert held.projects[0].fields == {
        "project_id": "x.1/2",
        "cost": "4",
        "name": 'semi;colon, "and" more',
        "custom": "kept",
    }
    assert (held.budget, held.decimals) == (105, 1)
    assert named(held) == [["x.1/2", "y"], ["x.1/2", "y"]]
    assert held.voters.column("age") == ["33", ""]
    again = read_text(text_of_election(held))
    assert again.projects == held.projects
    assert again.voters.rows() == held.voters.rows()


def test_a_packed_file_is_read_and_written_the_same(tmp_path: Path) -> None:
    held = read_text(PLAIN)
    write_file(held, tmp_path / "one.pb.gz")
    write_file(held, tmp_path / "two.pb.gz")
    assert (tmp_path / "one.pb.gz").read_bytes() == (tmp_path / "two.pb.gz").read_bytes()
    write_file(held, tmp_path / "one.pb")
    assert text_of_election(read_file(tmp_path / "one.pb.gz")) == (tmp_path / "one.pb").read_text()


def test_rows_whose_hashes_meet_by_chance_are_not_merged() -> None:
    starts, projects, rows = np.array([0, 1, 2]), np.array([0, 1], dtype=np.int32), np.arange(2, dtype=np.int32)
    for values in (np.zeros(2, dtype=np.uint64), np.ones(2, dtype=np.uint64)):
        assert len(merging._same_rows(starts, projects, None, values, rows)[0]) == 3
    longer = np.array([0, 2, 3])
    same = np.zeros(3, dtype=np.uint64)
    assert len(merging._same_rows(longer, np.array([0, 1, 1], dtype=np.int32), None, same, rows)[0]) == 3
    once, points = np.zeros(2, dtype=np.int32), np.array([5, 6])
    assert len(merging._same_rows(starts, once, points, np.zeros(2, dtype=np.uint64), rows)[0]) == 3
    assert len(merging._same_rows(starts, once, points * 0, np.zeros(2, dtype=np.uint64), rows)[0]) == 2


def test_the_careful_way_reads_what_the_fast_way_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read_text(PLAIN)
    monkeypatch.setattr(votes, "_fast", lambda *_: None)
    careful = read_text(PLAIN)
    for name in ("starts", "projects", "voters", "row_of"):
        assert np.array_equal(getattr(fast.ballots, name), getattr(careful.ballots, name))
    assert fast.voters.rows() == careful.voters.rows()


NAMES = st.text(
    st.characters(exclude_characters=',;"\n\r\0', exclude_categories=["Cs", "Zs", "Cc", "Zl", "Zp"]), min_size=1
)


POINT = st.sampled_from(["0", "1", "7", "2.5", "0.25", "1000000", "123456789", "-3", "-0.5", "1.0"])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from("abc"), POINT), min_size=1, max_size=8),
    st.sampled_from(["cumulative", "scoring"]),
)
def test_any_points_are_read_the_same_in_both_ways(ballots: list[dict[str, str]], vote_type: str) -> None:
    cells = [",".join(ballot.values()) for ballot in ballots]
    written = text(COSTS, [",".join(ballot) for ballot in ballots], 20, vote_type, cells)
    if vote_type == "cumulative" and any("-" in cell for cell in cells):
        assert "points of at least 0" in refused(written)
        return
    fast, careful = read_text(written), read_text(written + "\n")
    assert pointed(fast) == pointed(careful)
    assert pointed(fast) == [{name: Fraction(points) for name, points in ballot.items()} for ballot in ballots]


def pointed(held: Election) -> list[dict[str, Fraction]]:
    """What each voter gave to whom."""
    ballots = held.ballots
    assert ballots.points is not None
    unit = 10**ballots.point_decimals
    rows = []
    for r in ballots.row_of:
        part = slice(ballots.starts[r], ballots.starts[r + 1])
        given_points = zip(ballots.projects[part].tolist(), ballots.points[part].tolist(), strict=True)
        rows.append({held.projects[p].id: Fraction(points, unit) for p, points in given_points})
    return rows


@pytest.mark.parametrize("vote_type", ["approval", "ordinal", "cumulative", "scoring"])
def test_a_clean_file_of_any_type_is_read_the_fast_way(vote_type: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(votes, "_careful", lambda *_: pytest.fail("read line by line"))
    points = ["3", "2.5,1", "", "1"] if vote_type in {"cumulative", "scoring"} else None
    held = election(COSTS, ["b", "b,a", "", "c"], 10, vote_type, points)
    assert held.ballots.electorate == 4


def test_equal_points_are_merged_whatever_their_order() -> None:
    held = election(COSTS, ["a,b", "b,a", "a,b"], 10, "cumulative", ["2,1", "1,2", "1,2"])
    assert sorted(held.ballots.voters.tolist()) == [1, 2]


@settings(max_examples=200, deadline=None)
@given(st.data(), st.lists(NAMES, min_size=1, max_size=6, unique=True), st.sampled_from(["approval", "ordinal"]))
def test_any_names_are_read_the_same_in_both_ways(data: st.DataObject, names: list[str], vote_type: str) -> None:
    ballot = st.lists(st.sampled_from(names), unique=True).map(",".join)
    votes_cast = data.draw(st.lists(ballot, max_size=6))
    voters = data.draw(st.lists(NAMES, min_size=len(votes_cast), max_size=len(votes_cast), unique=True))
    written = text(dict.fromkeys(names, 1), votes_cast, 2, vote_type)
    for number, name in reversed(list(enumerate(voters))):
        written = written.replace(f"\nv{number};", f"\n{name};")
    fast = read_text(written)
    quoted = read_text(
        written.replace("voter_id;vote\n", '"voter_id";"vote"\n').replace("\n" + voters[0], "\n\n" + voters[0])
        if voters
        else written
    )
    assert named(fast) == named(quoted)
    assert fast.voters.rows() == quoted.voters.rows()
    assert fast.ballots.voters.tolist() == quoted.ballots.voters.tolist()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (PLAIN.replace("a;12.50", "a;twelve"), "line 17, cost: expected an amount such as 1234.50"),
        (PLAIN.replace("b;7", "a;7"), "line 18, project_id: expected an id not used before (see line 17), found 'a'"),
        (PLAIN.replace("v3;c", "v3;c,z"), "line 25, vote: expected a project_id from PROJECTS, found 'z'"),
        (PLAIN.replace("v3;c", "v3;c,c"), "line 25, vote: expected every project at most once, found 'c,c'"),
        (PLAIN.replace("v3;", "v0;"), "line 25, voter_id: expected an id not used before (see line 22), found 'v0'"),
        (PLAIN.replace("budget;20.5\n", ""), "budget: expected a budget in META"),
        (PLAIN.replace("edition;3", ";3"), "line 14, META: expected a key before the value, found '3'"),
        (PLAIN.replace("b;7", '"b,x";7'), "line 18, project_id: expected an id without commas, found 'b,x'"),
        (PLAIN.replace("edition;3", "unit;3"), "expected every key once (see line 5)"),
        (PLAIN.replace(";approval", ";shouting"), "vote_type: expected one of approval, choose-1"),
        (PLAIN.replace("voter_id;vote", "voter_id;choice"), "expected a column vote in VOTES"),
        (PLAIN.replace("project_id;cost", "project_id;price"), "expected a column cost in PROJECTS"),
        (PLAIN.replace("project_id;cost;name", "project_id;cost;cost"), "a different name for every column"),
        (PLAIN.split("VOTES", maxsplit=1)[0], "expected a section VOTES"),
        (PLAIN.split("PROJECTS", maxsplit=1)[0], "expected a section PROJECTS"),
        (PLAIN.replace("PROJECTS", "VOTES", 1), "expected the section PROJECTS here"),
        ("", "expected the title META"),
        ("hello", "expected the title META on the first line, found 'hello'"),
        (PLAIN.replace("v3;c", ";c"), "line 25, voter_id: expected an id for every voter"),
        (PLAIN.replace("v2;\nv3;c", "v2\nv3;c;extra"), "line 25: expected 2 cells"),
        (PLAIN.replace("v3;", " v0 ;"), "line 25, voter_id: expected an id not used before (see line 22), found 'v0'"),
        (PLAIN.replace("v3;c", "v3;c;extra"), "line 25: expected 2 cells"),
        (PLAIN.replace("12.50", "9" * 40), "at most 15 digits"),
        (PLAIN.replace("20.5", "-5"), "budget: expected an amount"),
        (PLAIN.replace("20.5", "1e400"), "budget: expected an amount"),
        (PLAIN.replace("Project a", "\0"), "text without NUL"),
        (PLAIN.encode().replace(b"Project a", b"\xff\xfe"), "line 17: expected UTF-8 text, found 'byte 0xff'"),
        (text(COSTS, ["a"], 5, "cumulative", ["-1"]), "points of at least 0"),
        (text(COSTS, ["a"], 5, "cumulative", ["1,2"]), "expected 1 numbers, one per project"),
        (text(COSTS, ["a"], 5, "scoring", ["many"]), "points: expected a number"),
        (text(COSTS, ["a"], 5, "scoring"), "expected a column points in VOTES"),
        (text(COSTS, ["a,b"], 5, "choose-1"), "vote: expected one project"),
        (text({}, [""], 5), "expected at least one project"),
    ],
)
def test_an_error_names_line_field_and_what_was_expected(wrong: str | bytes, said: str) -> None:
    assert said in refused(wrong)
