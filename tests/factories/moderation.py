from __future__ import annotations

from itertools import count
from typing import Any

from app.kernel import db
from app.moderation.models import Case, Decision, DecisionKind, Report
from tests.factories import challenges, identity

numbers = count(1)


def case(**values: Any) -> Case:
    """The case of an open challenge: published, nothing waits."""
    row = db.session().get_one(Case, challenges.challenge().case_id)
    for name, value in values.items():
        setattr(row, name, value)
    db.session().flush()
    return row


def waiting(**values: Any) -> Case:
    """The case of a challenge that waits for review."""
    return db.session().get_one(Case, challenges.in_review(**values).case_id)


def decision(about: Case, kind: DecisionKind = DecisionKind.PUBLISH, **values: Any) -> Decision:
    row = Decision(case=about, kind=kind, **values)
    db.session().add(row)
    db.session().flush()
    return row


def report(about: Case, **values: Any) -> Report:
    values.setdefault("reporter_id", identity.person().id)
    values.setdefault("reason_code", "spam")
    values.setdefault("details", "Det er en reklame for en bank.")
    row = Report(case=about, **values)
    about.open_reports += 1
    db.session().add(row)
    db.session().flush()
    return row
