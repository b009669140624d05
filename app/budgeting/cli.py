"""`flask budgets`: count, check and convert participatory budget elections, without a database."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup

from app.budgeting.engine.document import Json, differences, document, json_of, result, statistics_json
from app.budgeting.engine.election import Election
from app.budgeting.engine.explained import explanations
from app.budgeting.engine.options import (
    CONVENTIONS,
    OFFICIAL,
    PABULIB_RULES,
    Comparison,
    Completion,
    Exhaustive,
    FullyFunded,
    ImpossibleOptionsError,
    Options,
    Rule,
    Scoring,
    Start,
    Stop,
    Ties,
    Utility,
)
from app.budgeting.engine.pabulib import PabulibError, read_file, write_file
from app.budgeting.engine.pabulib.tables import read_tables, write_tables
from app.budgeting.engine.pabulib.validator import findings
from app.budgeting.engine.statistics import statistics
from app.budgeting.engine.tally import tally as tally_of
from app.budgeting.engine.text import text_of
from app.kernel.progress import Progress

BAD_INPUT, IMPOSSIBLE = 2, 3
cli = AppGroup("budgets", help="Count, check and convert participatory budget elections.")


def one_of(kind: type[Any]) -> click.Choice[str]:
    """The values of an enumeration."""
    return click.Choice([str(member.value) for member in kind])


@cli.command("tally", with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--convention", type=click.Choice(list(CONVENTIONS)), help="A set of defaults for the options below.")
@click.option("--rule", type=one_of(Rule), help="How winners are chosen. Default: the rule the file names.")
@click.option("--utility", type=one_of(Utility), help="What a supporter gets from a winner (Equal Shares).")
@click.option("--completion", type=one_of(Completion), help="What follows Equal Shares.")
@click.option("--start", type=one_of(Start), help="First endowment of add1: budget/n, or whole currency units.")
@click.option(
    "--stop", type=one_of(Stop), help="add1 ends before going over budget, or at the first exhaustive outcome."
)
@click.option("--exhaustive", type=one_of(Exhaustive), help="Which projects must no longer fit.")
@click.option("--step", help="Step of add1 in currency units. Default: 1.")
@click.option("--ties", type=one_of(Ties), help="The order among equals.")
@click.option("--seed", help="The published seed of --ties random.")
@click.option("--scoring", type=one_of(Scoring), help="What a place on an ordinal ballot is worth.")
@click.option("--scores", help="Points for the first, second, … place, such as 3,2,1 (implies --scoring list).")
@click.option("--comparison", type=one_of(Comparison), help="Ask whether voters prefer the greedy outcome.")
@click.option("--fully-funded", type=one_of(FullyFunded), help="What to do when the budget pays for every project.")
@click.option("--threshold", help="Least number of votes or points (greedy-threshold).")
@click.option("--exclusive", multiple=True, metavar="ID,ID", help="Projects of which one may win (greedy-exclusive).")
@click.option("--compare", multiple=True, type=one_of(Rule), help="Count by another rule too and show the difference.")
@click.option("--explain", is_flag=True, help="Tell why each project lost and where each voter's money went.")
@click.option("--no-ballots", is_flag=True, help="With --explain: leave the voters' money out, which may be long.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def tally(file: Path, form: str, compare: Sequence[str], convention: str | None, **given: Any) -> None:
    """Count the election in FILE (.pb or .pb.gz)."""
    began = time.perf_counter()
    with _plainly(file), Progress() as progress:
        progress.tell(f"Reading {file.name}")
        election = read_file(file)
        read = time.perf_counter()
        options = _options(election, convention, given)
        report = _report(election, options, compare, progress, explain=given["explain"], full=not given["no_ballots"])
        report["run"] = {"read_seconds": round(read - began, 4), "count_seconds": round(time.perf_counter() - read, 4)}
        progress.tell("Writing")
        text = json_of(report) if form == "json" else text_of(report)
    click.echo(text, nl=False)


@cli.command("check", with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings are errors too.")
def check(file: Path, *, strict: bool) -> None:
    """Say what is wrong with FILE: line, field, what was expected."""
    with _plainly(file), Progress() as progress:
        progress.tell(f"Checking {file.name}")
        found = findings(read_file(file))
    for problem in found:
        click.echo(str(problem))
    errors = [problem for problem in found if strict or not problem.warning]
    click.echo(f"{len(errors)} errors, {len(found) - len(errors)} warnings")
    if errors:
        sys.exit(BAD_INPUT)


@cli.command("convert", with_appcontext=False)
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
def convert(source: Path, target: Path) -> None:
    """Turn a .pb file into a folder of CSV tables (meta, projects, ballots), or such a folder into a .pb file."""
    with _plainly(source), Progress() as progress:
        progress.tell(f"Converting {source.name}")
        if target.suffix in {".pb", ".gz"}:
            write_file(read_tables(source) if source.is_dir() else read_file(source), target)
        else:
            write_tables(read_file(source), target)
    click.echo(f"Wrote {target}")


@contextmanager
def _plainly(file: Path) -> Iterator[None]:
    """Says in plain words what is wrong with the file or the options, and leaves with its code."""
    try:
        yield
    except PabulibError as error:
        _leave(BAD_INPUT, *(f"{file}: {problem}" for problem in error.problems))
    except OSError as error:
        _leave(BAD_INPUT, f"{error.filename or file}: {error.strerror or error}")
    except ImpossibleOptionsError as error:
        _leave(IMPOSSIBLE, str(error))


def _leave(code: int, *messages: str) -> NoReturn:
    for message in messages:
        click.echo(message, err=True)
    sys.exit(code)


def _options(election: Election, convention: str | None, given: dict[str, Any]) -> Options:
    """The options asked for, over the convention or what the file's own rule stands for."""
    base = CONVENTIONS[convention] if convention else PABULIB_RULES.get(election.meta.get("rule", ""), OFFICIAL)
    read: dict[str, Callable[[str], object]] = {
        "rule": Rule, "utility": Utility, "completion": Completion, "start": Start, "stop": Stop, "ties": Ties,
        "exhaustive": Exhaustive, "scoring": Scoring, "comparison": Comparison, "fully_funded": FullyFunded,
        "step": _number("--step"), "threshold": _number("--threshold"), "scores": _scores,
        "seed": str,
    }  # fmt: skip
    changes = {name: read[name](value) for name, value in given.items() if value and name in read}
    if "scores" in changes:
        changes["scoring"] = Scoring.LIST
    if given["exclusive"]:
        changes["exclusive"] = tuple(tuple(group.split(",")) for group in given["exclusive"])
    return base.but(**changes)


def _number(name: str) -> Callable[[str], Fraction]:
    def read(text: str) -> Fraction:
        try:
            number = Fraction(text) if len(text) < 20 and "e" not in text.lower() else None
        except (ValueError, ZeroDivisionError):
            number = None
        if number is None or number < 0:
            raise ImpossibleOptionsError(f"{name} must be a number such as 1 or 0.5, not “{text[:40]}”.")
        return number

    return read


def _scores(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.isdecimal() and len(part) < 7 for part in parts):
        raise ImpossibleOptionsError(f"--scores must be whole numbers such as 3,2,1, not “{text[:40]}”.")
    return tuple(int(part) for part in parts)


def _report(
    election: Election, options: Options, rules: Sequence[str], progress: Progress, *, explain: bool, full: bool
) -> Json:
    progress.tell("Counting")
    outcome = tally_of(election, options, progress.tell)
    report = document(election, options, outcome)
    report["compared"] = []
    for rule in map(Rule, rules):
        progress.tell(f"Counting by {rule}")
        other = options.but(rule=rule, comparison=options.comparison if rule is options.rule else Comparison.NONE)
        theirs = tally_of(election, other, progress.tell)
        report["compared"].append(
            {
                "rule": rule,
                "result": result(election, other, theirs),
                "statistics": statistics_json(election, statistics(election, theirs.winners)),
                **differences(election, outcome.winners, theirs.winners),
            }
        )
    progress.tell("Explaining")
    report["explanations"] = explanations(election, options, outcome, ballots=full) if explain else None
    return report
