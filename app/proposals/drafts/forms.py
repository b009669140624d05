from __future__ import annotations

import math
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length

from app.challenges.models import Challenge
from app.kernel.forms import OnceForm, SelectChoice, VersionedForm, number
from app.kernel.uploads import UploadField
from app.organisations.forms import ActsAsMixin
from app.places.models import Municipality
from app.places.queries import boundary_version, municipality_at
from app.proposals.drafts.actions import Content, PictureChange
from app.proposals.drafts.queries import municipalities_for
from app.proposals.models import Picture

MOST_PICTURES = 5


def _strip(text: str | None) -> str:
    return (text or "").replace("\x00", "").strip()


class PictureForm(Form):
    """One picture: new with a file, or kept by its id."""

    id = HiddenField()
    file = UploadField(_("Picture"), description=_("JPEG, PNG or WebP. Where and when it was taken is removed."))
    alt = StringField(
        _("What does the picture show?"),
        [Length(max=200, message=_("Write at most 200 characters."))],
        description=_("One sentence for those who cannot see it."),
        filters=[_strip],
    )
    remove = BooleanField(_("Remove this picture"))

    @property
    def change(self) -> PictureChange:
        """What is to become of the picture."""
        upload = self.file.data or self.file.dropped
        remove = bool(self.remove.data or (self.file.dropped and not self.file.data))
        return PictureChange(self.alt.data or "", number(self.id.data), upload, remove)

    def saved_as(self, picture: Picture | None) -> None:
        """From now on it is a picture of the draft."""
        if picture is not None:
            self.remove.data = self.change.remove
            self.id.data, self.file.data = str(picture.id), None


class ProposalForm(ActsAsMixin, VersionedForm, OnceForm):
    """An idea, new or changed. `challenge` is the one it answers, or none."""

    challenge_id = HiddenField()
    seen = HiddenField()
    title = StringField(
        _("What is your idea?"),
        [DataRequired(_("Give your idea a title.")), Length(5, 120, _("Write between 5 and 120 characters."))],
        description=_("One sentence that says what you want to do."),
        filters=[_strip],
    )
    body = TextAreaField(
        _("Tell more about it"),
        [
            DataRequired(_("Tell what your idea is about.")),
            Length(20, 10000, _("Write between 20 and 10,000 characters.")),
        ],
        description=_("What should happen, for whom, and why does it help?"),
        filters=[_strip],
    )
    municipality = SelectField(_("Municipality"), coerce=str, validate_choice=True)
    place_name = StringField(
        _("Where is it?"),
        [Length(max=200, message=_("Write at most 200 characters."))],
        description=_("An address or a place in words. You can also mark it on the map."),
        filters=[_strip],
    )
    latitude = HiddenField()
    longitude = HiddenField()
    unmark = BooleanField(_("Remove the mark from the map"))
    pictures = FieldList(FormField(PictureForm), min_entries=MOST_PICTURES, max_entries=MOST_PICTURES)

    def __init__(self, *, challenge: Challenge | None, **values: Any) -> None:
        super().__init__(**values)
        self.challenge = challenge
        self.municipalities: list[Municipality] = municipalities_for(challenge)
        ask = [] if len(self.municipalities) == 1 else [SelectChoice("", gettext("Choose a municipality"))]
        self.municipality.flags.required = True
        self.municipality.choices = ask + [SelectChoice(str(place.id), place.name) for place in self.municipalities]
        if len(self.municipalities) == 1:
            self.municipality.data = str(self.municipalities[0].id)

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude of the mark on the map, if there is one."""
        if self.unmark.data:
            return None
        try:
            longitude, latitude = float(self.longitude.data or ""), float(self.latitude.data or "")
        except ValueError:
            return None
        on_earth = math.isfinite(longitude + latitude) and abs(longitude) <= 180 and abs(latitude) <= 90
        return (longitude, latitude) if on_earth else None

    @property
    def municipality_id(self) -> int | None:
        known = {str(place.id) for place in self.municipalities}
        return int(self.municipality.data) if self.municipality.data in known else None

    @property
    def codes(self) -> dict[str, str]:
        """The municipalities on the map, by the values of their field."""
        return {str(place.id): place.code for place in self.municipalities}

    @property
    def near(self) -> list[str]:
        """What the map opens on: the municipality that is chosen, else those of the challenge."""
        chosen = self.codes.get(str(self.municipality.data))
        return [chosen] if chosen else list(self.codes.values()) if self.challenge else []

    def validate(self, extra_validators: Any = None) -> bool:
        """Shape, and whether the place, the municipality and the pictures fit."""
        right = super().validate(extra_validators)
        checks = (self._place_fits(), self._municipality_chosen(), self._pictures_described())
        return right and all(checks)

    def _place_fits(self) -> bool:
        if self.point is None:
            return True
        found, wanted = municipality_at(*self.point), {place.id for place in self.municipalities}
        if found is None and boundary_version()[0]:
            return _fault(self.place_name, gettext("The mark lies outside East Jutland. Move it, or remove it."))
        if found is not None and found.id not in wanted:
            return _fault(self.place_name, self._elsewhere(found))
        if found is not None:
            self.municipality.data, self.municipality.errors = str(found.id), []
        return True

    def _elsewhere(self, found: Municipality) -> str:
        names = ", ".join(place.name for place in self.municipalities)
        return gettext(
            "The mark lies in %(found)s, but the challenge is about %(names)s. Move the mark, or remove it.",
            found=found.name,
            names=names,
        )

    def _municipality_chosen(self) -> bool:
        if self.municipality_id is not None:
            return True
        return _fault(self.municipality, gettext("Choose the municipality that your idea is about."))

    def pictures_usable(self) -> bool:
        """Whether each file that was chosen is a picture; all that a draft asks."""
        usable = [entry.form.file.validate(entry.form) for entry in self.pictures]
        self._gather_faults()
        return all(usable)

    @property
    def file_faults(self) -> list[str]:
        """What is wrong with the files that were chosen."""
        return [str(fault) for entry in self.pictures for fault in entry.form.file.errors]

    @property
    def content(self) -> Content:
        """What was written, as much of it as an idea holds."""
        return Content(
            title=(self.title.data or "")[:120],
            body=(self.body.data or "")[:10000],
            place_name=(self.place_name.data or "")[:200],
            point=self.point,
            municipality_id=self.municipality_id,
            organisation_id=self.organisation_id,
        )

    @property
    def picture_changes(self) -> list[PictureChange]:
        return [entry.form.change for entry in self.pictures]

    def _pictures_described(self) -> bool:
        right = True
        for entry in self.pictures:
            if (
                entry.form.file.data or (entry.form.id.data and not entry.form.remove.data)
            ) and not entry.form.alt.data:
                right = _fault(entry.form.alt, gettext("Say in one sentence what the picture shows."))
        self._gather_faults()
        return right

    def _gather_faults(self) -> None:
        """What is wrong with a picture stands in the summary, too."""
        self.pictures.errors = [entry.errors for entry in self.pictures if entry.errors]


def _fault(field: Any, message: str) -> bool:
    field.errors = [message]
    return False
