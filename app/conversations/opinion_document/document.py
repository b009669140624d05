"""The opinion document: every figure of a conversation as plain data, in the shape of
docs/schemas/opinion.json."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from app.conversations.engine.activity import Authorship, growth, visits, votes_per_participant
from app.conversations.engine.analysis import Analysis
from app.conversations.engine.consensus import Shared
from app.conversations.engine.representative import Representative
from app.conversations.opinion_document.rows import interval_at, numbers, participant_rows, statement_rows
from app.conversations.polis_export.reading import Export

FORMAT, VERSION = "torvet-opinion", 1
DAY_SECONDS = 86_400


def document(analysis: Analysis, export: Export) -> dict[str, Any]:
    """The whole document. No NaN and no infinity occur in it: what is undefined is None."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "conversation": {"topic": export.summary.get("topic", ""), "url": export.summary.get("url", "")},
        "options": _options(analysis),
        "counts": _counts(analysis, export),
        "activity": _activity(analysis, export),
        "map": _map(analysis),
        "groups": _groups(analysis),
        "consensus": {
            "agree": [_shared(one, analysis) for one in analysis.agreed],
            "disagree": [_shared(one, analysis) for one in analysis.disagreed],
        },
        "uncertain": [_shared(one, analysis) for one in analysis.uncertain],
        "common_ground": _ids(analysis.common, analysis),
        "divisive": _ids(analysis.divisive, analysis),
        "statements": statement_rows(analysis, export),
        "participants": participant_rows(analysis),
        "next": {"for": analysis.options.next_for, "drawn": _ids(analysis.routing.drawn, analysis)},
    }


def _options(analysis: Analysis) -> dict[str, Any]:
    options = analysis.options
    return {"seed": options.seed, "draws": options.draws, "strict": options.strict}


def _counts(analysis: Analysis, export: Export) -> dict[str, Any]:
    found = analysis.map
    authors = {one.author for one in export.statements.values() if one.author is not None}
    views = export.summary.get("views", "")
    return {
        "votes": found.counted.size,
        "votes_visible": found.visible.size,
        "votes_received": len(export.votes),
        "participants": len(found.visible.participants),
        "placed": int(found.placed.sum()),
        "far_out": int(found.far_out.sum()),
        "statements": len(found.visible.statements),
        "statements_hidden": len(found.counted.statements) - len(found.visible.statements),
        "commenters": len(authors),
        "visits": visits(export.votes),
        "views": int(views) if views.isdecimal() else None,
    }


def _activity(analysis: Analysis, export: Export) -> dict[str, Any]:
    known = [one for one in export.statements.values() if one.moment is not None and one.author is not None]
    written = Authorship(
        np.array([one.author for one in known], dtype=np.int64),
        np.array([one.moment for one in known], dtype=np.int64),
    )
    grown = growth(export.votes, written)
    columns = () if grown is None else (grown.votes, grown.voters, grown.statements, grown.commenters)
    days = [] if grown is None else [_date(day) for day in grown.days]
    totals = zip(*(column.tolist() for column in columns), strict=True)
    histogram = votes_per_participant(analysis.map.counted.votes_cast)
    return {
        "by_day": [
            {"date": day} | dict(zip(("votes", "voters", "statements", "commenters"), row, strict=True))
            for day, row in zip(days, totals, strict=True)
        ],
        "votes_per_participant": [{"from": low, "to": high, "participants": people} for low, high, people in histogram],
    }


def _date(day: int) -> str:
    return datetime.fromtimestamp(int(day) * DAY_SECONDS, UTC).date().isoformat()


def _map(analysis: Analysis) -> dict[str, Any]:
    found = analysis.map
    return {
        "shown": found.shown,
        "explained": numbers(found.components.explained),
        "clear_groups": bool(found.groups),
        "silhouette": None if found.chosen is None else found.chosen.silhouette,
        "offered": [
            {
                "groups": one.k,
                "silhouette": one.silhouette,
                "needed": one.needed,
                "clear": one.clear,
                "sizes": sorted((int(size) for size in one.sizes), reverse=True),
            }
            for _, one in sorted(found.offered.items())
        ],
    }


def _groups(analysis: Analysis) -> list[dict[str, Any]]:
    found = analysis.map
    return [
        {
            "name": name,
            "size": int(found.sizes[group]),
            "interval": interval_at(analysis.sizes, group),
            "representative": [_representative(one, analysis) for one in analysis.representative[group]],
        }
        for group, name in enumerate(found.letters)
    ]


def _representative(one: Representative, analysis: Analysis) -> dict[str, Any]:
    return {
        "statement": _ids([one.column], analysis)[0],
        "side": one.side,
        "best_agree": one.best_agree,
        "successes": one.successes,
        "votes": one.votes,
        "p": one.p,
        "z": one.z,
        "r": one.r,
        "rz": one.rz,
    }


def _shared(one: Shared, analysis: Analysis) -> dict[str, Any]:
    statement = _ids([one.column], analysis)[0]
    return {"statement": statement, "successes": one.successes, "votes": one.votes, "p": one.p, "z": one.z}


def _ids(columns: Sequence[int], analysis: Analysis) -> list[int]:
    return [int(analysis.map.visible.statements[column]) for column in columns]
