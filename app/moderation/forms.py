"""Forms of moderation: reports, decisions, complaints and their answers."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.kernel.forms import OnceForm, VersionedForm
from app.moderation import rules
from app.moderation.appeals.actions import Against
from app.moderation.models import DecisionKind, ReasonCode

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


class GroundForm(VersionedForm):
    """The ground of a decision against somebody: a rule of the square, or a law that is named."""

    reason_code = RadioField(_l("Which rule is it about?"), choices=codes)
    law = StringField(
        _l("Which law, and which section?"),
        [Length(max=200, message=_l("The text is too long: at most %(max)d characters."))],
        description=_l("Only when you choose that it is against the law. For example: the Penal Code, section 266 b."),
        filters=[_stripped],
    )

    def validate_law(self, field: StringField) -> None:
        if self.code == ReasonCode.ILLEGAL and not field.data:
            raise ValidationError(_("Write which law it is against."))

    @property
    def code(self) -> ReasonCode | None:
        chosen = self.reason_code.data if "reason_code" in self else None
        return ReasonCode(chosen) if chosen in set(ReasonCode) else None

    @property
    def law_named(self) -> str:
        """The law, when it is the ground of the decision."""
        return str(self.law.data) if self.code == ReasonCode.ILLEGAL else ""


class DecisionForm(GroundForm):
    """A decision that goes against somebody: the ground it rests on, and why."""

    reason = text_of(
        _l("What do you tell the author?"),
        required=_l("Write what the author is told."),
        help=_l("The author reads it as it stands. Say what it is about, why, and what can be done."),
    )

    def __init__(self, kind: DecisionKind, **values: Any) -> None:
        super().__init__(**values)
        if kind in rules.NEEDS_CODE:
            self.reason_code.validators = [InputRequired(_l("Choose the rule it is about."))]
        else:
            del self.reason_code, self.law
        if kind == DecisionKind.DISMISS_REPORTS:
            self.reason.label.text = _l("What do you tell whoever reported it?")
            self.reason.description = _l("They read it as it stands. Say why it may stay, and what you looked at.")


class VerdictForm(VersionedForm):
    """A decision that needs no words: publish, show again."""


class AnswerForm(GroundForm):
    """The answer to a complaint. When what was reported goes after all, its author gets a statement of reasons too."""

    outcome = RadioField(
        _l("What do you decide?"),
        [InputRequired(_l("Choose what you decide."))],
        choices=lambda: {
            DecisionKind.UPHOLD.value: str(_l("The decision stands")),
            DecisionKind.REVERSE.value: str(_l("The decision is reversed")),
        },
    )
    reason = text_of(_l("Why?"), required=_l("Write why."), help=_l("Whoever complained reads it as it stands."))
    told = TextAreaField(
        _l("What do you tell the author?"),
        [Length(max=LONG, message=_l("The text is too long: at most %(max)d characters."))],
        description=_l("The author reads it as it stands. Say what it is about, why, and what can be done."),
        filters=[_stripped],
    )

    def __init__(self, *, takes_away: bool, **values: Any) -> None:
        super().__init__(**values)
        self.reason_code.validators = [Optional()]
        if not takes_away:
            del self.reason_code, self.law, self.told

    @property
    def takes_away(self) -> bool:
        """Whether this answer takes something away from its author."""
        return "told" in self and self.outcome.data == DecisionKind.REVERSE

    @property
    def against(self) -> Against | None:
        """The statement of reasons to the author, if there is one."""
        code = self.code
        return Against(code, str(self.told.data), self.law_named) if self.takes_away and code else None

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.takes_away and not self.code:
            self.reason_code.errors = [_("Choose the rule it is about.")]
        if self.takes_away and not self.told.data:
            self.told.errors = [_("Write what the author is told.")]
        return valid and not self.errors


PHRASES = {
    ReasonCode.OFF_TOPIC: _l(
        "Thank you for writing. What you posted is not about the matter it stands under, so we cannot show it there. "
        "You are welcome to post it where it belongs."
    ),
    ReasonCode.DUPLICATE: _l(
        "Thank you for writing. The same has been posted before, and support helps most when it is gathered in one "
        "place. Have a look at what is there, and support it or add to it."
    ),
    ReasonCode.PERSONAL_DATA: _l(
        "Your text tells personal things about somebody who can be recognised. Leave out names, addresses and other "
        "things that point to a person."
    ),
    ReasonCode.HARASSMENT: _l(
        "Your text goes after a person rather than the matter. Write what you disagree with, without attacking anybody."
    ),
    ReasonCode.HATE_SPEECH: _l(
        "Your text demeans people for who they are. We do not show that on the square. You are welcome to write "
        "about the matter itself."
    ),
    ReasonCode.SPAM: _l(
        "What you posted is mostly advertising. The square is for solving challenges together. Tell us instead what "
        "you can contribute to a challenge."
    ),
    ReasonCode.ILLEGAL: _l("As we read the law, what you posted is against it, so we cannot show it. This is why:"),
    ReasonCode.MISLEADING: _l(
        "Your text gives people a wrong picture of the facts, or of who has written it. Say where the facts come "
        "from, and write as the one you are."
    ),
    ReasonCode.COPYRIGHT: _l(
        "The text or the picture seems to be somebody else's. Use what you have made yourself or may use."
    ),
    ReasonCode.UNCLEAR: _l(
        "We cannot quite see what you have in mind. Write in a few sentences what should be done, where, and for whom."
    ),
}
"""Beginnings of a text to the author, to be finished by the moderator."""

CAN_BE_PUT_RIGHT = {
    *(ReasonCode.PERSONAL_DATA, ReasonCode.HARASSMENT, ReasonCode.MISLEADING),
    *(ReasonCode.COPYRIGHT, ReasonCode.UNCLEAR),
}


def phrase(code: ReasonCode, *, sent_again: bool) -> str:
    """The beginning for a ground, with what the author can do: send it again, or write a new one."""
    if code not in CAN_BE_PUT_RIGHT:
        return str(PHRASES[code])
    end = _("Change it, and send it again.") if sent_again else _("You are welcome to write a new one.")
    return f"{PHRASES[code]} {end}"
