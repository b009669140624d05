"""Partnerships at every stage, grown from challenges and from ideas."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.activity.models import SubjectType
from app.demo.actions.square import Square, content, happened, in_public, in_queue, table
from app.identity.models import Person
from app.kernel import db
from app.partnerships.models import (
    JoinRequest,
    OutcomeKind,
    Partner,
    Partnership,
    PartnershipState,
    Pledge,
    PledgeKind,
    PledgeState,
    Update,
)

DAYS = {"in_review": 2, "forming": 25, "active": 140, "concluded": 360}


def add_partnerships(square: Square) -> None:
    for row in content("partnerships")["partnership"]:
        _add(square, row)
    for row in content("partnerships")["request"]:
        _ask(square, row)


def _add(square: Square, row: dict[str, Any]) -> None:
    challenge = square.challenges[row["challenge"]]
    idea = square.proposals.get(row.get("idea", ""))
    lead = square.organisations[row["lead"]]
    opened_by, at = square.members[lead.id][0], square.ago(DAYS[row["state"]])
    state = PartnershipState(row["state"])
    partnership = Partnership(
        **{name: row[name] for name in ("title", "summary", "body", "seeks")},
        challenge_id=challenge.id,
        proposal_id=idea.id if idea else None,
        municipality_id=challenge.municipalities[0].id,
        state=state,
        opened_by_id=opened_by.id,
        created_at=at - timedelta(days=3),
        published_at=None if state == PartnershipState.IN_REVIEW else at,
        activated_at=at + timedelta(days=20) if state in {"active", "concluded"} else None,
        concluded_at=square.ago(square.random.uniform(10, 60)) if state == PartnershipState.CONCLUDED else None,
        money_needed=row.get("money_needed"),
        hours_needed=row.get("hours_needed"),
        outcome=row.get("outcome", ""),
        outcome_kind=OutcomeKind(row["outcome_kind"]) if "outcome_kind" in row else None,
        outcome_figure=row.get("figure", ""),
    )
    square.add(partnership)
    _partners(square, partnership, row)
    _review(square, partnership, opened_by)
    _updates(square, partnership, row, opened_by)


def _partners(square: Square, partnership: Partnership, row: dict[str, Any]) -> None:
    lead = square.organisations[row["lead"]].id
    for name, role, kind, amount, words in table(row["pledges"]):
        organisation = square.organisations[name]
        partner = Partner(
            partnership_id=partnership.id,
            organisation_id=organisation.id,
            role=role,
            is_lead=organisation.id == lead,
            joined_at=partnership.created_at + timedelta(days=square.random.randint(0, 15)),
        )
        square.add(partner)
        done = partnership.state == PartnershipState.CONCLUDED
        square.add(
            Pledge(
                partner_id=partner.id,
                kind=PledgeKind(kind),
                amount=Decimal(amount) if amount else None,
                description=words,
                state=PledgeState.DELIVERED if done else PledgeState.ACCEPTED,
            )
        )


def _review(square: Square, partnership: Partnership, by: Person) -> None:
    kind, home = SubjectType.PARTNERSHIP, partnership.municipality_id
    if partnership.published_at is None:
        in_queue(square, partnership, kind, home, by, square.ago(1))
        return
    in_public(square, partnership, kind, home, by, partnership.published_at)
    happened(square, "partnership.opened", kind, partnership.id, by, partnership.published_at)
    for verb, at in (("activated", partnership.activated_at), ("concluded", partnership.concluded_at)):
        if at is not None:
            happened(square, f"partnership.{verb}", kind, partnership.id, by, at)


def _updates(square: Square, partnership: Partnership, row: dict[str, Any], by: Person) -> None:
    rows = table(row["updates"])
    for number, (title, body) in enumerate(rows):
        at = square.ago(DAYS[row["state"]] * (1 - (number + 1) / (len(rows) + 1)))
        update = Update(partnership_id=partnership.id, author_id=by.id, title=title, body=body, posted_at=at)
        square.add(update)
        kind = SubjectType.PARTNERSHIP
        happened(square, "partnership.updated", kind, partnership.id, by, at, update_id=update.id)


def _ask(square: Square, row: dict[str, Any]) -> None:
    """A request that waits for the lead's answer."""
    partnership = db.session().scalars(select(Partnership).where(Partnership.title == row["partnership"])).one()
    asker = square.organisations[row["by"]] if "by" in row else None
    request = JoinRequest(
        partnership_id=partnership.id,
        organisation_id=asker.id if asker else None,
        person_id=None if asker else square.named["borger@torvet.example"].id,
        role=row["role"],
        pledge_kind=PledgeKind(row["kind"]),
        pledge_amount=row.get("amount"),
        pledge_description=row["pledge"],
        message=row["message"],
        asked_at=square.ago(3),
    )
    square.add(request)
