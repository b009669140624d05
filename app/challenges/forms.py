"""Forms of challenges. The shape of what is typed; what must be there before review is asked of `rules.missing`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms import StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional, Regexp

from app.challenges import words
from app.challenges.actions import Edit, PhaseEdit
from app.challenges.models import Challenge, InfluenceLevel, PhaseKind
from app.kernel import clock
from app.kernel.forms import OnceForm, VersionedForm

LONGEST = timedelta(days=5 * 366)
MOST_PHASES = 12
COLUMNS = (
    *("title", "need", "body", "themes", "cover_alt", "case_number", "kle_code"),
    *("promise_level", "promise_fixed", "promise_open", "promise_decider", "promise_answer_by"),
)


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("The text is too long: at most %(max)d characters."))


def line(label: Any, help: Any = "", *more: Any, length: int = 200) -> StringField:
    return StringField(label, [*more, _at_most(length)], description=help, filters=[_stripped])


def text(label: Any, help: Any = "", length: int = 5000) -> TextAreaField:
    return TextAreaField(label, [_at_most(length)], description=help, filters=[_stripped])


class DateField(wtforms.DateField):
    """A day, or nothing; what is neither says so in words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                super().process_formdata(valuelist)
            except ValueError as fault:
                raise ValueError(_("This is not a date in the calendar.")) from fault


class NewForm(OnceForm):
    """The first words of a challenge; the rest is written on its draft."""

    owner = RadioField(_l("Who has the challenge?"), validate_choice=True, default="person")
    title = line(
        _l("What is the challenge?"),
        _l("One line that makes others want to help. You can change it later."),
        InputRequired(_l("Give the challenge a title.")),
    )
    need = text(_l("What is the need?"), _l("Who has the problem, where, and how do you notice it?"), 2000)

    @property
    def owner_chosen(self) -> tuple[str, int | None]:
        kind, _, id = str(self.owner.data).partition("-")
        return kind, int(id) if id else None


class PhaseForm(wtforms.Form):
    """One phase; an empty row is no phase."""

    id = HiddenField()
    kind = SelectField(_l("What happens"), choices=words.phase_choices, default="")
    title = line(_l("Name (not required)"), length=80)
    starts_on = DateField(_l("First day"))
    ends_on = DateField(_l("Last day"))

    @property
    def empty(self) -> bool:
        return not (self.kind.data or self.title.data or self.starts_on.raw_day or self.ends_on.raw_day)

    def validate(self, extra_validators: Any = None) -> bool:
        if self.empty:
            return True
        return super().validate(extra_validators)

    def validate_kind(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose what happens in the phase."))

    def validate_starts_on(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError(_("Write the first day."))
        _near(field.data)

    def validate_ends_on(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError(_("Write the last day."))
        _near(field.data)
        if self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day is before the first."))
        if self.starts_on.data and field.data - self.starts_on.data > LONGEST:
            raise ValidationError(_("A phase lasts five years at most."))

    @property
    def edit(self) -> PhaseEdit:
        id = str(self.id.data or "")
        days: tuple[date, date] = (self.starts_on.data, self.ends_on.data)
        return PhaseEdit(PhaseKind(self.kind.data), *days, self.title.data, int(id) if id.isdigit() else None)


def _near(day: date) -> None:
    if abs(day - clock.today()) > 2 * LONGEST:
        raise ValidationError(_("The day is too far away. Is the year right?"))


class ChallengeForm(VersionedForm):
    """All that a challenge says."""

    title = line(_l("Title"), "", InputRequired(_l("Give the challenge a title.")))
    need = text(_l("The need"), _l("Who has the problem, where, and how do you notice it?"), 2000)
    body = text(_l("More about it"), _l("What has been tried, what you know, what would be a good result."), 20000)
    municipalities = SelectMultipleField(_l("Places"), coerce=int, description=_l("One or more municipalities."))
    themes = SelectMultipleField(
        _l("Themes"), coerce=int, choices=words.theme_choices, description=_l("The UN goals that come closest.")
    )
    promise_level = RadioField(_l("How much do participants decide?"), [Optional()], choices=words.level_choices)
    promise_fixed = text(_l("What is fixed"), _l("What cannot be changed, such as money, laws, or decisions made."), 1000)
    promise_open = text(_l("What is open"), _l("What participants can change."), 1000)
    promise_decider = line(_l("Who decides"), _l("A name people know, such as the city council."))
    promise_answer_by = DateField(_l("By when participants get an answer"))
    phases = FieldList(FormField(PhaseForm), min_entries=1, max_entries=MOST_PHASES)
    cover = FileField(_l("Cover picture"), description=_l("JPEG, PNG or WebP. Where it was taken is removed."))
    cover_alt = line(_l("What does the picture show?"), _l("For those who cannot see it."))
    remove_cover = BooleanField(_l("Take the picture away"))
    case_number = line(_l("Case number"), _l("From the case system of the authority."), length=60)
    kle_code = line(
        _l("KLE code"),
        _l("Such as 05.01.02."),
        Optional(),
        Regexp(r"^\d{2}(\.\d{2}){0,2}( ?[A-ZÆØÅ]\d{2})?$", message=_l("A KLE code looks like 05.01.02.")),
    )
    note = text(_l("Why is the promise changed?"), _l("Shown beside the promise, for everybody to read."), 500)

    def validate_cover_alt(self, field: Any) -> None:
        if self.cover.data and self.cover.data.filename and not field.data:
            raise ValidationError(_("Say what the picture shows."))

    def validate_promise_answer_by(self, field: Any) -> None:
        if field.data:
            _near(field.data)

    def edit(self, only_valid: bool = False) -> Edit:
        """What was typed; with `only_valid` without what cannot be kept."""
        faulty = set(self.errors) if only_valid else set()
        columns = {name: self[name].data for name in COLUMNS if name not in faulty}
        if "promise_level" in columns:
            level = columns["promise_level"]
            columns["promise_level"] = InfluenceLevel(level) if level in set(InfluenceLevel) else None
        phases = None if "phases" in faulty else [entry.form.edit for entry in self.phases if not entry.form.empty]
        places = None if "municipalities" in faulty else self.municipalities.data or []
        return Edit(columns, places, phases, self.note.data or "")


def filled_from(challenge: Challenge) -> dict[str, Any]:
    """What the form shows of a challenge before anything is typed."""
    return {
        **{name: getattr(challenge, name) for name in COLUMNS},
        "promise_level": challenge.promise_level.value if challenge.promise_level else None,
        "municipalities": [place.id for place in challenge.municipalities],
        "phases": [
            {"id": phase.id, "kind": phase.kind.value, "title": phase.title}
            | {"starts_on": phase.starts_on, "ends_on": phase.ends_on}
            for phase in challenge.phases
        ],
        "version": challenge.version,
    }


class ClosingForm(OnceForm):
    """The last word to those who took part."""

    text = TextAreaField(
        _l("What came of it?"),
        [InputRequired(_l("Tell those who took part what came of it.")), _at_most(5000)],
        description=_l("Everybody who follows the challenge is told. Say what was decided, and why."),
        filters=[_stripped],
    )


class DocumentForm(OnceForm):
    """A document beside the challenge."""

    file = FileField(_l("Document"), description=_l("PDF, Word, Excel, OpenDocument, CSV or text."))
    title = line(_l("What is it?"), _l("The name of the document as readers see it."))

    def validate_file(self, field: Any) -> None:
        if not (field.data and field.data.filename):
            raise ValidationError(_("Choose a file."))
