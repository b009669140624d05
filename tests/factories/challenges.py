from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from app.activity.models import SubjectType
from app.challenges.models import Challenge, ChallengeState, InfluenceLevel, Phase, PhaseKind
from app.deliberation.models import Thread
from app.kernel import clock, db
from app.moderation import actions as moderation
from app.moderation.models import Case, CaseState
from tests.factories import identity, places

numbers = count(1)


def challenge(**values: Any) -> Challenge:
    """An open challenge with a promise, a municipality, a case, a thread and ideas welcome today."""
    values.setdefault("title", f"Prøveudfordring {next(numbers)}")
    values.setdefault("need", "Vi mangler et godt sted at mødes.")
    values.setdefault("state", ChallengeState.OPEN)
    values.setdefault("promise_level", InfluenceLevel.INVOLVE)
    values.setdefault("promise_decider", "Byrådet")
    values.setdefault("promise_fixed", "Budgettet ligger fast.")
    values.setdefault("promise_open", "Stedet og formen.")
    values.setdefault("promise_answer_by", clock.today() + timedelta(days=60))
    values.setdefault("published_at", clock.now() if values["state"] in {"open", "closed"} else None)
    if "author" not in values:
        values["author"] = identity.person()
    if not {"owner_person", "owner_organisation", "owner_municipality"} & set(values):
        values["owner_person"] = values["author"]
    values.setdefault("municipalities", [places.municipality()])
    values.setdefault("phases", [phase()])
    row = Challenge(**values)
    db.session().add(row)
    db.session().flush()
    if row.state in {ChallengeState.OPEN, ChallengeState.CLOSED}:
        _in_public(row)
    return row


def in_review(**values: Any) -> Challenge:
    """A challenge that a moderator of its first municipality has to read, with its case."""
    row = challenge(state=ChallengeState.IN_REVIEW, themes=[11], **values)
    case = moderation.submit(
        SubjectType.CHALLENGE,
        row.id,
        title=row.title,
        municipality_id=row.municipalities[0].id,
        author_id=row.author_id,
    )
    row.case_id = case.id
    db.session().flush()
    return row


def draft(**values: Any) -> Challenge:
    """A draft with all that a moderator needs."""
    return challenge(**{"state": ChallengeState.DRAFT, "themes": [11]} | values)


def phase(kind: PhaseKind = PhaseKind.IDEAS, starts_in: int = -1, ends_in: int = 30) -> Phase:
    """A phase by days from today."""
    today = clock.today()
    return Phase(kind=kind, starts_on=today + timedelta(days=starts_in), ends_on=today + timedelta(days=ends_in))


def _in_public(row: Challenge) -> None:
    home = row.municipalities[0].id
    case = Case(
        subject_type=SubjectType.CHALLENGE,
        subject_id=row.id,
        municipality_id=home,
        author_id=row.author_id,
        title=row.title,
        state=CaseState.PUBLISHED,
    )
    thread = Thread(owner_type=SubjectType.CHALLENGE, owner_id=row.id, municipality_id=home)
    db.session().add_all([case, thread])
    db.session().flush()
    row.case_id, row.thread_id = case.id, thread.id
    db.session().flush()
