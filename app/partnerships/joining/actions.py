"""Verbs of joining."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.activity import actions as activity
from app.activity.models import SubjectType
from app.kernel import clock, db
from app.kernel.access import Actor, check
from app.kernel.errors import check_version
from app.organisations import rules as organisations
from app.organisations.actions import speak_for
from app.partnerships import queries, rules
from app.partnerships.actions import locked, record
from app.partnerships.models import (
    JoinRequest,
    Partner,
    Partnership,
    Pledge,
    PledgeKind,
    PledgeState,
    RequestState,
)


@dataclass(frozen=True)
class Contribution:
    """What somebody offers: a kind, an amount for money and hours, and words."""

    kind: PledgeKind
    amount: Decimal | None
    description: str


@dataclass(frozen=True)
class Asked:
    """Who asks, in which role, why, and with what first contribution."""

    organisation_id: int | None
    role: str
    message: str
    offers: Contribution


def ask(partnership: Partnership, *, by: Actor, asked: Asked) -> JoinRequest:
    """Ask to join with a role and a first contribution."""
    organisation = speak_for(asked.organisation_id, by=by)
    check(organisations.may_commit(by, organisation))
    partnership = locked(partnership.id)
    who = (asked.organisation_id, None if asked.organisation_id else by.id)
    takes_part = any((one.organisation_id, one.person_id) == who for one in partnership.taking_part)
    waits = db.session().scalar(queries.same_request(partnership.id, *who)) is not None
    check(rules.may_ask(by, partnership, takes_part=takes_part, has_asked=waits))
    request = JoinRequest(
        partnership=partnership,
        organisation_id=who[0],
        person_id=who[1],
        role=asked.role,
        pledge_kind=asked.offers.kind,
        pledge_amount=asked.offers.amount,
        pledge_description=asked.offers.description,
        message=asked.message,
    )
    db.session().add(request)
    db.session().flush()
    record("join_request.asked", partnership, by, organisation_id=who[0], request_id=request.id)
    return request


def withdraw_request(request: JoinRequest, *, by: Actor) -> None:
    """Take a request back before it is answered."""
    _refreshed(request)
    check(rules.may_withdraw_request(by, request))
    request.state, request.answered_at = RequestState.WITHDRAWN, clock.now()
    about = {"organisation_id": request.organisation_id, "request_id": request.id}
    record("join_request.withdrawn", request.partnership, by, **about)


def answer(request: JoinRequest, *, by: Actor, accept: bool, reason: str, version: int) -> None:
    """Take a partner in, or decline with a reason; on the request as the lead saw it."""
    _refreshed(request)
    check_version(request, version)
    check(rules.may_answer(by, request))
    request.state = RequestState.ACCEPTED if accept else RequestState.DECLINED
    request.reason, request.answered_at, request.answered_by_id = reason, clock.now(), by.id
    if accept:
        _take_in(request)
    record(f"join_request.{request.state}", request.partnership, by, request_id=request.id)


def _take_in(request: JoinRequest) -> None:
    partner = Partner(
        partnership=request.partnership,
        organisation_id=request.organisation_id,
        person_id=request.person_id,
        role=request.role,
    )
    pledge = Pledge(
        kind=request.pledge_kind,
        amount=request.pledge_amount,
        description=request.pledge_description,
        state=PledgeState.ACCEPTED,
    )
    partner.pledges.append(pledge)
    db.session().add(partner)
    if request.person_id is not None:
        activity.follow(request.person_id, SubjectType.PARTNERSHIP, request.partnership_id)


def leave(partner: Partner, *, by: Actor) -> None:
    """Leave; what was promised and not delivered is withdrawn."""
    locked(partner.partnership_id)
    check(rules.may_leave(by, partner))
    partner.left_at = clock.now()
    for pledge in partner.pledges:
        if pledge.state in rules.STEPS:
            pledge.state, pledge.changed_at = PledgeState.WITHDRAWN, clock.now()
    record("partnership.left", partner.partnership, by, organisation_id=partner.organisation_id, partner_id=partner.id)


def offer(partner: Partner, *, by: Actor, offers: Contribution) -> Pledge:
    """Offer another contribution; the lead accepts its own at once."""
    locked(partner.partnership_id)
    check(rules.may_pledge(by, partner))
    state = PledgeState.ACCEPTED if partner.is_lead else PledgeState.OFFERED
    pledge = Pledge(kind=offers.kind, amount=offers.amount, description=offers.description, state=state)
    partner.pledges.append(pledge)
    db.session().flush()
    _record_pledge(pledge, by)
    return pledge


def change_pledge(pledge: Pledge, *, by: Actor, state: PledgeState) -> None:
    """Accept, deliver or withdraw a contribution. Doing it again changes nothing."""
    locked(pledge.partner.partnership_id)
    db.session().refresh(pledge)
    if pledge.state == state:
        return
    check(rules.may_change_pledge(by, pledge, state))
    pledge.state, pledge.changed_at = state, clock.now()
    _record_pledge(pledge, by)


def _record_pledge(pledge: Pledge, by: Actor) -> None:
    partner = pledge.partner
    acted_for = partner.organisation_id if rules.stands_for(by, partner) else None
    about = partner.partnership
    record("pledge.changed", about, by, organisation_id=acted_for, pledge_id=pledge.id, state=str(pledge.state))


def _refreshed(request: JoinRequest) -> None:
    locked(request.partnership_id)
    db.session().refresh(request)
