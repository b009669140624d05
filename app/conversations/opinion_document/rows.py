"""The long lists of the opinion document: a row a statement, a row a participant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.conversations.engine.analysis import Analysis
from app.conversations.engine.arrays import Floats
from app.conversations.engine.bootstrap import Interval
from app.conversations.engine.representative import SideFigures
from app.conversations.polis_export.reading import Export


def statement_rows(analysis: Analysis, export: Export) -> list[dict[str, Any]]:
    found, everyone, ranking = analysis.map, analysis.everyone, analysis.ranking
    rows = []
    for column, statement in enumerate(found.visible.statements.tolist()):
        known = export.statements.get(statement)
        rows.append(
            {
                "id": statement,
                "text": export.text(statement),
                "moderated": 0 if known is None else known.moderated,
                "agrees": int(everyone.agrees[column]),
                "disagrees": int(everyone.disagrees[column]),
                "passes": int(everyone.passes[column]),
                "votes": int(everyone.votes[column]),
                "position": numbers(found.statement_points[column]),
                "extremity": float(analysis.extremity[column]),
                "divisiveness": float(analysis.divisiveness[column]),
                "group_informed_consensus": {
                    "value": float(ranking.value[column]),
                    "rank": int(ranking.rank[column]),
                    "interval": interval_at(ranking.interval, column),
                },
                "priority": float(analysis.routing.priority[column]),
                "next_chance": float(analysis.routing.chance[column]),
                "groups": _by_group(analysis, column),
            }
        )
    return rows


def _by_group(analysis: Analysis, column: int) -> list[dict[str, Any]]:
    counts, figures = analysis.by_group, analysis.figures
    return [
        {
            "name": name,
            "agrees": int(counts.agrees[group, column]),
            "disagrees": int(counts.disagrees[group, column]),
            "votes": int(counts.votes[group, column]),
            "agree": _side(figures.agree, group, column),
            "disagree": _side(figures.disagree, group, column),
        }
        for group, name in enumerate(analysis.map.letters)
    ]


def _side(side: SideFigures, group: int, column: int) -> dict[str, float]:
    figures = {"p": side.p, "z": side.z, "r": side.r, "rz": side.rz}
    return {name: float(values[group, column]) for name, values in figures.items()}


def participant_rows(analysis: Analysis) -> list[dict[str, Any]]:
    found, close = analysis.map, analysis.closeness
    names: Sequence[str | None] = (*found.letters, None)
    return [
        {
            "id": person,
            "votes": int(found.counted.votes_cast[row]),
            "position": numbers(found.points[row]),
            "placed": bool(found.placed[row]),
            "group": names[int(found.group[row])] if found.groups else None,
            "far_out": bool(found.far_out[row]) if len(found.far_out) else False,
            "centricness": float(close.centricness[row]),
            "coreness": _defined(close.coreness[row]),
            "extremeness": _defined(close.extremeness[row]),
        }
        for row, person in enumerate(found.visible.participants.tolist())
    ]


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def numbers(values: Floats) -> list[float]:
    return [float(value) for value in values]


def interval_at(interval: Interval | None, place: int) -> list[float] | None:
    return None if interval is None else [float(interval.low[place]), float(interval.high[place])]
