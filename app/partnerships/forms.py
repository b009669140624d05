"""Forms of partnerships."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, StopValidation

from app.kernel import db
from app.kernel.forms import Form, OnceForm, SelectChoice, VersionedForm
from app.organisations.forms import ActsAsMixin
from app.organisations.rules import LEADERS
from app.partnerships.joining.actions import Contribution
from app.partnerships.models import IN_FIGURES, OutcomeKind, PledgeKind
from app.places.models import Municipality

MOST = Decimal(10) ** 11
DANISH = re.compile(r"\d{1,3}(\.\d{3})+(,\d{1,2})?")
ENGLISH = re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,2})?")
PLAIN = re.compile(r"\d+([.,]\d{1,2})?")

PLEDGES = {
    PledgeKind.MONEY.value: _l("Money, in kroner"),
    PledgeKind.HOURS.value: _l("Hours"),
    PledgeKind.PLACE.value: _l("Place"),
    PledgeKind.DATA.value: _l("Data"),
    PledgeKind.EQUIPMENT.value: _l("Equipment"),
    PledgeKind.EXPERTISE.value: _l("Expertise"),
}
OUTCOMES = {
    OutcomeKind.SCALED.value: _l("Scaled: it goes on, and grows"),
    OutcomeKind.CLOSED.value: _l("Closed: done, and nothing more is needed"),
    OutcomeKind.STOPPED.value: _l("Stopped: it did not work, and we say why"),
}


def amount_of(typed: str) -> Decimal | None:
    """A number as Danes and others write it, such as 12.500,50 or 12,500.50; none when it is not one."""
    digits = re.sub(r"\s|kr\.?$|timer$|hours$", "", typed.strip().lower())
    if DANISH.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif ENGLISH.fullmatch(digits):
        digits = digits.replace(",", "")
    elif PLAIN.fullmatch(digits):
        digits = digits.replace(",", ".")
    else:
        return None
    return Decimal(digits) if digits.isascii() and 0 < Decimal(digits) < MOST else None


class AmountField(StringField):
    """A number above zero; `amount` holds it, `data` what was typed."""

    @property
    def amount(self) -> Decimal | None:
        return amount_of(self.data or "")

    def pre_validate(self, form: Any) -> None:
        if (self.data or "").strip() and self.amount is None:
            raise StopValidation(_("Write a number, such as 12.500 or 40."))


class TextFields(Form):
    """What is written about a partnership."""

    title = StringField(_l("Title"), [DataRequired(_l("Write a title.")), Length(max=200)])
    summary = StringField(
        _l("In one sentence"),
        [DataRequired(_l("Write one sentence.")), Length(max=300)],
        description=_l("What you do together, and for whom. Shown in lists."),
    )
    body = TextAreaField(_l("What you want to do"), [DataRequired(_l("Say what you want to do.")), Length(max=10000)])
    seeks = TextAreaField(
        _l("What you lack"), [Length(max=4000)], description=_l("Which partners and contributions are missing?")
    )
    money_needed = AmountField(_l("Money needed, in kroner"), [Length(max=30)])
    hours_needed = AmountField(_l("Hours needed"), [Length(max=30)])

    @property
    def values(self) -> dict[str, Any]:
        texts = {name: (self[name].data or "").strip() for name in ("title", "summary", "body", "seeks")}
        return {**texts, "money_needed": self.money_needed.amount, "hours_needed": self.hours_needed.amount}


class OpenForm(ActsAsMixin, OnceForm, TextFields):
    acts_as_roles = LEADERS
    challenge = HiddenField()
    proposal = HiddenField()
    municipality = SelectField(
        _l("Municipality"),
        [DataRequired(_l("Choose a municipality."))],
        description=_l("Its moderators read the partnership before it is shown."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = list(db.session().scalars(select(Municipality).order_by(Municipality.name)))
        named = [SelectChoice(str(place.id), place.name) for place in self.places]
        self.municipality.choices = [SelectChoice("", _("Choose")), *named]

    @property
    def home(self) -> Municipality:
        return next(place for place in self.places if str(place.id) == self.municipality.data)


class EditForm(VersionedForm, TextFields):
    """The texts again."""


class ContributionFields(Form):
    kind = RadioField(
        _l("What do you put in?"),
        [DataRequired(_l("Choose what you put in."))],
        choices=[SelectChoice(*pair) for pair in PLEDGES.items()],
    )
    amount = AmountField(
        _l("How much?"), [Length(max=30)], description=_l("Kroner or hours. Leave it empty for everything else.")
    )
    description = TextAreaField(
        _l("In words"), [Length(max=2000)], description=_l("For example: a room for twenty on Tuesdays.")
    )

    def validate_amount(self, field: Any) -> None:
        if self.kind.data in IN_FIGURES and field.amount is None:
            raise ValidationError(_("Write how many kroner or hours."))

    def validate_description(self, field: Any) -> None:
        if self.kind.data and self.kind.data not in IN_FIGURES and not (field.data or "").strip():
            raise ValidationError(_("Say in a few words what you put in."))

    @property
    def contribution(self) -> Contribution:
        kind = PledgeKind(self.kind.data)
        amount = self.amount.amount if kind in IN_FIGURES else None
        return Contribution(kind, amount, (self.description.data or "").strip())


class AskForm(ActsAsMixin, OnceForm, ContributionFields):
    acts_as_roles = LEADERS
    role = StringField(
        _l("Your role"),
        [DataRequired(_l("Say what you would do.")), Length(max=200)],
        description=_l("For example: measures the water, lends the hall, tests with residents."),
    )
    message = TextAreaField(_l("Why you want to join"), [Length(max=2000)])


class PledgeForm(OnceForm, ContributionFields):
    """Another contribution of somebody who takes part."""


class AnswerForm(VersionedForm):
    reason = TextAreaField(
        _l("Your answer"), [Length(max=2000)], description=_l("Needed when you decline. Whoever asked can read it.")
    )
    answer = HiddenField()

    def validate_reason(self, field: Any) -> None:
        if self.answer.data != "accept" and not (field.data or "").strip():
            raise ValidationError(_("Say why you decline. They have offered something."))


class UpdateForm(ActsAsMixin, OnceForm):
    title = StringField(_l("Title"), [DataRequired(_l("Write a title.")), Length(max=200)])
    body = TextAreaField(_l("What has happened?"), [DataRequired(_l("Write what has happened.")), Length(max=10000)])


class ConcludeForm(VersionedForm):
    kind = RadioField(
        _l("How did it end?"),
        [DataRequired(_l("Choose how it ended."))],
        choices=[SelectChoice(*pair) for pair in OUTCOMES.items()],
    )
    outcome = TextAreaField(_l("What came of it?"), [DataRequired(_l("Say what came of it.")), Length(max=10000)])
    figure = StringField(
        _l("One figure that tells it"),
        [DataRequired(_l("Give one figure.")), Length(max=100)],
        description=_l("For example: 240 fewer cars a morning."),
    )

    def validate_figure(self, field: Any) -> None:
        if not re.search(r"\d", field.data or ""):
            raise ValidationError(_("There is no figure in it."))


class HandOverForm(Form):
    partner = RadioField(_l("New lead"), [DataRequired(_l("Choose a partner."))], choices=[])
