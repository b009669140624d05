from __future__ import annotations

from itertools import count
from typing import Any

from app.activity.models import SubjectType
from app.deliberation.models import Thread
from app.identity.models import Person
from app.kernel import clock, db
from app.moderation.models import Case, CaseState
from app.proposals.models import Proposal, ProposalState, Support
from tests.factories import challenges, identity

numbers = count(1)


def proposal(**values: Any) -> Proposal:
    """A published idea that answers an open challenge, with a case and a thread."""
    values.setdefault("title", f"Prøveidé {next(numbers)}")
    values.setdefault("body", "En bænk i solen, hvor alle kan sidde.")
    values.setdefault("state", ProposalState.PUBLISHED)
    values.setdefault("published_at", clock.now() if values["state"] == ProposalState.PUBLISHED else None)
    if "author" not in values:
        values["author"] = identity.person()
    if "challenge" not in values:
        values["challenge"] = challenges.challenge()
    if "municipality" not in values and values["challenge"] is not None:
        values["municipality"] = values["challenge"].municipalities[0]
    row = Proposal(**values)
    db.session().add(row)
    if row.state == ProposalState.PUBLISHED and row.challenge is not None:
        row.challenge.proposal_count += 1
    db.session().flush()
    case = Case(
        subject_type=SubjectType.PROPOSAL,
        subject_id=row.id,
        municipality_id=row.municipality_id,
        author_id=row.author_id,
        title=row.title,
        state=CaseState.PUBLISHED if row.state == ProposalState.PUBLISHED else CaseState.WAITING,
    )
    thread = Thread(owner_type=SubjectType.PROPOSAL, owner_id=row.id, municipality_id=row.municipality_id)
    db.session().add_all([case, thread])
    db.session().flush()
    row.case_id, row.thread_id = case.id, thread.id
    db.session().flush()
    return row


def support(proposal: Proposal, supporter: Person | None = None) -> Support:
    row = Support(proposal_id=proposal.id, person_id=(supporter or identity.person()).id)
    db.session().add(row)
    proposal.support_count += 1
    db.session().flush()
    return row
