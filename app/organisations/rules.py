"""Who may run an organisation, and who may speak in its name."""

from __future__ import annotations

from flask_babel import gettext as _

from app.kernel.access import ALLOWED, Actor, Refusal, Verdict
from app.organisations.models import (
    Invitation,
    MemberRole,
    Membership,
    MembershipRequest,
    MembershipRequestState,
    Organisation,
)

ANY_MEMBER = (MemberRole.OWNER, MemberRole.ADMIN, MemberRole.MEMBER)
LEADERS = (MemberRole.OWNER, MemberRole.ADMIN)


def may_speak_for(actor: Actor, organisation: Organisation | None) -> Verdict:
    """In one's own name always; in an organisation's name as its member, while it is not hidden."""
    if organisation is None:
        return ALLOWED
    if not actor.has(ANY_MEMBER, "organisation", organisation.id):
        return Refusal(_("Only members act in the name of an organisation."))
    if organisation.hidden_at is not None:
        return Refusal(_("The organisation is hidden. Nobody can act in its name meanwhile."))
    return ALLOWED


def may_commit(actor: Actor, organisation: Organisation | None) -> Verdict:
    """Bind an organisation to something, such as a pledge: its owners and admins."""
    if organisation is not None and not actor.has(LEADERS, "organisation", organisation.id):
        return Refusal(_("Only owners and admins promise something on behalf of the organisation."))
    return may_speak_for(actor, organisation)


def may_register(actor: Actor) -> Verdict:
    return ALLOWED if actor.signed_in else Refusal(_("Sign in to register an organisation."))


def may_edit(actor: Actor, organisation: Organisation) -> Verdict:
    if actor.has(LEADERS, "organisation", organisation.id):
        return ALLOWED
    return Refusal(_("Only owners and admins of the organisation can do this."))


def may_see_members(actor: Actor, organisation: Organisation) -> Verdict:
    if actor.has(ANY_MEMBER, "organisation", organisation.id):
        return ALLOWED
    return Refusal(_("Only members see who else is a member."))


def may_see_acts(actor: Actor, organisation: Organisation) -> Verdict:
    return may_edit(actor, organisation)


def may_invite(actor: Actor, organisation: Organisation) -> Verdict:
    """Owners and admins, once their own address is known to be theirs: invitations are mail to strangers."""
    allowed = may_edit(actor, organisation)
    if allowed and "email_verified" not in actor.facts:
        return Refusal(_("Confirm your e-mail address first. Then you can invite others."))
    return allowed


def may_withdraw_invitation(actor: Actor, invitation: Invitation) -> Verdict:
    if invitation.accepted_at is not None:
        return Refusal(_("The invitation has been used."))
    return may_edit(actor, invitation.organisation)


def may_accept(actor: Actor, invitation: Invitation) -> Verdict:
    if not actor.signed_in:
        return Refusal(_("Sign in or create an account to accept the invitation."))
    if not invitation.usable:
        return Refusal(_("The invitation can no longer be used."))
    return ALLOWED


def may_ask_to_join(actor: Actor, organisation: Organisation) -> Verdict:
    if not actor.signed_in:
        return Refusal(_("Sign in to ask to become a member."))
    if actor.has(ANY_MEMBER, "organisation", organisation.id):
        return Refusal(_("You are a member already."))
    return ALLOWED


def may_answer_request(actor: Actor, request: MembershipRequest) -> Verdict:
    if request.state != MembershipRequestState.ASKED:
        return Refusal(_("Somebody has answered this already."))
    return may_edit(actor, request.organisation)


def may_change_role(actor: Actor, membership: Membership, role: str = MemberRole.MEMBER) -> Verdict:
    """Owners change every role; admins make members admins and back."""
    if membership.ended_at is not None:
        return Refusal(_("This person is not a member any more."))
    if actor.has(MemberRole.OWNER, "organisation", membership.organisation_id):
        return ALLOWED
    if MemberRole.OWNER in {membership.role, role}:
        return Refusal(_("Only an owner makes somebody owner, or takes it from them."))
    return may_edit(actor, membership.organisation)


def may_remove(actor: Actor, membership: Membership) -> Verdict:
    if membership.person_id == actor.id:
        return Refusal(_("This is you. Leave the organisation instead."))
    return may_change_role(actor, membership)


def may_leave(actor: Actor, organisation: Organisation, *, other_owners: int = 1) -> Verdict:
    """Everybody who is a member, except the last owner."""
    if not actor.has(ANY_MEMBER, "organisation", organisation.id):
        return Refusal(_("You are not a member."))
    if not actor.has(MemberRole.OWNER, "organisation", organisation.id):
        return ALLOWED
    return keeps_an_owner(other_owners)


def keeps_an_owner(other_owners: int) -> Verdict:
    """An organisation is never without an owner."""
    if other_owners:
        return ALLOWED
    return Refusal(_("An organisation always has an owner. Hand it over to another member first."))


def may_hand_over(actor: Actor, organisation: Organisation, *, to_another_member: bool = True) -> Verdict:
    if not actor.has(MemberRole.OWNER, "organisation", organisation.id):
        return Refusal(_("Only an owner hands the organisation over."))
    return ALLOWED if to_another_member else Refusal(_("Hand it over to somebody who is a member."))


def may_ask_for_verification(actor: Actor, organisation: Organisation, *, waiting: bool = False) -> Verdict:
    if organisation.verified:
        return Refusal(_("The organisation is verified."))
    if waiting:
        return Refusal(_("The moderators have it already."))
    return may_edit(actor, organisation)
