"""The VOTES section: a fast way for clean files, a careful way that names what is wrong in the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import chain, count
from operator import itemgetter

import numpy as np

from app.budgeting.engine.election import Ballots, Voters, VoteType
from app.budgeting.engine.pabulib import amounts
from app.budgeting.engine.pabulib.merging import merged
from app.budgeting.engine.pabulib.problems import PabulibError, Problem
from app.budgeting.engine.pabulib.sections import Body, quoted_rows

MOST_PROBLEMS = 50
CHUNK = 50_000


def read_votes(body: Body, index: Mapping[str, int], vote_type: VoteType) -> tuple[Ballots, Voters]:
    """Ballots merged by equality, and the voters' other cells. O(characters)."""
    columns = tuple(body.header)
    required = ("vote", "points") if vote_type.has_points else ("vote",)
    missing = [Problem(body.line, name, f"a column {name} in VOTES") for name in required if name not in columns]
    if missing:
        raise PabulibError(missing)
    places = [columns.index(name) for name in required]
    cells: list[list[str]] | None = None
    lines: list[str] = body.lines
    fast = _fast(body, places)
    if fast is None or (ballots := _ballots(*fast, index, vote_type)) is None:
        cells = _careful(body, places, index, vote_type)
        lines = []
        keys = [tuple(row[place] for place in places) for row in cells]
        ballots = _ballots(*_merged_by_text(keys), index, vote_type)
        if ballots is None:
            raise PabulibError([Problem(body.line, "vote", "ballots that can be read")])
    return ballots, Voters(columns, lines, cells)


def _merged_by_text(keys: list[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], np.ndarray]:
    numbers: defaultdict[tuple[str, ...], int] = defaultdict(count().__next__)
    row_of = np.fromiter(map(numbers.__getitem__, keys), dtype=np.int32, count=len(keys))
    return list(numbers), row_of


def _fast(body: Body, places: list[int]) -> tuple[list[tuple[str, ...]], np.ndarray] | None:
    """Distinct ballots as text and each voter's, or None if any line is out of the ordinary."""
    width = len(body.header)
    if any('"' in line for line in body.lines):
        return None
    numbers: defaultdict[tuple[str, ...], int] = defaultdict(count().__next__)
    names: set[str] = set()
    parts = []
    pick = itemgetter(*places)
    for start in range(0, len(body.lines), CHUNK):
        rows = [line.split(";") for line in body.lines[start : start + CHUNK]]
        if any(len(row) != width for row in rows):
            return None
        names.update(row[0] for row in rows)
        keys = zip(map(pick, rows), strict=True) if len(places) == 1 else map(pick, rows)
        parts.append(np.fromiter(map(numbers.__getitem__, keys), dtype=np.int32, count=len(rows)))
    if len(names) != len(body.lines) or "" in names:
        return None
    if any(name[0] in " \t" or name[-1] in " \t" for name in names):
        return None
    return list(numbers), np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)


def _ballots(
    distinct: list[tuple[str, ...]], row_of: np.ndarray, index: Mapping[str, int], vote_type: VoteType
) -> Ballots | None:
    votes = [key[0] for key in distinct]
    lengths = np.fromiter((vote.count(",") + 1 if vote else 0 for vote in votes), dtype=np.int64, count=len(votes))
    try:
        named = ",".join(vote for vote in votes if vote).split(",") if lengths.any() else []
        projects = np.fromiter(map(index.__getitem__, named), dtype=np.int32, count=len(named))
        points, decimals = _points(distinct, lengths) if vote_type.has_points else (None, 0)
    except (KeyError, PabulibError):
        return None
    if vote_type is VoteType.CHOOSE_ONE and (lengths > 1).any():
        return None
    if vote_type is VoteType.CUMULATIVE and points is not None and (points < 0).any():
        return None
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return merged(starts, projects, points, decimals, row_of, ordered=vote_type is VoteType.ORDINAL)


def _points(distinct: list[tuple[str, ...]], lengths: np.ndarray) -> tuple[np.ndarray, int]:
    cells = [key[1] for key in distinct]
    written = np.fromiter((cell.count(",") + 1 if cell else 0 for cell in cells), dtype=np.int64, count=len(cells))
    if (written != lengths).any():
        raise PabulibError([Problem(0, "points", "as many points as projects")])
    flat = list(chain.from_iterable(cell.split(",") for cell in cells if cell))
    known = {text: amounts.points(text, 0) for text in set(flat)}
    decimals = max((own for _, own in known.values()), default=0)
    values = {text: amounts.scaled(number, decimals) for text, number in known.items()}
    if any(abs(value) >= 2**53 for value in values.values()):
        raise PabulibError([Problem(0, "points", "points of at most 15 digits together")])
    return np.fromiter(map(values.__getitem__, flat), dtype=np.int64, count=len(flat)), decimals


def _careful(body: Body, places: list[int], index: Mapping[str, int], vote_type: VoteType) -> list[list[str]]:
    """Row by row; raises with the first problems found, or returns the rows put straight."""
    problems: list[Problem] = []
    rows: list[list[str]] = []
    seen: dict[str, int] = {}
    width = len(body.header)
    for line, row in quoted_rows(body):
        if len(row) > width and any(row[width:]):
            problems.append(Problem(line, "", f"{width} cells", f"{len(row)} cells"))
        cells = (row + [""] * width)[:width]
        if not cells[0]:
            problems.append(Problem(line, "voter_id", "an id for every voter"))
        elif cells[0] in seen:
            problems.append(Problem(line, "voter_id", f"an id not used before (see line {seen[cells[0]]})", cells[0]))
        seen[cells[0]] = line
        problems.extend(_ballot_problems(line, cells, places, index, vote_type))
        rows.append(cells)
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise PabulibError(problems[:MOST_PROBLEMS])
    return rows


def _ballot_problems(
    line: int, cells: list[str], places: list[int], index: Mapping[str, int], vote_type: VoteType
) -> list[Problem]:
    problems: list[Problem] = []
    for place in places:
        cells[place] = ",".join(item.strip() for item in cells[place].split(","))
    named = cells[places[0]].split(",") if cells[places[0]] else []
    problems.extend(
        Problem(line, "vote", "a project_id from PROJECTS", name) for name in named[:10] if name not in index
    )
    if len(set(named)) != len(named):
        problems.append(Problem(line, "vote", "every project at most once", cells[places[0]]))
    if vote_type is VoteType.CHOOSE_ONE and len(named) > 1:
        problems.append(Problem(line, "vote", "one project", cells[places[0]]))
    if vote_type.has_points:
        given = cells[places[1]].split(",") if cells[places[1]] else []
        if len(given) != len(named):
            problems.append(Problem(line, "points", f"{len(named)} numbers, one per project", cells[places[1]]))
        for text in given:
            try:
                if amounts.points(text, line)[0] < 0 and vote_type is VoteType.CUMULATIVE:
                    problems.append(Problem(line, "points", "points of at least 0", text))
            except PabulibError as error:
                problems.extend(error.problems)
    return problems
