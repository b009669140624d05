from __future__ import annotations

from itertools import count
from typing import Any

from app.activity.models import SubjectType
from app.deliberation.models import Thread
from app.kernel import clock, db
from app.moderation.models import Case, CaseState
from app.organisations.models import Organisation
from app.partnerships.models import Partner, Partnership, PartnershipState
from tests.factories import challenges, organisations

numbers = count(1)


def partnership(*, lead: Organisation | None = None, **values: Any) -> Partnership:
    """A forming partnership under an open challenge, led by an organisation, with a case and a thread."""
    values.setdefault("title", f"Prøvepartnerskab {next(numbers)}")
    values.setdefault("summary", "Vi prøver løsningen af sammen.")
    values.setdefault("state", PartnershipState.FORMING)
    values.setdefault("published_at", clock.now())
    if "challenge" not in values and "proposal" not in values:
        values["challenge"] = challenges.challenge()
    if "municipality" not in values:
        grown_from = values.get("challenge") or values["proposal"].challenge
        values["municipality"] = grown_from.municipalities[0]
    row = Partnership(**values)
    db.session().add(row)
    db.session().flush()
    partner(row, organisation=lead or organisations.organisation(), is_lead=True)
    case = Case(
        subject_type=SubjectType.PARTNERSHIP,
        subject_id=row.id,
        municipality_id=row.municipality_id,
        author_id=row.opened_by_id,
        title=row.title,
        state=CaseState.PUBLISHED,
    )
    thread = Thread(owner_type=SubjectType.PARTNERSHIP, owner_id=row.id, municipality_id=row.municipality_id)
    db.session().add_all([case, thread])
    db.session().flush()
    row.case_id, row.thread_id = case.id, thread.id
    db.session().flush()
    return row


def partner(partnership: Partnership, **values: Any) -> Partner:
    row = Partner(partnership=partnership, **values)
    db.session().add(row)
    db.session().flush()
    return row
