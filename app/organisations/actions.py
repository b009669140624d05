"""Verbs of organisations."""

from __future__ import annotations

from app.kernel import db
from app.kernel.access import Actor, Refusal, check
from app.organisations import rules
from app.organisations.models import Organisation


def speak_for(organisation_id: int | None, *, by: Actor) -> Organisation | None:
    """The organisation in whose name somebody acts, or none for their own; 403 unless they may."""
    if organisation_id is None:
        return None
    organisation = db.session().get(Organisation, organisation_id)
    check(rules.may_speak_for(by, organisation) if organisation else Refusal(""))
    return organisation
