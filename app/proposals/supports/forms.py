from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.kernel import access, db
from app.kernel.forms import Form, OnceForm, SelectChoice
from app.organisations.queries import spoken_for_by
from app.proposals.rules import LEADERS
from app.proposals.supports.models import HelpKind


class BackingForm(OnceForm):
    organisation = SelectField(_("Which organisation?"), coerce=int)
    statement = TextAreaField(
        _("Why do you back it?"),
        [Length(max=500, message=_("Write at most 500 characters."))],
        description=_("One or two sentences, shown beside the name of the organisation."),
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        found = db.session().execute(spoken_for_by(access.current_actor(), *LEADERS))
        self.organisation.choices = [SelectChoice(row_id, name) for row_id, name in found]


class HelpForm(OnceForm):
    kind = RadioField(
        _("What can you help with?"),
        choices=[
            SelectChoice(HelpKind.TIME, _("Time")),
            SelectChoice(HelpKind.EXPERTISE, _("Knowledge")),
            SelectChoice(HelpKind.PLACE, _("A place")),
            SelectChoice(HelpKind.EQUIPMENT, _("Equipment")),
            SelectChoice(HelpKind.MONEY, _("Money")),
            SelectChoice(HelpKind.OTHER, _("Something else")),
        ],
        default=HelpKind.TIME,
    )
    text = TextAreaField(
        _("Tell how"),
        [DataRequired(_("Tell how you can help.")), Length(max=1000, message=_("Write at most 1,000 characters."))],
        description=_("Only the author and the owner of the challenge read it."),
    )


def _whole(label: str, most: int) -> IntegerField:
    message = _("Write a whole number from 1 to %(most)s.", most=most)
    return IntegerField(label, [InputRequired(message), NumberRange(1, most, message)])


class ThresholdForm(Form):
    supports = _whole(_("Supports that are needed"), 1_000_000)
    days = _whole(_("Days to gather them"), 3650)
    answer_days = _whole(_("Days until the municipality answers"), 3650)
