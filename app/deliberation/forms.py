from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.deliberation.models import Stance
from app.kernel.forms import OnceForm, SelectChoice, VersionedForm
from app.organisations.forms import ActsAsMixin

MOST = 4000


def _strip(text: str | None) -> str:
    return (text or "").strip()


def _body(label: Any) -> TextAreaField:
    checks = [DataRequired(_("Write your comment.")), Length(max=MOST, message=_("Write at most 4,000 characters."))]
    return TextAreaField(label, checks, filters=[_strip])


class CommentForm(ActsAsMixin, OnceForm):
    stance = RadioField(
        _("Are you for or against?"),
        choices=[
            SelectChoice(Stance.FOR, _("For")),
            SelectChoice(Stance.AGAINST, _("Against")),
            SelectChoice(Stance.NEITHER, _("Neither")),
        ],
        default=Stance.NEITHER,
    )
    body = _body(_("Your comment"))


class ReplyForm(ActsAsMixin, OnceForm):
    body = _body(_("Your reply"))


class EditForm(VersionedForm):
    body = _body(_("Your comment"))
