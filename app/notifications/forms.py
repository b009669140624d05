from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from app.kernel.forms import Form, SelectChoice
from app.notifications.models import Frequency, Topic

FREQUENCIES = {
    Frequency.NOW: _l("At once"),
    Frequency.DAILY: _l("Once a day"),
    Frequency.WEEKLY: _l("Once a week"),
    Frequency.NEVER: _l("Never"),
}
TOPICS = {
    Topic.DECISIONS: _l("Decisions on what I have written, and answers to it"),
    Topic.TASKS: _l("Things that wait for me"),
    Topic.MY_THINGS: _l("What happens to my challenges and ideas"),
    Topic.PARTNERSHIPS: _l("My partnerships"),
    Topic.FOLLOWED: _l("What I follow"),
}


class PreferencesForm(Form):
    """One choice per topic; the fields are named after the topics."""


for topic, label in TOPICS.items():
    setattr(
        PreferencesForm, topic, RadioField(label, choices=[SelectChoice(*choice) for choice in FREQUENCIES.items()])
    )
