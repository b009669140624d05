"""flask conversations: analyse, report, simulate. Needs neither database nor Valkey.

The engine and what it stands on are imported by the commands and not by this module, so that a web worker
that never runs them does not load them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask.cli import AppGroup

if TYPE_CHECKING:
    from app.conversations.engine.analysis import Analysis
    from app.conversations.polis_export.reading import Export

cli = AppGroup("conversations", help="Opinion maps from agree, disagree and pass.")

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
WHOLE = click.IntRange(min=0)


class BadInput(click.ClickException):
    """What was given cannot be read: exit code 2."""

    exit_code = 2


def with_analysis(command: Callable[..., None]) -> Callable[..., None]:
    """The argument and options by which a conversation is read and computed."""
    for decorate in reversed(
        (
            click.argument("folder", metavar="DIR", type=FOLDER),
            click.option("--groups", type=FILE, help="CSV of participant,group: take these groups as given."),
            click.option("--seed", type=WHOLE, default=0, show_default=True, help="Decides every draw."),
            click.option("--draws", type=WHOLE, default=200, show_default=True, help="Bootstrap draws; 0 for none."),
            click.option(
                "--drop", type=int, multiple=True, metavar="ID", help="Leave out this participant (repeatable)."
            ),
            click.option("--strict", is_flag=True, help="Draw the next statement among approved ones only."),
        )
    ):
        command = decorate(command)
    return command


@cli.command()
@with_analysis
@click.option("--next-for", type=int, metavar="ID", help="Draw the next statements for this participant.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def analyse(form: str, **given: Any) -> None:
    """Print every figure of the conversation in DIR (votes.csv or participants-votes.csv, comments.csv)."""
    from app.conversations.opinion_document.document import document
    from app.conversations.report.text import as_text

    found = document(*analysed(**given))
    if form == "json":
        json.dump(found, sys.stdout, ensure_ascii=False, allow_nan=False, indent=1)
        click.echo()
    else:
        click.echo(as_text(found), nl=False)


@cli.command()
@with_analysis
@click.argument("out", metavar="OUT.html", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(["da", "en"]), default="da", show_default=True)
def report(out: Path, language: str, **given: Any) -> None:
    """Write the conversation in DIR as one page of HTML that needs nothing else."""
    from app.conversations.report.page import page

    html = page(*analysed(**given), language)
    try:
        out.write_text(html, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{out} cannot be written: {error.strerror}.") from error
    click.echo(f"{out}: {len(html.encode()):,} bytes")


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--participants", type=WHOLE, default=1000, show_default=True)
@click.option("--statements", type=WHOLE, default=100, show_default=True)
@click.option("--groups", type=WHOLE, default=3, show_default=True)
@click.option("--votes-each", type=float, default=40.0, show_default=True, help="Mean votes of a participant.")
@click.option("--signal", type=float, default=0.8, show_default=True, help="0: no groups; 1: opposite sides.")
@click.option("--seed", type=WHOLE, default=0, show_default=True)
def simulate(folder: Path, **given: Any) -> None:
    """Write a conversation with known groups to DIR; groups.csv holds them."""
    from app.conversations.engine.simulate import Recipe
    from app.conversations.engine.simulate import simulate as simulated
    from app.conversations.polis_export.writing import write_simulation

    try:
        recipe = Recipe(**given)
        made = simulated(recipe)
        write_simulation(folder, recipe, made)
    except ValueError as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}.") from error
    click.echo(f"{folder}: {len(made.votes):,} votes of {recipe.participants:,} participants")


def analysed(
    folder: Path,
    groups: Path | None,
    seed: int,
    draws: int,
    drop: tuple[int, ...],
    strict: bool,
    next_for: int | None = None,
) -> tuple[Analysis, Export]:
    """Read a folder and compute everything."""
    from app.conversations.engine.analysis import Options, analyse, given_groups
    from app.conversations.engine.conversation import Conversation
    from app.conversations.engine.votes import VotesError
    from app.conversations.polis_export.reading import read_export, read_groups
    from app.conversations.polis_export.tables import ExportError

    try:
        export = read_export(folder)
        conversation = Conversation(seed=seed)
        conversation.apply(export.votes)
        conversation.hide(export.hidden)
        conversation.drop(drop)
        found = conversation.update()
        if groups is not None:
            found = given_groups(found, *read_groups(groups))
    except (ExportError, VotesError) as error:
        raise BadInput(str(error)) from error
    approved = export.approved if export.statements else None
    options = Options(seed, draws, export.meta, approved, strict, next_for)
    return analyse(found, options), export
