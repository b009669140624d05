"""Verbs of partnerships: open, write, review, begin, report news, conclude, hand over. Joining is in `joining/`.

Whatever depends on who takes part first locks the partnership's row and reads it again.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.activity import actions as activity
from app.activity.models import SubjectType
from app.challenges.models import Challenge
from app.deliberation.actions import open_thread
from app.kernel import clock, db
from app.kernel.access import Actor, check
from app.kernel.errors import Stale, check_version
from app.kernel.i18n import speaking
from app.kernel.settings import settings
from app.moderation import actions as moderation
from app.moderation.models import DecisionKind
from app.organisations import rules as organisations
from app.organisations.actions import speak_for
from app.partnerships import queries, rules
from app.partnerships.models import OutcomeKind, Partner, Partnership, PartnershipState, RequestState, Update
from app.proposals.models import Proposal


def locked(partnership_id: int) -> Partnership:
    """The partnership as it is now; whoever else changes it waits."""
    db.session().execute(select(Partnership.id).where(Partnership.id == partnership_id).with_for_update())
    fresh = select(Partnership).options(*queries.PAGE).where(Partnership.id == partnership_id)
    return db.session().scalars(fresh.execution_options(populate_existing=True)).unique().one()


def create(
    *,
    by: Actor,
    organisation_id: int | None,
    challenge: Challenge | None,
    proposal: Proposal | None,
    draft: bool = False,
    **values: Any,
) -> Partnership:
    """Write a partnership with its lead, and send it to review unless it is a draft."""
    check(rules.may_open(by))
    organisation = speak_for(organisation_id, by=by)
    check(organisations.may_commit(by, organisation))
    partnership = Partnership(
        challenge_id=challenge.id if challenge else proposal.challenge_id if proposal else None,
        proposal_id=proposal.id if proposal else None,
        opened_by_id=by.id,
        **values,
    )
    partnership.partners.append(
        Partner(organisation=organisation, person_id=None if organisation else by.id, is_lead=True)
    )
    db.session().add(partnership)
    db.session().flush()
    activity.follow(by.id or 0, SubjectType.PARTNERSHIP, partnership.id)
    if not draft:
        submit(partnership, by=by)
    return partnership


def edit(partnership: Partnership, *, by: Actor, **values: Any) -> None:
    check(rules.may_edit(by, partnership))
    for name, value in values.items():
        setattr(partnership, name, value)
    record("partnership.edited", partnership, by)


def submit(partnership: Partnership, *, by: Actor) -> None:
    """Send it to the moderators of its municipality."""
    check(rules.may_submit(by, partnership))
    case = moderation.submit(
        SubjectType.PARTNERSHIP,
        partnership.id,
        title=partnership.title,
        municipality_id=partnership.municipality_id or partnership.municipality.id,
        author_id=by.id,
    )
    partnership.state, partnership.case_id = PartnershipState.IN_REVIEW, case.id
    record("partnership.submitted", partnership, by)


def withdraw(partnership: Partnership, *, by: Actor) -> None:
    """Give it up before the work has begun."""
    partnership = locked(partnership.id)
    check(rules.may_withdraw(by, partnership))
    partnership.state = PartnershipState.WITHDRAWN
    moderation.withdraw(partnership.case_id)
    _turn_away(partnership, by)
    record("partnership.withdrawn", partnership, by)


def carry_out(partnership_id: int, kind: DecisionKind, by: Actor) -> None:
    """Do to a partnership what a moderator decided."""
    partnership = locked(partnership_id)
    if kind == DecisionKind.PUBLISH:
        _publish(partnership, by)
    elif kind == DecisionKind.REQUEST_CHANGES:
        partnership.state = PartnershipState.CHANGES_REQUESTED
    elif kind == DecisionKind.REJECT:
        partnership.state = PartnershipState.REJECTED
    elif kind == DecisionKind.HIDE:
        partnership.hidden_at = clock.now()
    elif kind == DecisionKind.RESTORE:
        partnership.hidden_at = None


def _publish(partnership: Partnership, by: Actor) -> None:
    home = partnership.municipality_id
    thread = open_thread(SubjectType.PARTNERSHIP, partnership.id, municipality_id=home)
    partnership.state, partnership.published_at = PartnershipState.FORMING, clock.now()
    partnership.thread_id = thread.id
    record("partnership.opened", partnership, by)


def activate(partnership: Partnership, *, by: Actor) -> None:
    """Begin the work: two partners or more."""
    partnership = locked(partnership.id)
    check(rules.may_activate(by, partnership))
    partnership.state, partnership.activated_at = PartnershipState.ACTIVE, clock.now()
    record("partnership.activated", partnership, by)


def conclude(partnership: Partnership, *, by: Actor, kind: OutcomeKind, outcome: str, figure: str) -> None:
    """Say what came of it, with one figure."""
    version, partnership = partnership.version, locked(partnership.id)
    check_version(partnership, version)
    check(rules.may_conclude(by, partnership))
    partnership.outcome_kind, partnership.outcome, partnership.outcome_figure = kind, outcome, figure
    partnership.state, partnership.concluded_at = PartnershipState.CONCLUDED, clock.now()
    _turn_away(partnership, by)
    record("partnership.concluded", partnership, by)


def _turn_away(partnership: Partnership, by: Actor) -> None:
    """Answer those who still wait, each in their language: nobody can take them in any more."""
    for request in db.session().scalars(queries.waiting(partnership.id)).unique():
        language = request.person.language if request.person else settings().default_language
        with speaking(language):
            request.reason = _("The partnership ended before your request was answered.")
        request.state, request.answered_at, request.answered_by_id = RequestState.DECLINED, clock.now(), by.id
        record("join_request.declined", partnership, by, request_id=request.id)


def hand_over(partnership: Partnership, *, by: Actor, to_partner_id: int) -> None:
    """Make another partner the lead."""
    partnership = locked(partnership.id)
    check(rules.may_hand_over(by, partnership))
    heir = next((one for one in partnership.taking_part if one.id == to_partner_id and not one.is_lead), None)
    lead = partnership.lead
    if heir is None or lead is None:
        raise Stale
    lead.is_lead = False
    db.session().flush()
    heir.is_lead = True
    record("partnership.handed_over", partnership, by)


def post_update(partnership: Partnership, *, by: Actor, organisation_id: int | None, title: str, body: str) -> Update:
    """Post news; it is public at once and can be reported."""
    check(rules.may_update_as(by, partnership, organisation_id))
    organisation = speak_for(organisation_id, by=by)
    update = Update(
        partnership_id=partnership.id, author_id=by.id, organisation_id=organisation_id, title=title, body=body
    )
    db.session().add(update)
    db.session().flush()
    case = moderation.register_published(
        SubjectType.UPDATE, update.id, title=title, municipality_id=partnership.municipality_id, author_id=by.id
    )
    update.case_id = case.id
    acted_for = organisation.id if organisation else None
    record("partnership.updated", partnership, by, organisation_id=acted_for, update_id=update.id)
    return update


def hide_update(update_id: int, kind: DecisionKind, by: Actor) -> None:
    """Do to a piece of news what a moderator decided."""
    update = db.session().get_one(Update, update_id)
    if kind == DecisionKind.HIDE:
        update.hidden_at = clock.now()
    elif kind in {DecisionKind.RESTORE, DecisionKind.PUBLISH}:
        update.hidden_at = None


def record(kind: str, partnership: Partnership, by: Actor, **data: int | str | None) -> None:
    """Write down what happened; in the name of the lead when its people act, unless another name is given."""
    lead = partnership.lead
    acts_for_lead = lead is not None and rules.stands_for(by, lead)
    activity.record(
        kind,
        by=by,
        subject_type=SubjectType.PARTNERSHIP,
        subject_id=partnership.id,
        organisation_id=data.pop("organisation_id", lead.organisation_id if lead and acts_for_lead else None),  # type: ignore[arg-type]
        **data,
    )
