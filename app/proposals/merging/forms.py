from __future__ import annotations

from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.validators import InputRequired, ValidationError

from app.kernel import db
from app.kernel.access import Actor
from app.kernel.forms import VersionedForm, number
from app.moderation.forms import text_of
from app.proposals import rules
from app.proposals.merging import queries
from app.proposals.models import Proposal


class MergeForm(VersionedForm):
    """Which idea remains, and why. The page lists the ideas to choose between (`queries.offered`)."""

    into = RadioField(
        _("Which idea remains?"),
        [InputRequired(_("Choose the idea that remains."))],
        coerce=number,
        validate_choice=False,
    )
    reason = text_of(
        _("What do you tell the author?"),
        required=_("Write what the author is told."),
        help=_("The author reads it as it stands. Say what it is about, why, and what can be done."),
    )

    def __init__(self, proposal: Proposal, *, by: Actor, **values: Any) -> None:
        super().__init__(**values)
        self.proposal, self.by = proposal, by

    @cached_property
    def target(self) -> Proposal | None:
        """The idea chosen, if the other may become part of it."""
        if not self.into.data:
            return None
        found: Proposal | None = db.session().scalar(queries.chosen(self.by, self.proposal, self.into.data))
        return found if found is not None and rules.may_become_part(self.proposal, found) else None

    def validate_into(self, field: RadioField) -> None:
        if self.target is None:
            raise ValidationError(rules.OTHER_CHALLENGE)
