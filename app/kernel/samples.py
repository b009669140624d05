"""What the style guide is filled with: one form with a field of every type, points for its map, a day and a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length

from app.kernel.forms import SelectChoice

THEMES = [SelectChoice("klima", "Klima"), SelectChoice("mobilitet", "Mobilitet"), SelectChoice("sundhed", "Sundhed")]
POINTS = [(10.05, 56.33), (10.06, 56.34), (10.2, 56.16), (10.21, 56.15), (10.57, 55.86), (9.85, 55.86), (9.4, 56.45)]


class SampleForm(FlaskForm):
    """A field of every type. The style guide is a page for developers: its words are not translated."""

    title = StringField(
        "Hvad er din idé?", [DataRequired("Skriv en titel."), Length(max=120)], description="Kort og klart."
    )
    text = TextAreaField(
        "Fortæl om den",
        [DataRequired("Fortæl om idéen."), Length(max=4000)],
        description="Hvad skal ske, hvor, og hvem har glæde af det?",
    )
    email = EmailField("E-mail")
    password = PasswordField("Adgangskode")
    place = StringField("Sted")
    municipality = SelectField("Kommune", choices=[SelectChoice("0751", "Aarhus"), SelectChoice("0741", "Samsø")])
    themes = SelectMultipleField("Temaer", choices=THEMES, description="Vælg op til tre.")
    level = RadioField(
        "Hvor meget kan man bestemme?",
        [InputRequired("Vælg et svar.")],
        choices=[SelectChoice("consult", "Vi lytter"), SelectChoice("co_decide", "Vi beslutter sammen")],
    )
    due = DateField("Svar senest")
    hours = IntegerField("Timer", description="Hvor mange timer kan du give?")
    picture = FileField("Billede", description="JPEG eller PNG, højst 12 MB. Vi fjerner oplysninger om sted og kamera.")
    agree = BooleanField("Jeg må vise billedet", description="Du har selv taget det eller fået lov.")
    spot = StringField("Hvor er det?", description="En adresse, en plads eller et landsbynavn.")
    lat = HiddenField()
    lon = HiddenField()


def context(*, faulty: bool) -> dict[str, Any]:
    """All that templates/dev/styleguide.html asks for; `faulty` shows the form after a failed attempt."""
    form = SampleForm(meta={"csrf": False})
    if faulty:
        form.validate()
    return {"form": form, "today": date(2026, 11, 23), "moment": datetime(2026, 11, 23, 13, 3, tzinfo=UTC)}


def points() -> dict[str, Any]:
    """Some places on the map, two of them close together."""
    return _features(
        {"type": "Point", "coordinates": place, "title": f"Prøvested {number}", "href": "#part-lists"}
        for number, place in enumerate(POINTS, start=1)
    )


def outlines() -> dict[str, Any]:
    """Two municipalities drawn with a ruler; the real ones are imported."""
    return _features(
        {
            "type": "Polygon",
            "coordinates": [[[x, y], [x + 0.5, y], [x + 0.5, y + 0.4], [x, y + 0.4], [x, y]]],
            "title": name,
        }
        for x, y, name in ((9.9, 56.0, "Prøveby"), (10.4, 55.75, "Prøveø"))
    )


def _features(shapes: Iterable[dict[str, Any]]) -> dict[str, Any]:
    geometry = ("type", "coordinates")
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {name: shape[name] for name in geometry},
                "properties": {"kind": "challenge", "name": shape["title"], "count": 1}
                | {name: value for name, value in shape.items() if name not in geometry},
            }
            for shape in shapes
        ],
    }
