"""Forms of organisations, and the field by which other features' forms let somebody act in an organisation's name."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import (
    BooleanField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
    ValidationError,
)
from wtforms.validators import URL, DataRequired, Email, Length, Optional

from app.kernel import access, db
from app.kernel.forms import Form, OnceForm, SelectChoice, VersionedForm
from app.kernel.uploads import UploadField
from app.organisations import cvr, queries
from app.organisations.models import MemberRole, OrganisationKind
from app.places.models import Municipality

KINDS = {
    OrganisationKind.COMPANY.value: _l("Company"),
    OrganisationKind.KNOWLEDGE_INSTITUTION.value: _l("Knowledge institution"),
    OrganisationKind.ASSOCIATION.value: _l("Association"),
    OrganisationKind.PUBLIC_BODY.value: _l("Public body"),
}
ROLES = {
    MemberRole.MEMBER.value: _l("Member: acts in our name"),
    MemberRole.ADMIN.value: _l("Admin: also pledges, edits and invites"),
    MemberRole.OWNER.value: _l("Owner: all of it, and hands over"),
}
THEMES = {
    1: _l("No poverty"),
    2: _l("Zero hunger"),
    3: _l("Good health and well-being"),
    4: _l("Quality education"),
    5: _l("Gender equality"),
    6: _l("Clean water and sanitation"),
    7: _l("Affordable and clean energy"),
    8: _l("Decent work and economic growth"),
    9: _l("Industry, innovation and infrastructure"),
    10: _l("Reduced inequalities"),
    11: _l("Sustainable cities and communities"),
    12: _l("Responsible consumption and production"),
    13: _l("Climate action"),
    14: _l("Life below water"),
    15: _l("Life on land"),
    16: _l("Peace, justice and strong institutions"),
    17: _l("Partnerships for the goals"),
}


class ActsAsMixin:
    """Adds the choice in whose name one acts: `class ProposalForm(ActsAsMixin, OnceForm)`.

    Shown by `acts_as_field(form)` of `organisations/_acts_as.html`, read by `form.organisation_id`, preset by
    `acts_as=str(id)`. The action asks again: `organisation = organisations.actions.speak_for(organisation_id, by=by)`.
    """

    acts_as_roles: ClassVar[tuple[str, ...]] = ()
    acts_as: Any = SelectField(_l("In whose name"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor = access.current_actor()
        own = _("My own: %(name)s", name=actor.name) if actor.signed_in else _("My own")
        held = actor.scope_ids("organisation")
        found = db.session().execute(queries.spoken_for_by(actor, *self.acts_as_roles)).all() if held else []
        self.acts_as.choices = [SelectChoice("", own), *(SelectChoice(str(row.id), row.name) for row in found)]

    @property
    def speaks_for_some(self) -> bool:
        """Whether there is anything to choose."""
        return len(self.acts_as.choices) > 1

    @property
    def organisation_id(self) -> int | None:
        """The organisation in whose name one acts, or none for one's own."""
        return int(self.acts_as.data) if self.acts_as.data else None


class ProfileFields(Form):
    """What registration and profile have in common."""

    name = StringField(_l("Name"), [DataRequired(_l("Write the name.")), Length(max=200)])
    address = StringField(_l("Address"), [Length(max=200)])
    municipality = SelectField(_l("Home municipality"), [DataRequired(_l("Choose a municipality."))], coerce=str)
    summary = StringField(
        _l("In one sentence"), [Length(max=300)], description=_l("What you are and for whom. Shown in lists.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = list(db.session().scalars(select(Municipality).order_by(Municipality.name)))
        choices = [SelectChoice(str(place.id), place.name) for place in self.places]
        self.municipality.choices = [SelectChoice("", _("Choose")), *choices]
        if "municipalities" in self:
            self["municipalities"].choices = choices

    @property
    def home(self) -> Municipality:
        return next(place for place in self.places if str(place.id) == self.municipality.data)


class RegisterForm(OnceForm, ProfileFields):
    kind = RadioField(
        _l("What kind of organisation is it?"),
        [DataRequired(_l("Choose a kind."))],
        choices=[SelectChoice(*pair) for pair in KINDS.items()],
        default=OrganisationKind.COMPANY.value,
    )
    cvr = StringField(
        _l("CVR number"),
        [Length(max=30)],
        description=_l("Eight digits. Companies need it, others give it if they have one."),
    )

    def validate_cvr(self, field: Any) -> None:
        if not (field.data or "").strip():
            if self.kind.data == OrganisationKind.COMPANY:
                raise ValidationError(_("Write the CVR number of the company."))
        elif cvr.valid(field.data) is None:
            raise ValidationError(
                _("This is not a CVR number: the check digits do not fit. Compare it with an invoice.")
            )

    @property
    def number(self) -> str | None:
        return cvr.valid(self.cvr.data or "")


class ProfileForm(VersionedForm, ProfileFields):
    can_do = TextAreaField(_l("What we can"), [Length(max=4000)])
    seeks = TextAreaField(_l("What we seek"), [Length(max=4000)])
    website = URLField(
        _l("Website"),
        [Optional(), Length(max=200), URL(message=_l("Write the whole address, such as https://example.dk."))],
    )
    municipalities = SelectMultipleField(_l("Where we work"), coerce=str)
    themes = SelectMultipleField(
        _l("The world goals we work with"), coerce=int, choices=[SelectChoice(*pair) for pair in THEMES.items()]
    )
    tags = StringField(
        _l("Keywords"),
        [Length(max=400)],
        description=_l("Separate them by commas, such as sensors, water, maintenance."),
    )
    logo = UploadField(_l("Logo"), description=_l("A picture as JPEG, PNG or WebP."))
    logo_alt = StringField(_l("What the logo shows"), [Length(max=200)], description=_l("For those who cannot see it."))
    remove_logo = BooleanField(_l("Remove the logo"))

    def validate_website(self, field: Any) -> None:
        if not field.data.startswith(("http://", "https://")):
            raise ValidationError(_("Write the whole address, such as https://example.dk."))

    def validate_logo_alt(self, field: Any) -> None:
        if self.logo.data and self.logo.data.filename and not (field.data or "").strip():
            raise ValidationError(_("Say in a few words what the logo shows."))

    @property
    def keywords(self) -> list[str]:
        """The tags without empty ones and repetitions, at most twelve."""
        words = (word.strip()[:60] for word in (self.tags.data or "").split(","))
        return list(dict.fromkeys(word for word in words if word))[:12]

    @property
    def works_in(self) -> list[Municipality]:
        return [place for place in self.places if str(place.id) in (self.municipalities.data or [])]


class InviteForm(OnceForm):
    email = EmailField(
        _l("E-mail address"),
        [DataRequired(_l("Write an e-mail address.")), Email(_l("This is not an e-mail address.")), Length(max=200)],
    )
    role = RadioField(
        _l("As"),
        choices=[SelectChoice(role, ROLES[role]) for role in (MemberRole.MEMBER, MemberRole.ADMIN)],
        default=MemberRole.MEMBER.value,
    )


class RoleForm(Form):
    role = SelectField(_l("Role"), choices=[SelectChoice(*pair) for pair in ROLES.items()])


class AskToJoinForm(OnceForm):
    message = TextAreaField(
        _l("Who are you?"),
        [DataRequired(_l("Write a sentence, so that they know who asks.")), Length(max=1000)],
        description=_l("The owners and admins read it."),
    )


class AnswerForm(Form):
    accept = BooleanField(_l("Accept"))


class HandOverForm(Form):
    person = RadioField(_l("New owner"), [DataRequired(_l("Choose a member."))], coerce=str, choices=[])
