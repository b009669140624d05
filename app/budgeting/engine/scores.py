"""From ballots to utilities and scores: what each entry of a ballot is worth."""

from __future__ import annotations

import numpy as np

from app.budgeting.engine.election import Ballots, Election, VoteType
from app.budgeting.engine.options import ImpossibleOptionsError, Options, Scoring, Utility
from app.budgeting.engine.pabulib import amounts
from app.budgeting.engine.pabulib.problems import PabulibError
from app.budgeting.engine.profile import Ints, Profile

MOST_ENTRIES = 50_000_000
EXACT = 2**53
"""Sums of whole numbers below this are exact in floats."""


def utility_of(election: Election, options: Options) -> Utility:
    """The utility asked for, or the one that suits the ballots: cost for approval, points for the others."""
    approval = election.vote_type in {VoteType.APPROVAL, VoteType.CHOOSE_ONE}
    if options.utility is None:
        return Utility.COST if approval else Utility.POINTS
    if approval and options.utility is Utility.POINTS:
        raise ImpossibleOptionsError(f"--utility points: {election.vote_type} ballots give no points.")
    return options.utility


def worth(election: Election, options: Options) -> tuple[Ballots, Ints | None]:
    """The ballots, and what each entry is worth in points (times 10**point_decimals); None for approval."""
    ballots = election.ballots
    if election.vote_type is VoteType.SCORING and (default := _default_score(election)):
        ballots = _filled(election, default)
    points = _by_place(election, options) if election.vote_type is VoteType.ORDINAL else ballots.points
    if points is not None:
        each = np.repeat(ballots.voters.astype(float), np.diff(ballots.starts))
        if float((each * np.abs(points.astype(float))).sum()) >= EXACT:
            raise ImpossibleOptionsError("The points of all ballots together have more than 15 digits.")
    return ballots, points


def scores(election: Election, options: Options) -> tuple[tuple[int, ...], int]:
    """(score of each project, decimals): the sum of points, or the number of votes."""
    ballots, points = worth(election, options)
    if points is None:
        return election.votes, 0
    each = np.repeat(ballots.voters, np.diff(ballots.starts)) * points
    totals = [0] * len(election.projects)
    order = np.argsort(ballots.projects, kind="stable")
    bounds = np.searchsorted(ballots.projects[order], np.arange(len(totals) + 1))
    for p in range(len(totals)):
        totals[p] = int(each[order[bounds[p] : bounds[p + 1]]].sum())
    return tuple(totals), ballots.point_decimals


def profile(election: Election, options: Options) -> Profile:
    """Who supports what, how much. A project is supported where it is worth more than nothing; withdrawn ones never."""
    utility = utility_of(election, options)
    ballots, points = worth(election, options)
    starts, projects = ballots.starts, ballots.projects
    out = np.array([project.withdrawn for project in election.projects])
    keep = ~out[projects] if points is None else (points > 0) & ~out[projects]
    utilities = points if utility is Utility.POINTS else None
    if not keep.all():
        starts = np.concatenate([[0], np.cumsum(keep)])[starts]
        projects = projects[keep]
        utilities = None if utilities is None else utilities[keep]
    return Profile(starts.astype(np.int64), projects, utilities, ballots.voters, election.costs, ballots.electorate)


def _by_place(election: Election, options: Options) -> Ints:
    ballots = election.ballots
    lengths = np.diff(ballots.starts)
    place = np.arange(len(ballots.projects)) - np.repeat(ballots.starts[:-1], lengths)
    if options.scoring is Scoring.LIST:
        table = np.array([*options.scores, 0], dtype=np.int64)
        return table[np.minimum(place, len(options.scores))]
    if options.scoring is Scoring.BORDA:
        return np.asarray(np.repeat(lengths, lengths) - 1 - place, dtype=np.int64)
    if options.scoring is Scoring.BORDA_PROJECTS:
        return np.asarray(len(election.projects) - 1 - place, dtype=np.int64)
    longest = election.meta.get("max_length", "")
    top = int(longest) if longest.isdecimal() and len(longest) < 6 else int(lengths.max(initial=0))
    return np.maximum(top - place, 0).astype(np.int64)


def _default_score(election: Election) -> int:
    """META's default_score in the unit of the ballots' points."""
    text = election.meta.get("default_score", "") or "0"
    try:
        number = amounts.points(text, 0, "default_score")
    except PabulibError as error:
        raise ImpossibleOptionsError(f"default_score in META: {error}") from error
    if number[1] > election.ballots.point_decimals:
        raise ImpossibleOptionsError("default_score in META has more decimals than the points on the ballots.")
    return amounts.scaled(number, election.ballots.point_decimals)


def _filled(election: Election, default: int) -> Ballots:
    """Ballots in which every project not named gets the default score."""
    ballots, m = election.ballots, len(election.projects)
    points = np.zeros(0, dtype=np.int64) if ballots.points is None else ballots.points
    n = len(ballots.voters)
    if n * m > MOST_ENTRIES:
        raise ImpossibleOptionsError("A default_score other than 0 needs too much room with so many ballots.")
    table = np.full((n, m), default, dtype=np.int64)
    table[np.repeat(np.arange(n), np.diff(ballots.starts)), ballots.projects] = points
    starts = np.arange(n + 1, dtype=np.int64) * m
    projects = np.tile(np.arange(m, dtype=np.int32), n)
    return Ballots(starts, projects, table.ravel(), ballots.voters, ballots.row_of, ballots.point_decimals)
