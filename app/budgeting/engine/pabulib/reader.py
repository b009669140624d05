"""Reading `.pb` files: text in three sections, or an error that says line, field and what was expected."""

from __future__ import annotations

from pathlib import Path

from app.budgeting.engine.election import WITHDRAWN, Election, Project, VoteType
from app.budgeting.engine.pabulib import amounts
from app.budgeting.engine.pabulib.problems import PabulibError, Problem, fail
from app.budgeting.engine.pabulib.sections import Section, split
from app.budgeting.engine.pabulib.source import read_bytes, text_of, unpacked
from app.budgeting.engine.pabulib.votes import read_votes


def read_file(path: Path) -> Election:
    """The election in a `.pb` or `.pb.gz` file."""
    return read_text(text_of(read_bytes(path)))


def read_data(data: bytes) -> Election:
    """The election in the bytes of a `.pb` or `.pb.gz` file."""
    return read_text(text_of(unpacked(data)))


def read_text(text: str) -> Election:
    """The election in the text of a `.pb` file."""
    meta_section, project_section, body = split(text)
    meta, lines = _meta(meta_section)
    vote_type = _vote_type(meta, lines)
    if "budget" not in meta:
        raise fail(meta_section.line, "budget", "a budget in META")
    budget = amounts.amount(meta["budget"], lines["budget"], "budget")
    rows, costs = _project_rows(project_section)
    decimals = max([budget[1], *(own for _, own in costs)])
    projects = tuple(
        Project(
            row["project_id"],
            amounts.scaled(cost, decimals),
            row,
            withdrawn=amounts.scaled(cost, decimals) == amounts.scaled((WITHDRAWN, 0), decimals),
        )
        for row, cost in zip(rows, costs, strict=True)
    )
    index = {project.id: p for p, project in enumerate(projects)}
    ballots, voters = read_votes(body, index, vote_type)
    return Election(meta, projects, ballots, amounts.scaled(budget, decimals), decimals, vote_type, voters)


def _meta(section: Section) -> tuple[dict[str, str], dict[str, int]]:
    meta: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, row in section.rows:
        key, value = row[0], row[1] if len(row) > 1 else ""
        if not key:
            raise fail(line, "META", "a key before the value", value)
        if key in meta:
            raise fail(line, key, f"every key once (see line {lines[key]})", value)
        meta[key] = value
        lines[key] = line
    return meta, lines


def _vote_type(meta: dict[str, str], lines: dict[str, int]) -> VoteType:
    try:
        return VoteType(meta.get("vote_type", ""))
    except ValueError:
        known = ", ".join(VoteType)
        raise fail(lines.get("vote_type", 0), "vote_type", f"one of {known}", meta.get("vote_type", "")) from None


def _project_rows(section: Section) -> tuple[list[dict[str, str]], list[tuple[int, int]]]:
    if "cost" not in section.header:
        raise fail(section.line, "cost", "a column cost in PROJECTS")
    problems: list[Problem] = []
    rows: list[dict[str, str]] = []
    costs: list[tuple[int, int]] = []
    seen: dict[str, int] = {}
    for line, cells in section.rows:
        row = dict(zip(section.header, cells + [""] * len(section.header), strict=False))
        name = row["project_id"]
        if not name or "," in name:
            problems.append(Problem(line, "project_id", "an id without commas", name))
        elif name in seen:
            problems.append(Problem(line, "project_id", f"an id not used before (see line {seen[name]})", name))
        seen[name] = line
        try:
            costs.append(amounts.amount(row["cost"], line, "cost"))
        except PabulibError as error:
            problems.extend(error.problems)
        rows.append(row)
    if not rows:
        problems.append(Problem(section.line, "PROJECTS", "at least one project"))
    if problems:
        raise PabulibError(problems[:50])
    return rows, costs
