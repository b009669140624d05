from __future__ import annotations

from itertools import count
from typing import Any

from app.kernel import db
from app.kernel.tokens import lasting_token, token_hash
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


def notice(about: Case, **values: Any) -> Report:
    """A report by somebody without an account, whose link is `link_of` it."""
    values = {"notifier_name": "Nina Nabo", "notifier_email": "nina@example.org", "notifier_language": "en"} | values
    row = report(about, reporter_id=None, **values)
    row.token_hash = token_hash(lasting_token("notice", row.id)) if row.notifier_email else None
    db.session().flush()
    return row


def link_of(notice: Report) -> str:
    return f"/notices/{lasting_token('notice', notice.id)}"
