from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, RadioField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from app.kernel import clock
from app.kernel.forms import OnceForm, SelectChoice
from app.proposals.models import AnswerStatus

STATUSES = [
    SelectChoice(AnswerStatus.ACCEPTED, _("Accepted")),
    SelectChoice(AnswerStatus.ACCEPTED_IN_PART, _("Accepted in part")),
    SelectChoice(AnswerStatus.REJECTED, _("Rejected")),
    SelectChoice(AnswerStatus.UNDER_WAY, _("Under way")),
    SelectChoice(AnswerStatus.DONE, _("Done")),
]


class AnswerForm(OnceForm):
    status = RadioField(
        _("What have you decided?"), [DataRequired(_("Choose what you have decided."))], choices=STATUSES
    )
    body = TextAreaField(
        _("Why, and what happens now?"),
        [
            DataRequired(_("Give your reasons.")),
            Length(20, 10000, _("Write between 20 and 10,000 characters.")),
        ],
        description=_("Write to the author and everybody who supports the idea. They are all told."),
    )
    next_step_by = DateField(_("When is the next step?"), [Optional()])

    def validate_next_step_by(self, field: Any) -> None:
        if field.data and not clock.today() <= field.data <= clock.today().replace(year=clock.today().year + 20, day=1):
            raise ValidationError(gettext("Choose a date from today on."))
