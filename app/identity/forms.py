from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    EmailField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from app.identity import ports, rules
from app.identity.models import Person, RoleName
from app.kernel import access, redirects
from app.kernel.access import Refusal
from app.kernel.forms import Form, OnceForm, SelectChoice, VersionedForm
from app.kernel.i18n import LANGUAGES
from app.kernel.uploads import UploadField

LONGEST_PASSWORD = 200
MY_SQUARE = "/my"
ROLES = {
    RoleName.MODERATOR: _("Moderator"),
    RoleName.ADMINISTRATOR: _("Administrator"),
    RoleName.PLATFORM_ADMINISTRATOR: _("Platform administrator"),
}


def own_path(wanted: str | None, otherwise: str = MY_SQUARE) -> str:
    """The path somebody asked to be led to, when it is one of our own; anything else leads home."""
    return redirects.own_path(wanted, otherwise)


def _stripped(value: str | None) -> str:
    return " ".join(value.split()) if value else ""


def _lower_address(value: str | None) -> str:
    return value.strip().lower() if value else ""


def _email(label: Any = None, *, autocomplete: str = "email", **options: Any) -> EmailField:
    required = DataRequired(_("Write your e-mail address, for example anna@example.dk."))
    shape = Email(_("This is not an e-mail address. It should look like anna@example.dk."))
    return EmailField(
        label or _("E-mail address"),
        [required, Length(max=254), shape],
        filters=[_lower_address],
        render_kw={"autocomplete": autocomplete},
        **options,
    )


def _password(label: Any = None, *, new: bool = False) -> PasswordField:
    kind = "new-password" if new else "current-password"
    validators = [InputRequired(_("Write a password.")), Length(max=LONGEST_PASSWORD)]
    hint = _("At least 10 characters. Three or four random words are easy to remember and hard to guess.")
    return PasswordField(
        label or _("Password"), validators, description=hint if new else "", render_kw={"autocomplete": kind}
    )


def _name() -> StringField:
    return StringField(
        _("Name"),
        [DataRequired(_("Write the name that others should see.")), Length(max=100)],
        filters=[_stripped],
        description=_("Others see it beside what you post. Use the name you are known by."),
        render_kw={"autocomplete": "name"},
    )


def _check_strength(field: PasswordField, *own_words: str | None) -> None:
    verdict = rules.may_use_password(field.data or "", *(word or "" for word in own_words))
    if isinstance(verdict, Refusal):
        raise ValidationError(verdict.reason)


class SignUpForm(Form):
    name = _name()
    email = _email(description=_("We send you a link to confirm it. Nobody else sees the address."))
    password = _password(new=True)

    def validate_password(self, field: PasswordField) -> None:
        _check_strength(field, self.name.data, self.email.data)


class ConfirmSignUpForm(Form):
    """In the browser that signed up one press is enough; elsewhere the password shows that it is the same person."""

    password = _password(_("The password you chose"))


class SignInForm(Form):
    email = _email()
    password = _password()


class EmailForm(Form):
    email = _email()


class NewPasswordForm(Form):
    password = _password(_("New password"), new=True)

    def __init__(self, *args: Any, person: Person, **values: Any) -> None:
        self.person = person
        super().__init__(*args, **values)

    def validate_password(self, field: PasswordField) -> None:
        _check_strength(field, self.person.name, self.person.email)


class ProvenForm(Form):
    """A change that asks for the current password first."""

    current_password = _password(_("Your current password"))

    def __init__(self, *args: Any, person: Person, **values: Any) -> None:
        self.person = person
        super().__init__(*args, **values)

    def validate_current_password(self, field: PasswordField) -> None:
        if not self.person.has_password(field.data or ""):
            raise ValidationError(_("This is not your current password."))


class ChangePasswordForm(ProvenForm):
    password = _password(_("New password"), new=True)

    def validate_password(self, field: PasswordField) -> None:
        _check_strength(field, self.person.name, self.person.email)


class ChangeEmailForm(ProvenForm):
    email = _email(
        _("New e-mail address"),
        description=_("We send a link to the new address. Until you follow it, nothing changes."),
    )


class ErasureForm(ProvenForm):
    pass


class ProfileForm(VersionedForm):
    name = _name()
    about = TextAreaField(
        _("About you"), [Length(max=2000)], description=_("What you do, what you care about. Everybody can read it.")
    )
    municipality_id = SelectField(
        _("Municipality"), coerce=int, description=_("Shown on your page. Choose none to keep it to yourself.")
    )
    language = RadioField(_("Language of mails and pages"), choices=LANGUAGES)
    new_photo = UploadField(
        _("Photo"),
        [Optional()],
        description=_("JPEG, PNG or WebP. We remove hidden details such as where it was taken."),
    )
    without_photo = BooleanField(_("Remove my photo"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.municipality_id.choices = {"0": str(_("None chosen"))} | {
            str(home.id): home.name for home in ports.homes()
        }


class PressForm(Form):
    """Nothing to fill in: one press."""


class RoleOfferForm(OnceForm):
    """To which address which role is offered, and where: one choice per pair that the actor may give."""

    email = _email(description=_("They need no account yet: they can create one on the way."), autocomplete="off")
    role = SelectField(_("Role"), [DataRequired(_("Choose a role."))])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        choices = [SelectChoice(*pair) for pair in _roles_to_give(access.current_actor())]
        self.role.choices = choices if len(choices) == 1 else [SelectChoice("", _("Choose")), *choices]

    def chosen(self) -> tuple[RoleName, int | None]:
        name, _colon, municipality = str(self.role.data).partition(":")
        return RoleName(name), int(municipality) if municipality else None


def _roles_to_give(actor: access.Actor) -> Iterator[tuple[str, str]]:
    places: dict[int | None, str] = {None: ""} | {home.id: home.name for home in ports.homes()}
    for name in RoleName:
        for home, place in places.items():
            fits = (home is None) == (name == RoleName.PLATFORM_ADMINISTRATOR)
            if fits and rules.may_give_role(actor, name, home):
                yield f"{name.value}:{home or ''}", role_named(name, place)


def role_named(name: RoleName, place: str) -> str:
    """A role and where it is held, such as "Moderator, Aarhus"."""
    return f"{ROLES[name]}, {place}" if place else str(ROLES[name])


def reader_language() -> str:
    """The language this page is read in, for mails to somebody without an account."""
    language = str(get_locale())[:2]
    return language if language in LANGUAGES else "da"
