"""Who may open, lead and join a partnership, and what its partners may do."""

from __future__ import annotations

from flask_babel import gettext as _

from app.kernel.access import ALLOWED, Actor, Refusal, Verdict
from app.organisations.rules import ANY_MEMBER, LEADERS
from app.partnerships.models import (
    JOINABLE,
    WRITABLE,
    JoinRequest,
    Partner,
    Partnership,
    PartnershipState,
    Pledge,
    PledgeState,
    RequestState,
)

STEPS = {
    PledgeState.OFFERED: {PledgeState.ACCEPTED, PledgeState.WITHDRAWN},
    PledgeState.ACCEPTED: {PledgeState.DELIVERED, PledgeState.WITHDRAWN},
}
NOT_OVER = (*WRITABLE, PartnershipState.IN_REVIEW, PartnershipState.FORMING)


def stands_for(actor: Actor, who: Partner | JoinRequest) -> bool:
    """Whether the actor answers for a partner: the person, or owners and admins of the organisation."""
    if who.organisation_id is not None:
        return actor.has(LEADERS, "organisation", who.organisation_id)
    return actor.signed_in and who.person_id == actor.id


def speaks_as(actor: Actor, partner: Partner) -> bool:
    """Whether the actor belongs to a partner: the person, or any member of the organisation."""
    return stands_for(actor, partner) or actor.has(ANY_MEMBER, "organisation", partner.organisation_id or 0)


def leads(actor: Actor, partnership: Partnership) -> bool:
    return partnership.lead is not None and stands_for(actor, partnership.lead)


def may_lead(actor: Actor, partnership: Partnership) -> Verdict:
    return ALLOWED if leads(actor, partnership) else Refusal(_("Only those who lead the partnership can do this."))


def may_open(actor: Actor) -> Verdict:
    return ALLOWED if actor.signed_in else Refusal(_("Sign in to open a partnership."))


def may_edit(actor: Actor, partnership: Partnership) -> Verdict:
    """The lead, while it is written and while it forms or works; not while a moderator reads it."""
    if partnership.state == PartnershipState.IN_REVIEW:
        return may_lead(actor, partnership) and Refusal(_("A moderator is reading it. Edit it when it is decided."))
    if partnership.state not in (*WRITABLE, *JOINABLE):
        return Refusal(_("It is over, so it can no longer be edited."))
    return may_lead(actor, partnership)


def may_submit(actor: Actor, partnership: Partnership) -> Verdict:
    if partnership.state not in WRITABLE:
        return Refusal(_("It has been sent already."))
    return may_lead(actor, partnership)


def may_withdraw(actor: Actor, partnership: Partnership) -> Verdict:
    """Until the work has begun; after that it is concluded instead."""
    if partnership.state not in NOT_OVER:
        return Refusal(_("The work has begun. Conclude the partnership instead, and say what came of it."))
    return may_lead(actor, partnership)


def may_activate(actor: Actor, partnership: Partnership) -> Verdict:
    if partnership.state != PartnershipState.FORMING:
        return Refusal(_("Only a partnership that is forming can begin its work."))
    if len(partnership.taking_part) < 2:
        return Refusal(_("It takes two partners or more to begin."))
    return may_lead(actor, partnership)


def may_conclude(actor: Actor, partnership: Partnership) -> Verdict:
    if partnership.state != PartnershipState.ACTIVE:
        return Refusal(_("Only an active partnership can be concluded."))
    return may_lead(actor, partnership)


def may_hand_over(actor: Actor, partnership: Partnership) -> Verdict:
    if partnership.state not in JOINABLE:
        return Refusal(_("The lead can be handed over while the partnership forms or works."))
    return may_lead(actor, partnership)


def may_ask(actor: Actor, partnership: Partnership, *, takes_part: bool = False, has_asked: bool = False) -> Verdict:
    """Anybody with an account, for themselves or an organisation they answer for; once at a time."""
    if not actor.signed_in:
        return Refusal(_("Sign in to ask to join."))
    if partnership.state not in JOINABLE or partnership.hidden_at is not None:
        return Refusal(_("The partnership takes no more partners."))
    if takes_part:
        return Refusal(_("They take part already."))
    return Refusal(_("They have asked already. The lead answers.")) if has_asked else ALLOWED


def may_answer(actor: Actor, request: JoinRequest) -> Verdict:
    """The lead, once, while the partnership is open for partners."""
    if request.state != RequestState.ASKED:
        return Refusal(_("This request has been answered or taken back."))
    if request.partnership.state not in JOINABLE:
        return Refusal(_("The partnership takes no more partners."))
    return may_lead(actor, request.partnership)


def may_withdraw_request(actor: Actor, request: JoinRequest) -> Verdict:
    if request.state != RequestState.ASKED:
        return Refusal(_("This request has been answered or taken back."))
    return ALLOWED if stands_for(actor, request) else Refusal(_("Only those who asked can take it back."))


def may_stand_for(actor: Actor, partner: Partner) -> Verdict:
    return ALLOWED if stands_for(actor, partner) else Refusal(_("Only the partner itself can leave."))


def may_leave(actor: Actor, partner: Partner) -> Verdict:
    """Every partner but the lead, who hands over first."""
    if isinstance(stranger := may_stand_for(actor, partner), Refusal):
        return stranger
    if partner.left_at is not None:
        return Refusal(_("They have left already."))
    if partner.partnership.state not in JOINABLE:
        return Refusal(_("It is concluded. What was carried together stays on the page."))
    if partner.is_lead:
        return Refusal(_("A partnership always has a lead. Hand it over to another partner first."))
    return ALLOWED


def may_pledge(actor: Actor, partner: Partner) -> Verdict:
    if partner.left_at is not None or partner.partnership.state not in JOINABLE:
        return Refusal(_("Contributions are offered by partners, while the partnership forms or works."))
    return ALLOWED if stands_for(actor, partner) else Refusal(_("Only the partner itself can offer something."))


def may_change_pledge(actor: Actor, pledge: Pledge, state: PledgeState | None = None) -> Verdict:
    """The lead accepts and confirms delivery; the partner delivers and withdraws. One step at a time."""
    partner = pledge.partner
    steps = STEPS.get(pledge.state, set())
    if not (steps if state is None else steps & {state}) or partner.partnership.state not in JOINABLE:
        return Refusal(_("This is not the next step for this contribution."))
    if leads(actor, partner.partnership) and state != PledgeState.WITHDRAWN:
        return ALLOWED
    if stands_for(actor, partner) and state != PledgeState.ACCEPTED:
        return ALLOWED
    return Refusal(_("Only the partner and the lead change a contribution."))


def may_update(actor: Actor, partnership: Partnership) -> Verdict:
    """Whoever belongs to a partner posts news, also when it is concluded."""
    if not partnership.public:
        return Refusal(_("News can be posted when the partnership is public."))
    if any(speaks_as(actor, one) for one in partnership.taking_part):
        return ALLOWED
    return Refusal(_("Only partners post news."))


def may_update_as(actor: Actor, partnership: Partnership, organisation_id: int | None) -> Verdict:
    """In the name of the partner that one belongs to: the organisation, or oneself."""
    mine = [one for one in partnership.taking_part if speaks_as(actor, one)]
    if mine and not any(one.organisation_id == organisation_id for one in mine):
        return Refusal(_("Only partners post news, each in its own name."))
    return may_update(actor, partnership)
