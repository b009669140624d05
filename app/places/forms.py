from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import FloatField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.kernel.forms import Form, VersionedForm


class WelcomeForm(VersionedForm):
    welcome = TextAreaField(
        _("Welcome"),
        [Length(max=4000)],
        description=_("What you work on together, and what you hope for. A blank line begins a new paragraph."),
    )


class FindForm(Form):
    """A name, or a position that the browser tells when its owner asks it to."""

    place = StringField(_("Postcode, town or municipality"), [Length(max=100)])
    lat = FloatField(_("Latitude"), [Optional()])
    lon = FloatField(_("Longitude"), [Optional()])
