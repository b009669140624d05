"""A challenge as feed readers and calendars meet it."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from app.challenges.forms import PHASES
from app.challenges.models import Challenge
from app.kernel.calendars import Event
from app.kernel.feeds import Category, Entry
from app.kernel.html import plain
from app.organisations.forms import THEMES

SUMMARY = 300
"""Characters of what people wrote."""


def entry_of(challenge: Challenge) -> Entry:
    return Entry(
        path=f"/challenges/{challenge.id}",
        title=challenge.title,
        at=challenge.published_at or challenge.created_at,
        authors=(challenge.owner_name or _("Somebody who has left Torvet"),),
        summary=plain(challenge.need, SUMMARY),
        categories=(Category("challenge", _("Challenge")), *themes(challenge)),
    )


def themes(challenge: Challenge | None) -> Iterable[Category]:
    """The themes of a challenge, which are also those of what grew from it."""
    numbers = challenge.themes if challenge else ()
    return [Category(f"theme-{number}", str(THEMES[number])) for number in numbers if number in THEMES]


def events_of(challenge: Challenge) -> Iterable[Event]:
    """The phases, and the day by which an answer is promised."""
    days = {
        f"phase-{phase.id}": (phase.title or str(PHASES[phase.kind]), phase.starts_on, phase.ends_on)
        for phase in challenge.phases
    }
    if promised := challenge.promise_answer_by:
        days[f"answer-{challenge.id}"] = (_("Answer promised"), promised, promised)
    path, described = f"/challenges/{challenge.id}", plain(challenge.need, SUMMARY)
    for key, (name, first, last) in days.items():
        yield Event(key, f"{name}: {challenge.title}", first, last, path, challenge.updated_at, described)
