"""The VOTES section: a fast way for clean files, a careful way that names what is wrong in the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import chain, count

import numpy as np

from app.budgeting.engine.election import Ballots, Voters, VoteType
from app.budgeting.engine.pabulib import amounts, source
from app.budgeting.engine.pabulib.cells import all_different, columns, items, numbers
from app.budgeting.engine.pabulib.merging import merged, repeats
from app.budgeting.engine.pabulib.problems import PabulibError, Problem, fail
from app.budgeting.engine.pabulib.sections import Body, quoted_rows
from app.budgeting.engine.profile import Ints

MOST_PROBLEMS = 50


def read_votes(body: Body, index: Mapping[str, int], vote_type: VoteType) -> tuple[Ballots, Voters]:
    """Ballots merged by equality, and the voters' other cells. O(characters)."""
    names = tuple(body.header)
    required = ("vote", "points") if vote_type.has_points else ("vote",)
    missing = [Problem(body.line, name, f"a column {name} in VOTES") for name in required if name not in names]
    if missing:
        raise PabulibError(missing)
    for mark, most, what in (("\n", source.MOST_VOTERS, "voters"), (",", source.MOST_NAMED, "entries on all ballots")):
        if body.text.count(mark) > most:
            raise fail(body.first, "VOTES", f"at most {most} {what}")
    places = [names.index(name) for name in required]
    if (ballots := _fast(body, places, index, vote_type)) is not None:
        return ballots, Voters(names, body.text)
    cells = _careful(body, places, index, vote_type)
    return _ballots(cells, places, index, vote_type), Voters(names, "", cells)


def _fast(body: Body, places: list[int], index: Mapping[str, int], vote_type: VoteType) -> Ballots | None:
    """The ballots of a section without anything out of the ordinary; otherwise None."""
    raw = body.text.encode()
    if raw and not raw.endswith(b"\n"):
        raw += b"\n"
    parts = columns(raw, len(body.header)) if raw else None
    if parts is None or not all_different(raw, parts[0]):
        return None
    found = items(raw, parts[places[0]], list(index))
    if found is None or repeats(*found):
        return None
    starts, projects = found
    if vote_type is VoteType.CHOOSE_ONE and (np.diff(starts) > 1).any():
        return None
    points, decimals = None, 0
    if vote_type.has_points:
        given = numbers(raw, parts[places[1]])
        if given is None or not np.array_equal(given[0], starts):
            return None
        _, points, decimals = given
        if vote_type is VoteType.CUMULATIVE and points.min(initial=0) < 0:
            return None
    everybody = np.arange(len(starts) - 1, dtype=np.int32)
    return merged(starts, projects, points, decimals, everybody, ordered=vote_type is VoteType.ORDINAL)


def _ballots(cells: list[list[str]], places: list[int], index: Mapping[str, int], vote_type: VoteType) -> Ballots:
    """The ballots of rows that have been looked at."""
    numbers: defaultdict[tuple[str, ...], int] = defaultdict(count().__next__)
    row_of = np.array([numbers[tuple(row[place] for place in places)] for row in cells], dtype=np.int32)
    votes = [key[0].split(",") if key[0] else [] for key in numbers]
    lengths = np.array([len(vote) for vote in votes], dtype=np.int64)
    projects = np.array([index[name] for name in chain.from_iterable(votes)], dtype=np.int32)
    points, decimals = _points([key[1] for key in numbers]) if vote_type.has_points else (None, 0)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return merged(starts, projects, points, decimals, row_of, ordered=vote_type is VoteType.ORDINAL)


def _points(cells: list[str]) -> tuple[Ints, int]:
    """All points in one unit."""
    flat = list(chain.from_iterable(cell.split(",") for cell in cells if cell))
    known = {text: amounts.points(text, 0) for text in set(flat)}
    decimals = max((own for _, own in known.values()), default=0)
    values = {text: amounts.scaled(number, decimals) for text, number in known.items()}
    return np.array([values[text] for text in flat], dtype=np.int64), decimals


def _careful(body: Body, places: list[int], index: Mapping[str, int], vote_type: VoteType) -> list[list[str]]:
    """Row by row; raises with the first problems found, or returns the rows put straight."""
    problems: list[Problem] = []
    rows: list[list[str]] = []
    seen: dict[str, int] = {}
    checked: dict[tuple[str, ...], list[str]] = {}
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
        key = tuple(cells[place] for place in places)
        if key not in checked:
            checked[key] = [",".join(item.strip() for item in cell.split(",")) for cell in key]
            problems.extend(_ballot_problems(line, checked[key], index, vote_type))
        for place, cell in zip(places, checked[key], strict=True):
            cells[place] = cell
        rows.append(cells)
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise PabulibError(problems[:MOST_PROBLEMS])
    return rows


def _ballot_problems(line: int, cells: list[str], index: Mapping[str, int], vote_type: VoteType) -> list[Problem]:
    named = cells[0].split(",") if cells[0] else []
    problems = [Problem(line, "vote", "a project_id from PROJECTS", name) for name in named if name not in index][:10]
    if len(set(named)) != len(named):
        problems.append(Problem(line, "vote", "every project at most once", cells[0]))
    if vote_type is VoteType.CHOOSE_ONE and len(named) > 1:
        problems.append(Problem(line, "vote", "one project", cells[0]))
    if not vote_type.has_points:
        return problems
    given = cells[1].split(",") if cells[1] else []
    if len(given) != len(named):
        problems.append(Problem(line, "points", f"{len(named)} numbers, one per project", cells[1]))
    for text in given[: MOST_PROBLEMS * len(index)]:
        try:
            if amounts.points(text, line)[0] < 0 and vote_type is VoteType.CUMULATIVE:
                problems.append(Problem(line, "points", "points of at least 0", text))
        except PabulibError as error:
            problems.extend(error.problems)
    return problems
