from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField
from wtforms.validators import Optional

from app.kernel import db
from app.kernel.forms import SelectChoice, VersionedForm
from app.moderation.forms import text_of
from app.proposals import queries
from app.proposals.models import Proposal


class MergeForm(VersionedForm):
    """Which idea remains: one of those that look alike, or another by its number; and why."""

    into = RadioField(_("Which idea remains?"), validators=[Optional()], coerce=int, validate_choice=False)
    number = IntegerField(
        _("Or the number of another idea"), [Optional()], description=_("The number stands in the address of its page.")
    )
    reason = text_of(
        _("What do you tell the author?"),
        required=_("Write what the author is told."),
        help=_("The author reads it as it stands. Say what it is about, why, and what can be done."),
    )

    def __init__(self, proposal: Proposal, alike: list[Proposal], **values: Any) -> None:
        super().__init__(**values)
        self.proposal = proposal
        self.into.choices = [SelectChoice(found.id, found.title) for found in alike]
        if not alike:
            self.number.label.text = gettext("The number of the idea that remains")

    @property
    def target(self) -> Proposal | None:
        """The idea chosen, if it is published under the same challenge."""
        chosen = self.number.data or self.into.data
        if not chosen or not 0 < chosen < 2**53 or chosen == self.proposal.id:
            return None
        same = Proposal.challenge_id.is_not_distinct_from(self.proposal.challenge_id)
        found: Proposal | None = db.session().scalar(queries.listed().where(Proposal.id == chosen, same))
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.target is None:
            self.number.errors = [gettext("Choose a published idea that answers the same challenge.")]
            return False
        return True
