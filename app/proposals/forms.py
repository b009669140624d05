from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import Length

from app.kernel.forms import Form


class WithdrawalForm(Form):
    reason = TextAreaField(
        _("Why do you withdraw it?"),
        [Length(max=2000, message=_("Write at most 2,000 characters."))],
        description=_("Shown on the page to those who supported it."),
    )
