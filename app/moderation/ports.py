"""What a feature gives to moderation so that its things can be reviewed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import func, select

from app.activity.models import SubjectType
from app.identity.ports import exports_rows, exports_table, whole
from app.kernel import db, letters, tasks
from app.kernel.access import ALLOWED, Actor, Verdict
from app.kernel.html import rendered
from app.kernel.tokens import token_hash
from app.moderation import queries, rules
from app.moderation.models import Appeal, Case, Decision, DecisionKind, Report

exports_table("cases", Case.author_id, hide={"open_reports", "open_appeals"})
TO_AUTHORS = (*(kind for kind in DecisionKind if kind not in {"dismiss_reports", "uphold", "reverse"}),)
exports_rows(
    "decisions_on_mine",
    lambda person_id: (
        select(Case.title, *whole(Decision))
        .join(Decision.case)
        .where(Case.author_id == person_id, Decision.kind.in_(TO_AUTHORS))
        .order_by(Decision.id)
    ),
)
exports_table("decisions_made", Decision.decided_by_id)
exports_table("reports", Report.reporter_id, hide={"notifier_name", "notifier_email", "notifier_language"})
exports_table("appeals", Appeal.person_id)


def _good_links(found: Collection[letters.Letter]) -> set[int]:
    """Of letters to people without an account: those whose link still opens their report."""
    hashes = {letter.id: token_hash(letter.context["token"]) for letter in found}
    good = set(db.session().scalars(select(Report.token_hash).where(Report.token_hash.in_(list(hashes.values())))))
    return {letter_id for letter_id, hashed in hashes.items() if hashed in good}


letters.describe("notice_received", _l("The receipt for a report without an account"), _good_links)
letters.describe("notice_decided", _l("The decision on a report without an account"), _good_links)
letters.describe("notice_answered", _l("The answer to a complaint without an account"), _good_links)


@dataclass(frozen=True)
class Preview:
    """What the moderator sees of a thing: a partial template and its context."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Port:
    """`carry_out(subject_id, kind, by)` changes the thing's own state; it raises when the thing is gone.

    `sent_again` holds after which decisions the author can correct the thing and send it again.
    `may_publish(subject_id)` refuses what cannot be shown as it stands, whatever a moderator thinks of it.
    """

    carry_out: Callable[[int, DecisionKind, Actor], None]
    preview: Callable[[int], Preview]
    sent_again: frozenset[DecisionKind] = frozenset({DecisionKind.REQUEST_CHANGES})
    may_publish: Callable[[int], Verdict] = lambda subject_id: ALLOWED


_ports: dict[SubjectType, Port] = {}


def register(subject_type: SubjectType, port: Port) -> None:
    _ports[subject_type] = port


def of(subject_type: SubjectType) -> Port:
    return _ports[subject_type]


def can_be_sent_again(decision: Decision) -> bool:
    """Whether the author may correct the thing after this decision and send it again."""
    return decision.kind in of(decision.case.subject_type).sent_again


def _tasks_of(actor: Actor) -> tasks.Lists:
    """How many wait on the desk of whoever reviews."""
    if not rules.may_review(actor):
        return {}
    return {"waiting": queries.waiting(actor).with_only_columns(func.count()).having(func.count() > 0)}


tasks.waits("moderation/_tasks.html", _tasks_of)


def _preview_of(preview: Preview) -> Markup:
    return rendered(preview.template, **preview.context)


def init_app(app: Flask) -> None:
    app.jinja_env.globals |= {"preview_of": _preview_of, "can_be_sent_again": can_be_sent_again}
