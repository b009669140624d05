"""The commands: what they print and write, and what bad input gets. No database and no Valkey is up."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import Result
from flask import Flask

from app.conversations.cli import cli
from app.conversations.engine.simulate import Recipe, simulate
from app.conversations.polis_export.writing import write_simulation

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "opinion.json").read_text(encoding="utf-8"))
COMMENTS = "comment-id,author-id,moderated,comment-body\n0,0,1,Flere bænke\n1,0,1,Færre biler\n2,1,-1,Skjult\n"


def run(*arguments: object) -> Result:
    app = Flask("test")
    app.cli.add_command(cli)
    return app.test_cli_runner().invoke(args=["conversations", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    recipe = Recipe(participants=200, statements=60, groups=2, votes_each=40, signal=0.9, seed=2)
    write_simulation(tmp_path / "made", recipe, simulate(recipe))
    return tmp_path / "made"


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.csv").write_text(text, encoding="utf-8")
    return folder


def analysed(*arguments: object) -> dict:
    result = run("analyse", *arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.output, parse_constant=lambda name: pytest.fail(f"{name} in the output"))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


def test_the_published_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_analyse_prints_a_document_that_follows_the_published_schema(folder):
    document = analysed(folder, "--draws", 20)
    assert document["counts"]["participants"] == 200
    assert [group["name"] for group in document["groups"]] == ["A", "B"]
    assert sum(group["size"] for group in document["groups"]) == document["counts"]["placed"]
    assert all(one["interval"] for one in document["groups"])
    assert abs(sum(one["next_chance"] for one in document["statements"]) - 1) < 1e-9
    ranks = sorted(one["group_informed_consensus"]["rank"] for one in document["statements"])
    assert ranks == list(range(1, 61))


def test_analyse_prints_every_part_as_text(folder):
    text = run("analyse", folder, "--draws", 20).output
    for title in ("Groups", "Group A:", "Most agree", "Uncertain", "Common ground", "Divisive", "Next statements",
                  "Statements", "Statements by group", "Participants", "Votes per participant", "By day"):  # fmt: skip
        assert f"\n{title}" in text
    assert "nan" not in text


def test_given_groups_are_taken_as_they_are(folder):
    document = analysed(folder, "--groups", folder / "groups.csv", "--draws", 0)
    assert [(group["name"], group["size"]) for group in document["groups"]] == [("A", 100), ("B", 100)]
    assert document["map"]["offered"] == []
    assert all(len(one["groups"]) == 2 for one in document["statements"])


def test_the_same_seed_prints_the_same_and_dropping_somebody_leaves_them_out(folder):
    assert run("analyse", folder, "--seed", 5).output == run("analyse", folder, "--seed", 5).output
    document = analysed(folder, "--drop", 3, "--drop", 4, "--draws", 0)
    assert not {3, 4} & {one["id"] for one in document["participants"]}
    assert document["counts"]["participants"] == 198


def test_the_next_statements_are_drawn_for_the_participant_asked_about(folder):
    document = analysed(folder, "--next-for", 0, "--draws", 0)
    assert document["next"]["for"] == 0
    assert len(document["next"]["drawn"]) == 5


def test_few_voters_and_nothing_found_are_told_in_the_text(tmp_path):
    text = run("analyse", written(tmp_path, participants_votes="participant,0,1\n7,1,-1\n")).output
    assert "Too few voters to show a map (7 are needed)." in text
    assert "No clear groups." in text
    assert "1  visits" not in text
    assert "By day" not in text


def test_people_without_a_group_in_the_file_stay_without(tmp_path):
    (tmp_path / "groups.csv").write_text("participant,group\n1,A\n2,A\n3, \n", encoding="utf-8")
    made = written(tmp_path, participants_votes="participant,0,1\n1,1,1\n2,1,0\n3,-1,0\n")
    document = analysed(made, "--groups", tmp_path / "groups.csv")
    assert [one["group"] for one in document["participants"]] == ["A", "A", None]
    assert analysed(made)["statements"][0]["text"] == ""


def test_of_a_statement_listed_twice_the_first_line_counts(tmp_path):
    comments = COMMENTS + "0,2,-1,Igen\n\n"
    made = written(tmp_path, votes="comment-id,voter-id,vote\n0,1,1\n\n1,1,1\n", comments=comments)
    assert [one["text"] for one in analysed(made)["statements"]] == ["Flere bænke", "Færre biler"]


def test_strict_mode_draws_among_approved_statements_only(tmp_path):
    comments = COMMENTS.replace("1,0,1,Færre", "1,0,0,Færre")
    made = written(tmp_path, votes="comment-id,voter-id,vote\n0,1,1\n1,1,1\n0,2,-1\n", comments=comments)
    assert analysed(made, "--strict")["next"]["drawn"] == [0]


def test_hidden_statements_are_left_out_and_packed_files_are_read(tmp_path):
    votes = "timestamp,comment-id,voter-id,vote\n1,0,1,1\n2,0,1,-1\n3,1,1,0\n3,2,1,1\n1,2,2,1\n"
    (tmp_path / "votes.csv.gz").write_bytes(gzip.compress(b"\xef\xbb\xbf" + votes.encode()))
    (tmp_path / "comments.csv.gz").write_bytes(gzip.compress(COMMENTS.encode()))
    document = analysed(tmp_path)
    assert [(one["id"], one["agrees"], one["disagrees"]) for one in document["statements"]] == [(0, 0, 1), (1, 0, 0)]
    assert document["counts"]["statements_hidden"] == 1
    assert document["counts"]["votes_received"] == 5
    assert document["counts"]["votes"] == 4
    assert document["statements"][0]["text"] == "Flere bænke"
    silent = next(one for one in document["participants"] if one["id"] == 2)
    assert not silent["placed"]


ALIKE = "participant,0,1,2\n" + "".join(f"{person},1,1,-1\n" for person in range(30))


@pytest.mark.parametrize(
    ("votes", "people", "statements"),
    [
        ("participant,group-id,0,1\n", 0, 0),
        ("participant,0,1\n7,,\n", 0, 0),
        ("participant,0,1\n7,1,-1\n", 1, 2),
        ("participant,0\n1,1\n2,-1\n3,0\n", 3, 1),
        (ALIKE, 30, 3),
        ("participant,0,1\n1,0,0\n2,0,0\n", 2, 2),
        ("participant,0,1\n1,1.0,-1.0\n", 1, 2),
    ],
)
def test_small_and_odd_conversations_get_an_honest_small_answer(tmp_path, votes, people, statements):
    document = analysed(written(tmp_path, participants_votes=votes))
    assert (document["counts"]["participants"], document["counts"]["statements"]) == (people, statements)
    assert document["groups"] == []
    assert document["map"]["shown"] == (people >= 7)
    out = tmp_path / "report.html"
    for language in ("da", "en"):
        assert run("report", tmp_path, out, "--language", language).exit_code == 0


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "holds neither votes.csv nor participants-votes.csv"),
        ({"votes": ""}, "votes.csv has no column “voter-id”"),
        ({"votes": "comment-id,voter-id,vote\n1,1,2\n"}, "votes.csv, line 2: the vote is 2"),
        ({"votes": "comment-id,voter-id,vote\n1,1,1\n1,x,1\n"}, "line 3: voter-id “x” is not a whole number"),
        ({"votes": "comment-id,voter-id,vote\n1.5,1,1\n"}, "line 2: comment-id “1.5” is not a whole number"),
        ({"votes": "comment-id,voter-id,vote\ninf,1,1\n"}, "line 2: comment-id “inf” is not a whole number"),
        ({"votes": "comment-id,voter-id,vote\n1,,1\n"}, "line 2: voter-id “” is not a whole number"),
        ({"votes": f"comment-id,voter-id,vote\n1,{10**30},1\n"}, "is too large"),
        ({"votes": f"comment-id,voter-id,vote\n1,{'9' * 6000},1\n"}, "is not a whole number"),
        ({"votes": "comment-id,voter-id,vote\n1,1\n"}, "line 2: 2 cells where 3 were expected"),
        ({"votes": f'comment-id,voter-id,vote\n1,1,"{"x" * 1_000_001}"\n'}, "field larger than field limit"),
        ({"participants_votes": "participant,0\n1,agree\n"}, "line 2: vote “agree” is not a whole number"),
        ({"votes": "comment-id,voter-id,vote\n1,1,1\n", "comments": "id,text\n1,x\n"}, "comments.csv has no column"),
    ],
)
def test_bad_input_gets_one_clear_sentence_and_exit_code_2(tmp_path, files, said):
    result = run("analyse", written(tmp_path, **files))
    assert result.exit_code == 2
    assert said in result.output
    assert result.output.count("\n") == 1


def test_bytes_that_are_no_text_or_no_archive_get_a_clear_sentence(tmp_path):
    (tmp_path / "votes.csv").write_bytes(b"comment-id,voter-id,vote\n\xff\xfe,1,1\n")
    assert "votes.csv is not text in UTF-8" in run("analyse", tmp_path).output
    (tmp_path / "votes.csv").unlink()
    (tmp_path / "votes.csv.gz").write_bytes(gzip.compress(b"comment-id,voter-id,vote\n1,1,1\n")[:-12])
    result = run("analyse", tmp_path)
    assert result.exit_code == 2
    assert "votes.csv.gz cannot be read" in result.output


def test_a_million_pairs_of_garbage_end_in_one_sentence(tmp_path):
    lines = "\n".join(f"{n * 7919 % 99991},{n * 104729 % 99989},{n % 5}" for n in range(1_000_000))
    result = run("analyse", written(tmp_path, votes=f"comment-id,voter-id,vote\n{lines}\n"))
    assert result.exit_code == 2
    assert "line 4: the vote is 2" in result.output


def test_groups_that_cannot_be_read_are_refused(folder, tmp_path):
    (tmp_path / "groups.csv").write_text("participant,group\nfirst,A\n", encoding="utf-8")
    result = run("analyse", folder, "--groups", tmp_path / "groups.csv")
    assert result.exit_code == 2
    assert "line 2: participant “first” is not a whole number" in result.output


@pytest.mark.parametrize("option", [("--signal", 2), ("--groups", 0), ("--votes-each", 1000), ("--statements", 0)])
def test_an_impossible_simulation_is_refused(tmp_path, option):
    result = run("simulate", tmp_path / "made", *option)
    assert result.exit_code == 2
    assert not (tmp_path / "made").exists()


def test_simulate_writes_what_analyse_reads(tmp_path):
    assert run("simulate", tmp_path / "made", "--participants", 50, "--seed", 3).exit_code == 0
    first = (tmp_path / "made" / "votes.csv").read_bytes()
    assert run("simulate", tmp_path / "made", "--participants", 50, "--seed", 3).exit_code == 0
    assert (tmp_path / "made" / "votes.csv").read_bytes() == first
    assert analysed(tmp_path / "made", "--draws", 0)["counts"]["participants"] == 50


def test_places_that_cannot_be_written_get_a_clear_sentence(folder, tmp_path):
    (tmp_path / "file").write_text("")
    for command in (("simulate", tmp_path / "file" / "made"), ("report", folder, tmp_path / "no" / "out.html")):
        result = run(*command)
        assert result.exit_code == 2
        assert "cannot be written" in result.output


def test_the_command_works_on_the_whole_application_without_any_server(folder):
    unreachable = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "conversations", "analyse", str(folder), "--draws", "0"]
    environment = os.environ | unreachable | {"ENVIRONMENT": "development", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Group A:" in done.stdout
