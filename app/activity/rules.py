from __future__ import annotations

from flask_babel import gettext as _

from app.activity.models import SubjectType
from app.activity.ports import Card
from app.kernel.access import ALLOWED, Actor, Refusal, Verdict

FOLLOWABLE = {
    SubjectType.CHALLENGE,
    SubjectType.PROPOSAL,
    SubjectType.ORGANISATION,
    SubjectType.MUNICIPALITY,
    SubjectType.PARTNERSHIP,
}


def may_follow(actor: Actor, subject_type: SubjectType, card: Card | None) -> Verdict:
    """Anybody signed in may follow what everybody may see."""
    if not actor.signed_in:
        return Refusal(_("Sign in to follow."))
    if subject_type not in FOLLOWABLE or card is None or not card.public:
        return Refusal(_("This cannot be followed."))
    return ALLOWED
