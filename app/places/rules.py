from __future__ import annotations

from flask_babel import gettext as _

from app.kernel.access import ALLOWED, Actor, Refusal, Verdict
from app.places.models import Municipality


def may_edit(actor: Actor, municipality: Municipality) -> Verdict:
    """A municipality's administrators write its page, and platform administrators every page."""
    here = actor.has("administrator", "municipality", municipality.id)
    if here or actor.is_system or actor.has("platform_administrator", "platform"):
        return ALLOWED
    return Refusal(_("Only the administrators of %(name)s write this page.", name=municipality.name))


def may_import(actor: Actor) -> Verdict:
    """Boundaries are the matter of whoever runs the square."""
    if actor.is_system or actor.has("platform_administrator", "platform"):
        return ALLOWED
    return Refusal(_("Only platform administrators import boundaries."))
