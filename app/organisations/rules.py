"""Who may run an organisation, and who may speak in its name."""

from __future__ import annotations

from flask_babel import gettext as _

from app.kernel.access import ALLOWED, Actor, Refusal, Verdict
from app.organisations.models import MemberRole, Organisation

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
