"""Forms of moderation: reports, decisions, complaints and their answers."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.kernel.forms import OnceForm
from app.moderation.models import ReasonCode

LONG = 4000


def codes() -> Any:
    """The reason codes to choose from, in the reader's language."""
    return {code.value: str(code.label) for code in ReasonCode}


def text_of(label: Any, *, required: Any, help: Any = "") -> TextAreaField:
    """A text that must be there and has an end."""
    long = Length(max=LONG, message=_l("The text is too long: at most %(max)d characters."))
    return TextAreaField(label, [DataRequired(required), long], description=help, filters=[_stripped])


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class ReportForm(OnceForm):
    """A notice in the sense of article 16: what is wrong, why, and that it is said in good faith."""

    reason_code = RadioField(
        _l("What is wrong?"), [InputRequired(_l("Choose what comes closest."))], choices=codes, validate_choice=True
    )
    details = text_of(
        _l("Why do you think so?"),
        required=_l("Write in your own words what is wrong."),
        help=_l("Say what in the text or the pictures it is about, so that the moderator can find it."),
    )
    good_faith = BooleanField(
        _l("What I write here is true to the best of my knowledge"),
        [InputRequired(_l("Tick the box if what you write is true to the best of your knowledge."))],
    )


class AppealForm(OnceForm):
    """A complaint about a decision."""

    grounds = text_of(
        _l("Why is the decision wrong?"),
        required=_l("Write why you think the decision is wrong."),
        help=_l("Another moderator than the one who decided reads it, together with what you had written."),
    )
