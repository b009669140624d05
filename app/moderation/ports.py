"""What a feature gives to moderation so that its things can be reviewed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from markupsafe import Markup
from sqlalchemy import select

from app.activity.models import SubjectType
from app.identity.ports import exports_rows
from app.kernel.access import Actor
from app.kernel.html import rendered
from app.moderation.models import Appeal, DecisionKind, Report

exports_rows(
    "reports",
    lambda person_id: (
        select(Report.reason_code, Report.details, Report.created_at)
        .where(Report.reporter_id == person_id)
        .order_by(Report.id)
    ),
)
exports_rows(
    "appeals",
    lambda person_id: (
        select(Appeal.decision_id, Appeal.grounds, Appeal.created_at)
        .where(Appeal.person_id == person_id)
        .order_by(Appeal.id)
    ),
)


@dataclass(frozen=True)
class Preview:
    """What the moderator sees of a thing: a partial template and its context."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Port:
    """`carry_out(subject_id, kind, by)` changes the thing's own state; it raises when the thing is gone."""

    carry_out: Callable[[int, DecisionKind, Actor], None]
    preview: Callable[[int], Preview]


_ports: dict[SubjectType, Port] = {}


def register(subject_type: SubjectType, port: Port) -> None:
    _ports[subject_type] = port


def of(subject_type: SubjectType) -> Port:
    return _ports[subject_type]


def _preview_of(preview: Preview) -> Markup:
    return rendered(preview.template, **preview.context)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["preview_of"] = _preview_of
