"""Files that mean harm or were damaged: always an election or an error of ours, at once, never a hang or a crash."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.budgeting.engine.pabulib import PabulibError, read_data, read_file, read_text, source, text_of_election
from tests.budgeting.elections import text
from tests.budgeting.test_reading import AWKWARD, COSTS, PLAIN, refused

HOSTILE = {
    "a million columns": PLAIN.replace("project_id;cost;name", "project_id;" + "c;" * 1_000_000),
    "a million cells in a row": PLAIN.replace("a;12.50;", "a;12.50;" + "x;" * 1_000_000),
    "a million columns of votes": PLAIN.replace("voter_id;vote", "voter_id;vote;" + "c;" * 1_000_000),
    "a million cells in a vote": PLAIN.replace("v3;c", "v3;c" + ";x" * 1_000_000),
    "a million cells in META": PLAIN.replace("edition;3", "edition;3" + ";x" * 1_000_000),
    "a hundred thousand keys in META": PLAIN.replace("edition;3", "\n".join(f"k{i};1" for i in range(100_000)), 1)[:-9],
    "the same project a hundred thousand times": PLAIN.replace("b;7;", "a;7;x\n" * 100_000 + "b;7;"),
    "a million points": text(COSTS, ["a"], 5, "cumulative", ["1," * 1_000_000]),
    "points of a million digits": text(COSTS, ["a"], 5, "scoring", ["9" * 1_000_000]),
    "points with an exponent": text(COSTS, ["a"], 5, "scoring", ["1e999999999"]),
    "a cost of a million digits": PLAIN.replace("a;12.50", "a;" + "1" * 1_000_000),
    "a cost that is no number": PLAIN.replace("a;12.50", "a;nan"),
    "no section at all": "x;y\n" * 300_000,
    "META alone": PLAIN.split("PROJECTS", maxsplit=1)[0] * 1_000,
    "a huge cell": PLAIN.replace("Project a", "x" * 5_000_000),
    "an open quote": PLAIN.replace("Project a", '"never closed'),
    "a hundred thousand projects": text({f"p{i}": 1 for i in range(100_000)}, ["p1"], 5),
    "a ballot of a million unknown ids": PLAIN.replace("v3;c", "v3;" + "q," * 1_000_000),
    "a budget of a million digits": PLAIN.replace("20.5", "9" * 1_000_000),
    "the same voter a hundred thousand times": PLAIN + "v0;a\n" * 100_000,
    "a section twice": PLAIN + PLAIN,
    "only line ends": "\n" * 20_000_000,
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


def test_an_error_of_the_table_itself_among_the_votes_names_the_line_of_the_file() -> None:
    assert "line 25: expected at most 200 columns" in refused(PLAIN.replace("v3;c", "v3;c" + ";x" * 300))
    assert "line 25: expected cells of at most" in refused(PLAIN.replace("v3;c", "v3;" + "q," * 1_000_000))


@pytest.mark.parametrize(
    ("limit", "said"), [("MOST_VOTERS", "at most 2 voters"), ("MOST_NAMED", "at most 2 entries on all ballots")]
)
def test_more_votes_than_any_city_has_are_refused(limit: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, limit, 2)
    assert said in refused(text(COSTS, ["a,b", "b,a", "a,b"], 10))


def test_blank_lines_without_end_are_refused_and_some_are_not() -> None:
    assert read_text(PLAIN.replace("v3;c", "\n" * 9_000 + "v3;c")).ballots.electorate == 4
    assert "line 10026: expected at most 10000 blank lines" in refused(PLAIN + "\n" * 10_001 + "v9;a\n")
    assert "line 10001: expected at most 10000 blank lines" in refused("\n" * 5_000_000)


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
