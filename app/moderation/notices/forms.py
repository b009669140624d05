"""The form of somebody who reports something without an account."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, StringField
from wtforms.validators import Email, Length, StopValidation

from app.identity.forms import reader_language
from app.moderation import rules
from app.moderation.forms import ReportForm
from app.moderation.models import ReasonCode
from app.moderation.notices.actions import Notifier


class Needed:
    """Must be filled in, unless the reason is one for which nobody has to say who they are."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data:
            raise StopValidation("" if rules.may_stay_unnamed(form.code) else str(self.message))


class NoticeForm(ReportForm):
    """As the article asks: who reports, and where to write to them."""

    name = StringField(
        _l("Your name"),
        [
            Needed(_l("Write your name.")),
            Length(max=100, message=_l("The text is too long: at most %(max)d characters.")),
        ],
        filters=[lambda typed: " ".join((typed or "").split())],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        _l("Your e-mail address"),
        [
            Needed(_l("Write your e-mail address, for example anna@example.dk.")),
            Length(max=254, message=_l("The text is too long: at most %(max)d characters.")),
            Email(_l("This is not an e-mail address. It should look like anna@example.dk.")),
        ],
        filters=[lambda typed: (typed or "").strip().lower()],
        render_kw={"autocomplete": "email"},
    )

    @property
    def code(self) -> ReasonCode | None:
        chosen = self.reason_code.data
        return ReasonCode(chosen) if chosen in set(ReasonCode) else None

    @property
    def notifier(self) -> Notifier:
        return Notifier(str(self.name.data), str(self.email.data), reader_language())
