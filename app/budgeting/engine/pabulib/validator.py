"""Whether a readable file keeps the rules of the format, and whether its figures agree with its ballots."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from app.budgeting.engine.election import Ballots, Election, VoteType
from app.budgeting.engine.options import Options, Scoring
from app.budgeting.engine.pabulib import amounts, fields
from app.budgeting.engine.pabulib.problems import PabulibError, Problem
from app.budgeting.engine.scores import scores

MOST_FINDINGS = 200


def findings(election: Election) -> list[Problem]:
    """Errors against the format and warnings about figures that do not agree. Lines are those of a written file."""
    found: list[Problem] = []
    for check in (_meta, _counts, _project_cells, _sums, _lengths, _limits, _voter_cells, _money):
        for problem in check(election):
            found.append(problem)
            if len(found) >= MOST_FINDINGS:
                return found
    return found


def _project_line(election: Election, p: int) -> int:
    return 4 + len(election.meta) + 1 + p


def _meta(election: Election) -> Iterator[Problem]:
    for name in fields.REQUIRED_META:
        if not election.meta.get(name):
            yield Problem(0, name, "a value in META")
    for line, (name, value) in enumerate(election.meta.items(), 3):
        if name not in fields.META:
            yield Problem(line, name, "a field the format knows", name, warning=True)
        good, expected = fields.CELLS.get(name, (bool, "a value"))
        if not good(value):
            yield Problem(line, name, expected, value)
    if election.vote_type is VoteType.CUMULATIVE and not election.meta.get("max_sum_points"):
        yield Problem(0, "max_sum_points", "a value in META, as points are cumulative")
    begin, end = (fields.day(election.meta.get(name, "")) for name in ("date_begin", "date_end"))
    if begin and end and begin > end:
        yield Problem(0, "date_end", "a day not before date_begin", election.meta["date_end"])


def _counts(election: Election) -> Iterator[Problem]:
    for name, count in (("num_projects", len(election.projects)), ("num_votes", election.ballots.electorate)):
        if election.meta.get(name, str(count)) != str(count):
            yield Problem(0, name, f"{count}, as counted", election.meta[name])


def _project_cells(election: Election) -> Iterator[Problem]:
    known = set(fields.PROJECTS)
    for name in election.projects[0].fields:
        if name not in known:
            better = ", now called beneficiaries" if name == "target" else ""
            yield Problem(0, "PROJECTS", f"a column the format knows{better}", name, warning=not better)
    for p, project in enumerate(election.projects):
        line = _project_line(election, p)
        good, expected = fields.CELLS["selected"]
        if not good(project.fields.get("selected", "0")):
            yield Problem(line, "selected", expected, project.fields["selected"])
        if not project.cost:
            yield Problem(line, "cost", "more than 0", project.fields["cost"])
        if project.cost > election.budget:
            yield Problem(line, "cost", "at most the budget", project.fields["cost"], warning=project.withdrawn)
        for name, most in (("latitude", 90), ("longitude", 180)):
            if not _coordinate(project.fields.get(name, ""), most):
                yield Problem(line, name, f"degrees from -{most} to {most}", project.fields[name])


def _coordinate(text: str, most: int) -> bool:
    try:
        return not text or abs(float(text.replace(",", "."))) <= most
    except ValueError:
        return False


def _sums(election: Election) -> Iterator[Problem]:
    totals, decimals = scores(election, Options(scoring=_declared(election)))
    for p, project in enumerate(election.projects):
        line = _project_line(election, p)
        if (votes := project.fields.get("votes", "")) and votes != str(election.votes[p]):
            yield Problem(line, "votes", f"{election.votes[p]}, as counted", votes)
        total = amounts.written(totals[p], decimals)
        if (score := project.fields.get("score", "")) and score != total and election.vote_type.has_points:
            yield Problem(line, "score", f"{total}, as counted", score)


def _declared(election: Election) -> Scoring:
    return Scoring.BORDA if election.meta.get("scoring_fn", "").lower() == "borda" else Scoring.PLACES


def _limit(election: Election, name: str) -> Fraction | None:
    text = election.meta.get(name, "")
    if not text:
        return None
    try:
        digits, decimals = amounts.points(text.replace(",", "."), 0, name)
    except PabulibError:
        return None
    return Fraction(digits, 10**decimals)


def _outside(election: Election, name: str, values: np.ndarray, what: str, scale: int = 1) -> Iterator[Problem]:
    """Ballots below META's limit, if it is called min_, or above it, if max_."""
    limit = _limit(election, name)
    if limit is None:
        return
    least = name.startswith("min")
    bound = float(limit * scale)
    rows = (values < bound if least else values > bound).nonzero()[0]
    if voters := int(election.ballots.voters[rows].sum()):
        expected = f"{'at least' if least else 'at most'} {limit} {what} on every ballot"
        yield Problem(0, name, expected, f"{voters} ballots otherwise", warning=True)


def _lengths(election: Election) -> Iterator[Problem]:
    lengths = np.diff(election.ballots.starts)
    for name in ("min_length", "max_length"):
        yield from _outside(election, name, lengths, "projects")


def _limits(election: Election) -> Iterator[Problem]:
    ballots = election.ballots
    if election.vote_type is VoteType.APPROVAL:
        cost = _per_ballot(ballots, np.array([float(c) for c in election.costs])[ballots.projects])
        for name in ("min_sum_cost", "max_sum_cost"):
            yield from _outside(election, name, cost, "in cost", election.unit)
    if ballots.points is None:
        return
    scale = 10**ballots.point_decimals
    for name in ("min_sum_points", "max_sum_points"):
        yield from _outside(election, name, _per_ballot(ballots, ballots.points), "points together", scale)
    filled = np.diff(ballots.starts).nonzero()[0]
    for name, pick in (("min_points", np.minimum), ("max_points", np.maximum)):
        extreme = np.full(len(ballots.voters), np.nan)
        if len(filled):
            extreme[filled] = pick.reduceat(ballots.points, ballots.starts[:-1][filled])
        yield from _outside(election, name, extreme, "points for a project", scale)


def _per_ballot(ballots: Ballots, values: np.ndarray) -> np.ndarray:
    """The sum of an entry's values over each ballot."""
    return np.diff(np.concatenate([[0.0], np.cumsum(values)])[ballots.starts])


def _voter_cells(election: Election) -> Iterator[Problem]:
    for name in election.voters.columns:
        if name not in fields.VOTES:
            yield Problem(0, "VOTES", "a column the format knows", name, warning=True)
    for name in ("sex", "voting_method"):
        good, expected = fields.CELLS[name]
        strange = sorted({cell for cell in election.voters.column(name) or () if not good(cell)})
        for cell in strange[:5]:
            yield Problem(0, name, expected, cell)


def _money(election: Election) -> Iterator[Problem]:
    chosen = [project for project in election.projects if project.fields.get("selected") == "1"]
    spent = sum(project.cost for project in chosen)
    if spent > election.budget:
        text = amounts.written(spent, election.decimals)
        yield Problem(0, "selected", "projects within the budget", f"{text} for {len(chosen)}")
    everything = sum(project.cost for project in election.projects if not project.withdrawn)
    declared = election.meta.get("fully_funded") == "1"
    if declared and everything > election.budget:
        yield Problem(0, "fully_funded", "a budget that pays for every project")
    if not declared and everything <= election.budget:
        yield Problem(0, "fully_funded", "1, as the budget pays for every project", warning=True)
