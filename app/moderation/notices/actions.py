"""What a report without an account needs: who sent it, the letters to them, and that both are forgotten in time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from flask_babel import format_date
from sqlalchemy import update

from app.kernel import clock, db, mail
from app.kernel.access import VISITOR
from app.kernel.i18n import speaking
from app.kernel.tokens import lasting_token, token_hash
from app.moderation import rules
from app.moderation.models import Appeal, Decision, ReasonCode, Report
from app.moderation.notices import queries

KEPT_FOR = timedelta(days=183)
"""How long name, address and link are kept after the case of the report is settled."""


@dataclass(frozen=True)
class Notifier:
    """Who reports something without an account; name and address may be empty where `rules.may_stay_unnamed`."""

    name: str
    email: str
    language: str


def is_named(notifier: Notifier | None, reason_code: ReasonCode) -> bool:
    """Whether it is said who reports, as far as it must be."""
    if notifier is None:
        return False
    return bool(notifier.name and notifier.email) or rules.may_stay_unnamed(reason_code)


def signature(notifier: Notifier | None) -> dict[str, Any]:
    """What a report says of who sent it without an account."""
    return {f"notifier_{name}": value for name, value in asdict(notifier).items()} if notifier else {}


def confirm(report: Report) -> None:
    """Tell whoever sent it without an account that it has come."""
    if report.notifier_email:
        _write("notice_received", report, subject_type=report.case.subject_type.value)


def tell_decided(decision: Decision) -> None:
    """Tell those who reported it without an account what was decided and why, and how to complain."""
    for report in db.session().scalars(queries.settled_by(decision)):
        complains = bool(rules.may_appeal_report(VISITOR, report, holds_link=True))
        with speaking(report.notifier_language):
            ground = decision.ground
        _write("notice_decided", report, complains=complains, ground_of=ground, **_said(report, decision))


def tell_answered(complaint: Appeal) -> None:
    """Tell whoever complained with the link from a letter what another moderator answered."""
    report, answer = complaint.report, complaint.answer
    if report is not None and answer is not None and report.notifier_email:
        _write("notice_answered", report, **_said(report, answer))


def _said(report: Report, decision: Decision) -> dict[str, Any]:
    return {"title": report.case.title, "kind": decision.kind.value, "reason": rules.told_to_reporters(decision)}


def _write(event: str, report: Report, **context: Any) -> None:
    """A letter in the language in which the report was written, with the link to what became of it."""
    token = lasting_token("notice", report.id)
    report.token_hash = token_hash(token)
    with speaking(report.notifier_language):
        context |= {"what": str(report.reason_code.label), "today": format_date(clock.now(), "long")}
    mail.queue(event, address=report.notifier_email, language=report.notifier_language, token=token, **context)


def forget() -> None:
    """Empty who sent a report whose case was settled long ago; their link ends with that."""
    settled = queries.settled_before(clock.now() - KEPT_FOR)
    nobody = {"notifier_name": "", "notifier_email": "", "token_hash": None}
    db.session().execute(update(Report).where(*settled).values(**nobody))
