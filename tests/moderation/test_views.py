from __future__ import annotations

from sqlalchemy.orm import Session

from app.moderation.models import Case
from tests.factories import identity, moderation
from tests.support.client import Client

GOOD = {"reason_code": "spam", "details": "Teksten er en reklame for et firma.", "good_faith": "y"}


def test_a_report_is_confirmed_and_waits_in_the_queue(client: Client, session: Session) -> None:
    case, reporter = moderation.case(), identity.person()
    client.signed_in_as(reporter)
    page = client.get(f"/reports/new?case={case.id}")
    confirmation = client.follow(client.submit(page, **GOOD))
    assert "Teksten er en reklame" in confirmation.words
    assert session.get_one(Case, case.id).open_reports == 1
