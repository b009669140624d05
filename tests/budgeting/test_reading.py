"""Reading and writing `.pb` files: what is kept, what is refused and how, and that nothing hangs or crashes."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.budgeting.engine.election import Election
from app.budgeting.engine.pabulib import (
    PabulibError,
    merging,
    read_data,
    read_file,
    read_text,
    source,
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
        assert len(merging._same_rows(starts, projects, values, rows)[0]) == 3
    longer = np.array([0, 2, 3])
    same = np.zeros(3, dtype=np.uint64)
    assert len(merging._same_rows(longer, np.array([0, 1, 1], dtype=np.int32), same, rows)[0]) == 3


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


HOSTILE = {
    "a million columns": PLAIN.replace("project_id;cost;name", "project_id;" + "c;" * 1_000_000),
    "a million cells in a row": PLAIN.replace("a;12.50;", "a;12.50;" + "x;" * 1_000_000),
    "a huge cell": PLAIN.replace("Project a", "x" * 5_000_000),
    "an open quote": PLAIN.replace("Project a", '"never closed'),
    "a hundred thousand projects": text({f"p{i}": 1 for i in range(100_000)}, ["p1"], 5),
    "a ballot of a million unknown ids": PLAIN.replace("v3;c", "v3;" + "q," * 1_000_000),
    "a budget of a million digits": PLAIN.replace("20.5", "9" * 1_000_000),
    "the same voter a hundred thousand times": PLAIN + "v0;a\n" * 100_000,
    "a section twice": PLAIN + PLAIN,
    "only line ends": "\n" * 1_000_000,
    "only separators": ";" * 1_000_000,
    "only quotes": '"' * 1_000_001,
    "a deep id": PLAIN.replace("v3;c", "v3;" + "c" * 1_000_000),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_ends_in_an_error_at_once(case: str) -> None:
    began = time.process_time()
    message = refused(HOSTILE[case])
    assert len(message) < 20_000
    assert time.process_time() - began < 5


@pytest.mark.parametrize("cut", [3, 40, 100])
def test_a_broken_packed_file_is_refused(cut: int) -> None:
    assert "whole gzip file" in refused(gzip.compress(PLAIN.encode())[:cut])


def test_a_packed_file_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_BYTES", 10_000)
    assert "when unpacked" in refused(gzip.compress(b"META\n" + b" " * 100_000))


def test_a_file_above_the_limit_is_not_even_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(source, "MOST_BYTES", 10)
    (tmp_path / "large.pb").write_text(PLAIN)
    with pytest.raises(PabulibError, match="at most 10 bytes"):
        read_file(tmp_path / "large.pb")


def survives(data: bytes) -> None:
    """Reading ends in an election that can be written, or in an error of ours."""
    try:
        held = read_data(data)
    except PabulibError:
        return
    again = read_text(text_of_election(held))
    assert again.projects == held.projects
    assert (again.ballots.voters == held.ballots.voters).all()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_an_election_or_an_error(data: bytes) -> None:
    survives(data)


PIECES = [
    "META",
    "PROJECTS",
    "VOTES",
    ";",
    ",",
    '"',
    "\n",
    "\r",
    "\0",
    "\ufeff",
    "a",
    "b",
    "v0",
    "1",
    "0.5",
    "-1",
    "é",
    "approval",
]


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(AWKWARD)), st.integers(0, 6), st.sampled_from(PIECES)), max_size=6))
def test_a_damaged_file_is_an_election_or_an_error(damages: list[tuple[int, int, str]]) -> None:
    for sound in (PLAIN, AWKWARD, text(COSTS, ["a,b", "c"], 9, "cumulative", ["1,2", "3"])):
        damaged = sound
        for place, cut, piece in damages:
            damaged = damaged[:place] + piece + damaged[place + cut :]
        survives(damaged.encode())
