from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from app.activity.models import SubjectType
from app.deliberation.models import Thread
from app.kernel import clock, db
from app.moderation.models import Case, CaseState
from app.organisations.models import Organisation
from app.partnerships.models import (
    JoinRequest,
    Partner,
    Partnership,
    PartnershipState,
    Pledge,
    PledgeKind,
    PledgeState,
    Update,
)
from tests.factories import challenges, identity, organisations

numbers = count(1)


def partnership(*, lead: Organisation | None = None, **values: Any) -> Partnership:
    """A forming partnership under an open challenge, led by an organisation, with a case and a thread."""
    values.setdefault("title", f"Prøvepartnerskab {next(numbers)}")
    values.setdefault("summary", "Vi prøver løsningen af sammen.")
    values.setdefault("body", "Tyve sensorer i to år.")
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


def pledge(partner: Partner, **values: Any) -> Pledge:
    """Forty hours, accepted."""
    values.setdefault("kind", PledgeKind.HOURS)
    values.setdefault("amount", Decimal(40))
    values.setdefault("state", PledgeState.ACCEPTED)
    row = Pledge(partner=partner, **values)
    db.session().add(row)
    db.session().flush()
    return row


def update(partnership: Partnership, **values: Any) -> Update:
    """A piece of news with the case by which it can be reported."""
    values.setdefault("title", f"Prøvenyhed {next(numbers)}")
    values.setdefault("body", "Sensorerne er sat op.")
    if "author" not in values:
        values["author"] = identity.person()
    row = Update(partnership=partnership, **values)
    db.session().add(row)
    db.session().flush()
    case = Case(
        subject_type=SubjectType.UPDATE,
        subject_id=row.id,
        municipality_id=partnership.municipality_id,
        author_id=row.author_id,
        title=row.title,
        state=CaseState.PUBLISHED,
    )
    db.session().add(case)
    db.session().flush()
    row.case_id = case.id
    db.session().flush()
    return row


def request(partnership: Partnership, **values: Any) -> JoinRequest:
    """Somebody asks to join with forty hours."""
    values.setdefault("role", "Måler vandet")
    values.setdefault("pledge_kind", PledgeKind.HOURS)
    values.setdefault("pledge_amount", Decimal(40))
    if "organisation" not in values and "person" not in values:
        values["person"] = identity.person()
    row = JoinRequest(partnership=partnership, **values)
    db.session().add(row)
    db.session().flush()
    return row
