"""Forms of challenges. The shape of what is typed; what must be there before review is asked of `rules.missing`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional, Regexp, StopValidation

from app.challenges.actions import Edit, PhaseEdit
from app.challenges.models import PROMISE, Challenge, InfluenceLevel, PhaseKind
from app.kernel import clock
from app.kernel.forms import OnceForm, VersionedForm, number
from app.kernel.uploads import UploadField
from app.organisations.forms import THEMES

LONGEST = timedelta(days=5 * 366)
MOST_PHASES = 12
COLUMNS = (
    *("title", "need", "body", "themes", "cover_alt", "case_number", "kle_code"),
    *("promise_level", "promise_fixed", "promise_open", "promise_decider", "promise_answer_by"),
)

PHASES = {
    PhaseKind.IDEAS: _l("Ideas"),
    PhaseKind.CONVERSATION: _l("Conversation"),
    PhaseKind.BUDGET: _l("Budget"),
    PhaseKind.CALL: _l("Call for partners"),
    PhaseKind.PILOT: _l("Pilot"),
    PhaseKind.FOLLOW_UP: _l("Follow-up"),
}
LEVELS = {
    InfluenceLevel.INFORM: _l("We tell: people are told what happens and why."),
    InfluenceLevel.CONSULT: _l("We listen: people are heard, and told how their input counted."),
    InfluenceLevel.INVOLVE: _l("We work with people: their ideas shape the solution, and they are told how."),
    InfluenceLevel.CO_DECIDE: _l("We decide together: votes and ideas are part of the decision itself."),
    InfluenceLevel.CO_PRODUCE: _l("We make it together: people and we carry the solution out side by side."),
}


def choices_of(labels: Any, empty: Any = None) -> Any:
    """The choices of a field, in the reader's language."""
    return lambda: (
        ({"": str(empty)} if empty is not None else {}) | {str(value): str(label) for value, label in labels.items()}
    )


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("The text is too long: at most %(max)d characters."))


def line(label: Any, help: Any = "", *more: Any, length: int = 200) -> StringField:
    return StringField(label, [*more, _at_most(length)], description=help, filters=[_stripped])


def text(label: Any, help: Any = "", length: int = 5000, *more: Any) -> TextAreaField:
    return TextAreaField(label, [*more, _at_most(length)], description=help, filters=[_stripped])


class Expected:
    """Marks a field that a draft may leave empty, and review may not: `check_complete`."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None: ...


class DateField(wtforms.DateField):
    """A day, or nothing; what is neither says so in words."""

    @property
    def typed(self) -> bool:
        return self.data is not None or any(part.strip() for part in self.raw_data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                super().process_formdata(valuelist)
            except ValueError as fault:
                raise ValueError(_("This is not a date in the calendar.")) from fault

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation


class NewForm(OnceForm):
    """The first words of a challenge; the rest is written on its draft."""

    owner = RadioField(_l("Who has the challenge?"), validate_choice=True, default="person")
    title = line(
        _l("What is the challenge?"),
        _l("One line that makes others want to help. You can change it later."),
        DataRequired(_l("Give the challenge a title.")),
    )
    need = text(_l("What is the need?"), _l("Who has the problem, where, and how do you notice it?"), 2000)

    @property
    def owner_chosen(self) -> tuple[str, int | None]:
        kind, _dash, number = str(self.owner.data).partition("-")
        return kind, int(number) if number else None


class PhaseForm(wtforms.Form):
    """One phase; an empty row is no phase."""

    id = HiddenField()
    kind = SelectField(_l("What happens"), [Expected()], choices=choices_of(PHASES, _l("Choose")), default="")
    title = line(_l("Name (not required)"), length=80)
    starts_on = DateField(_l("First day"), [Expected()])
    ends_on = DateField(_l("Last day"), [Expected()])

    @property
    def empty(self) -> bool:
        return not (self.kind.data or self.title.data or self.starts_on.typed or self.ends_on.typed)

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
        """A row that was found valid."""
        first, last = cast(date, self.starts_on.data), cast(date, self.ends_on.data)
        return PhaseEdit(PhaseKind(self.kind.data), first, last, self.title.data or "", number(self.id.data))


def _near(day: date) -> None:
    if abs(day - clock.today()) > 2 * LONGEST:
        raise ValidationError(_("The day is too far away. Is the year right?"))


class ChallengeForm(VersionedForm):
    """All that a challenge says."""

    title = line(_l("Title"), "", DataRequired(_l("Give the challenge a title.")))
    need = text(_l("The need"), _l("Who has the problem, where, and how do you notice it?"), 2000, Expected())
    body = text(_l("More about it"), _l("What has been tried, what you know, what would be a good result."), 20000)
    municipalities = SelectMultipleField(
        _l("Places"), [Expected()], coerce=int, description=_l("One or more municipalities.")
    )
    themes = SelectMultipleField(
        _l("Themes"),
        [Expected()],
        coerce=int,
        choices=choices_of(THEMES),
        description=_l("The UN goals that come closest."),
    )
    promise_level = RadioField(
        _l("How much do participants decide?"), [Expected(), Optional()], choices=choices_of(LEVELS)
    )
    promise_fixed = text(
        _l("What is fixed"), _l("What cannot be changed, such as money, laws, or decisions made."), 1000, Expected()
    )
    promise_open = text(_l("What is open"), _l("What participants can change."), 1000, Expected())
    promise_decider = line(_l("Who decides"), _l("A name people know, such as the city council."), Expected())
    promise_answer_by = DateField(_l("By when participants get an answer"), [Expected()])
    phases = FieldList(FormField(PhaseForm), min_entries=1, max_entries=MOST_PHASES)
    cover = UploadField(_l("Cover picture"), description=_l("JPEG, PNG or WebP. Where it was taken is removed."))
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
        columns = {name: self[name].data for name in COLUMNS if name in self and name not in faulty}
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
        [DataRequired(_l("Tell those who took part what came of it.")), _at_most(5000)],
        description=_l("Everybody who follows the challenge is told. Say what was decided, and why."),
        filters=[_stripped],
    )


class DocumentForm(OnceForm):
    """A document beside the challenge."""

    file = UploadField(_l("Document"), kind="document", description=_l("PDF, Word, Excel, OpenDocument, CSV or text."))
    title = line(_l("What is it?"), _l("The name of the document as readers see it."))

    def validate_file(self, field: Any) -> None:
        if not (field.data and field.data.filename):
            raise ValidationError(_("Choose a file."))


def check_complete(form: ChallengeForm, challenge: Challenge) -> bool:
    """Whether all is there that a moderator needs; says so beside the fields where it is not."""
    needed = {
        "title": _("Give the challenge a title."),
        "need": _("Write what the need is."),
        "municipalities": _("Choose at least one municipality."),
        "themes": _("Choose at least one theme."),
        "promise_level": _("Choose how much participants decide."),
        "promise_fixed": _("Write what is fixed, so that nobody is disappointed later."),
        "promise_open": _("Write what participants can change."),
        "promise_decider": _("Write who decides."),
        "promise_answer_by": _("Write by when participants get an answer."),
    }
    for name, message in needed.items():
        if not form[name].data and not form[name].errors:
            form[name].errors = [message]
    answer_by = form.promise_answer_by.data
    if answer_by and answer_by < clock.today() and not challenge.was_published:
        form.promise_answer_by.errors = [_("The day is over. Choose a day to come.")]
    _check_phases(form, challenge)
    if challenge.cover_id and not form.remove_cover.data and not form.cover_alt.data:
        form.cover_alt.errors = [_("Say what the picture shows.")]
    if challenge.was_published and _promise_differs(form, challenge) and not form.note.data:
        form.note.errors = [_("Say why the promise is changed. Everybody can read it.")]
    return not form.errors


def _check_phases(form: ChallengeForm, challenge: Challenge) -> None:
    """There is a phase, and before publication one that is not over."""
    rows = [entry.form for entry in form.phases if not entry.form.empty]
    if not rows:
        form.phases[0].form.kind.errors = [_("Add at least one phase with its dates.")]
        form.phases.errors = [{"kind": form.phases[0].form.kind.errors}]
    elif not challenge.was_published and not form.phases.errors:
        last = max(rows, key=lambda row: row.edit.ends_on)
        if last.edit.ends_on < clock.today():
            last.ends_on.errors = [_("All its phases are over. At least one must be open or still to come.")]
            form.phases.errors = [{"ends_on": last.ends_on.errors}]


def _promise_differs(form: ChallengeForm, challenge: Challenge) -> bool:
    columns = form.edit(only_valid=True).columns
    return any(name in columns and columns[name] != getattr(challenge, name) for name in PROMISE)
