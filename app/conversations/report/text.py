"""The opinion map as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Document = dict[str, Any]
WIDEST_TEXT = 60


def as_text(document: Document) -> str:
    """Every figure of an opinion document, as headed tables."""
    parts = [
        _head(document),
        _map(document),
        *(_group(group, document) for group in document["groups"]),
        *_lists(document),
        _statements(document),
        _groups_by_statement(document),
        _participants(document),
        _activity(document),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(document: Document) -> str:
    counts = {name.replace("_", " "): value for name, value in document["counts"].items() if value is not None}
    topic = document["conversation"]["topic"] or "Conversation without a topic"
    return f"{topic}\n{'=' * len(topic)}\n" + "\n".join(f"{value:>12,}  {name}" for name, value in counts.items())


def _map(document: Document) -> str:
    found = document["map"]
    across, up = found["explained"]
    lines = [f"The axes carry {across:.1%} and {up:.1%} of the variance."]
    if not found["shown"]:
        lines.append("Too few voters to show a map (7 are needed).")
    if not found["clear_groups"]:
        lines.append("No clear groups.")
    rows = [
        (one["groups"], f"{one['silhouette']:.3f}", f"{one['needed']:.3f}", "yes" if one["clear"] else "no",
         " ".join(str(size) for size in one["sizes"]))
        for one in found["offered"]
    ]  # fmt: skip
    return _titled("Groups", "\n".join(lines), _table(("k", "silhouette", "needed", "clear", "sizes"), rows))


def _group(group: Document, document: Document) -> str:
    between = group["interval"]
    sure = f", 90 % interval {between[0]:.0f} to {between[1]:.0f}" if between else ""
    rows = [
        (one["statement"], one["side"], f"{one['successes']}/{one['votes']}", f"{one['p']:.3f}", f"{one['z']:.2f}",
         f"{one['r']:.2f}", f"{one['rz']:.2f}", _text(document, one["statement"]))
        for one in group["representative"]
    ]  # fmt: skip
    head = ("id", "side", "votes", "p", "z", "r", "rz", "statement")
    return _titled(f"Group {group['name']}: {group['size']} people{sure}", _table(head, rows))


def _lists(document: Document) -> list[str]:
    shared = (
        ("Most agree", document["consensus"]["agree"]),
        ("Most disagree", document["consensus"]["disagree"]),
        ("Uncertain: passed on more than other statements", document["uncertain"]),
    )
    named = (
        ("Common ground: highest group-informed consensus", document["common_ground"]),
        ("Divisive: groups furthest apart", document["divisive"]),
        (f"Next statements for {_whom(document)}", document["next"]["drawn"]),
    )
    return [_titled(title, _shared(rows, document)) for title, rows in shared] + [
        _titled(title, _table(("id", "statement"), [(one, _text(document, one)) for one in ids]))
        for title, ids in named
    ]


def _whom(document: Document) -> str:
    whom = document["next"]["for"]
    return "a newcomer" if whom is None else f"participant {whom}"


def _shared(rows: Iterable[Document], document: Document) -> str:
    return _table(
        ("id", "votes", "p", "z", "statement"),
        [
            (one["statement"], f"{one['successes']}/{one['votes']}", f"{one['p']:.3f}", f"{one['z']:.2f}",
             _text(document, one["statement"]))
            for one in rows
        ],
    )  # fmt: skip


def _statements(document: Document) -> str:
    head = ("id", "agree", "disagree", "pass", "x", "y", "extremity", "divisive", "consensus", "rank", "between",
            "priority", "next")  # fmt: skip
    rows = []
    for one in document["statements"]:
        order = one["group_informed_consensus"]
        between = order["interval"]
        rows.append(
            (one["id"], one["agrees"], one["disagrees"], one["passes"], *(f"{at:.2f}" for at in one["position"]),
             f"{one['extremity']:.3f}", f"{one['divisiveness']:.3f}", f"{order['value']:.4f}", order["rank"],
             f"{between[0]:.0f}–{between[1]:.0f}" if between else "", f"{one['priority']:.3f}",
             f"{one['next_chance']:.4f}")
        )  # fmt: skip
    return _titled("Statements", _table(head, rows))


def _groups_by_statement(document: Document) -> str:
    head = ("id", "group", "votes", "agree", "p", "z", "r", "rz", "disagree", "p", "z", "r", "rz")
    rows = [
        (one["id"], group["name"], group["votes"], group["agrees"], *_side(group["agree"]), group["disagrees"],
         *_side(group["disagree"]))
        for one in document["statements"]
        for group in one["groups"]
    ]  # fmt: skip
    return _titled("Statements by group", _table(head, rows)) if rows else ""


def _side(side: Document) -> tuple[str, ...]:
    return tuple(f"{side[name]:.3f}" for name in ("p", "z", "r", "rz"))


def _participants(document: Document) -> str:
    head = ("id", "votes", "x", "y", "placed", "group", "far out", "centricness", "coreness", "extremeness")
    rows = [
        (one["id"], one["votes"], *(f"{at:.3f}" for at in one["position"]), "yes" if one["placed"] else "no",
         one["group"] or "", "yes" if one["far_out"] else "", f"{one['centricness']:.3f}",
         _optional(one["coreness"]), _optional(one["extremeness"]))
        for one in document["participants"]
    ]  # fmt: skip
    return _titled("Participants", _table(head, rows))


def _optional(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _activity(document: Document) -> str:
    activity = document["activity"]
    names = ("date", "votes", "voters", "statements", "commenters")
    days = [tuple(day[name] for name in names) for day in activity["by_day"]]
    bins = [
        (f"{one['from']}–{one['to']}" if one["to"] else f"{one['from']} or more", one["participants"])
        for one in activity["votes_per_participant"]
    ]
    tables = [_titled("Votes per participant", _table(("votes", "participants"), bins))]
    return "\n\n".join(tables + ([_titled("By day, running totals", _table(names, days))] if days else []))


def _text(document: Document, statement: int) -> str:
    text = next((one["text"] for one in document["statements"] if one["id"] == statement), "")
    return text if len(text) <= WIDEST_TEXT else text[: WIDEST_TEXT - 1] + "…"


def _titled(title: str, *parts: str) -> str:
    return "\n".join([title, "-" * len(title), *(part for part in parts if part)])


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns as wide as their widest cell; numbers to the right, the last column to the left."""
    cells = [tuple(head), *(tuple(str(cell) for cell in row) for row in rows)]
    if not rows:
        return "none"
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    left = {len(head) - 1} if head[-1] == "statement" else set()
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )
