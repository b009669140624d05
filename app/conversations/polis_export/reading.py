"""Reading a folder of Polis open data."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.conversations.engine.arrays import Integers
from app.conversations.engine.votes import VoteBatch
from app.conversations.polis_export.tables import ExportError, Table, find, raw_rows

ACCEPTED, REJECTED = 1, -1
LARGEST_ID = 2**62


@dataclass(frozen=True)
class Statement:
    """A line of comments.csv."""

    id: int
    text: str
    moderated: int
    """1 accepted, -1 rejected, 0 undecided."""
    meta: bool
    """About the conversation itself."""
    author: int | None
    moment: int | None

    @property
    def hidden(self) -> bool:
        return self.moderated == REJECTED or self.meta


@dataclass(frozen=True)
class Export:
    """A conversation as exported."""

    votes: VoteBatch
    statements: dict[int, Statement] = field(default_factory=dict)
    summary: dict[str, str] = field(default_factory=dict)

    @property
    def hidden(self) -> list[int]:
        return sorted(one.id for one in self.statements.values() if one.hidden)

    @property
    def meta(self) -> list[int]:
        return sorted(one.id for one in self.statements.values() if one.meta)

    @property
    def approved(self) -> list[int]:
        return sorted(one.id for one in self.statements.values() if one.moderated == ACCEPTED)

    def text(self, statement: int) -> str:
        known = self.statements.get(statement)
        return known.text if known else ""


def read_export(folder: Path) -> Export:
    """All of a folder; ExportError when it is not one."""
    if not folder.is_dir():
        raise ExportError(f"{folder} is not a folder.")
    path = find(folder, ("votes.csv", "participants-votes.csv"))
    if path is None:
        raise ExportError(f"{folder} holds neither votes.csv nor participants-votes.csv (nor either as .gz).")
    long = path.name.startswith("votes")
    votes = _every_vote(Table(path)) if long else _latest_votes(Table(path))
    comments, summary = find(folder, ("comments.csv",)), find(folder, ("summary.csv",))
    return Export(
        votes=votes,
        statements=_statements(Table(comments)) if comments else {},
        summary=_summary(summary) if summary else {},
    )


def read_groups(path: Path) -> tuple[Integers, list[str]]:
    """Participants and their groups from a CSV of participant,group. An empty group is none."""
    table = Table(path)
    who, where = table.place("participant"), table.place("group")
    groups: dict[int, str] = {}
    for line, cells in table.rows():
        name = cells[where].strip()
        if name:
            groups[_id(table, cells[who], line, "participant")] = name
    return np.fromiter(groups.keys(), dtype=np.int64, count=len(groups)), list(groups.values())


def _every_vote(table: Table) -> VoteBatch:
    who, what, how = table.place("voter-id"), table.place("comment-id"), table.place("vote")
    when = table.place("timestamp") if "timestamp" in table.columns else None
    people, topics, signs, moments = (array("q") for _ in range(4))
    for line, cells in table.rows():
        people.append(_id(table, cells[who], line, "voter-id"))
        topics.append(_id(table, cells[what], line, "comment-id"))
        signs.append(_vote(table, cells[how], line))
        if when is not None:
            moments.append(_id(table, cells[when], line, "timestamp"))
    return _batch(people, topics, signs, moments if when is not None else None)


def _latest_votes(table: Table) -> VoteBatch:
    who = table.place("participant")
    columns = [(place, int(name)) for place, name in enumerate(table.columns) if name.isdecimal()]
    people, topics, signs = (array("q") for _ in range(3))
    for line, cells in table.rows():
        person = _id(table, cells[who], line, "participant")
        for place, statement in columns:
            if cells[place].strip():
                people.append(person)
                topics.append(statement)
                signs.append(_vote(table, cells[place], line))
    return _batch(people, topics, signs, None)


def _batch(people: array[int], topics: array[int], signs: array[int], moments: array[int] | None) -> VoteBatch:
    times = None if moments is None else np.array(moments, dtype=np.int64)
    columns = [np.array(column, dtype=np.int64) for column in (people, topics, signs)]
    return VoteBatch.of(columns[0], columns[1], columns[2], times)


def _id(table: Table, text: str, line: int, what: str) -> int:
    number = table.number(text, line, what)
    if abs(number) >= LARGEST_ID:
        raise ExportError(f"{table.name}, line {line}: {what} {number} is too large.")
    return number


def _vote(table: Table, text: str, line: int) -> int:
    vote = table.number(text, line, "vote")
    if vote not in {-1, 0, 1}:
        expected = "1 (agree), 0 (pass) or -1 (disagree)"
        raise ExportError(f"{table.name}, line {line}: the vote is {vote}; it must be {expected}.")
    return vote


def _statements(table: Table) -> dict[int, Statement]:
    place, body = table.place("comment-id"), table.place("comment-body")
    statements: dict[int, Statement] = {}
    for line, cells in table.rows():
        statement = _id(table, cells[place], line, "comment-id")
        if statement in statements:
            continue
        statements[statement] = Statement(
            id=statement,
            text=" ".join(cells[body].split()),
            moderated=_optional(table, cells, line, "moderated") or 0,
            meta=_cell(table, cells, "is-meta").lower() == "true",
            author=_optional(table, cells, line, "author-id"),
            moment=_optional(table, cells, line, "timestamp"),
        )
    return statements


def _cell(table: Table, cells: list[str], column: str) -> str:
    return cells[table.columns.index(column)].strip() if column in table.columns else ""


def _optional(table: Table, cells: list[str], line: int, column: str) -> int | None:
    text = _cell(table, cells, column)
    return _id(table, text, line, column) if text else None


def _summary(path: Path) -> dict[str, str]:
    """summary.csv has no head: name and value on each line."""
    return {cells[0].strip().lower(): cells[1].strip() for _, cells in raw_rows(path) if len(cells) > 1}
