"""What tells people: the reader of activities, and the digests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.activity.ports import read_by
from app.kernel import db, jobs, letters
from app.notifications import actions, queries
from app.notifications.models import Frequency
from app.notifications.rules import TELLINGS

read_by(actions.tell, TELLINGS)
letters.describe("notification", _l("A notification"))
letters.describe("digest", _l("A digest of notifications"))


@jobs.job("notifications.digest")
def digest(person_id: int, frequency: str) -> None:
    actions.digest(person_id, Frequency(frequency))


@jobs.job("notifications.daily", cron="0 5 * * *")
def daily() -> None:
    _start_digests(Frequency.DAILY)


@jobs.job("notifications.weekly", cron="0 5 * * 1")
def weekly() -> None:
    _start_digests(Frequency.WEEKLY)


@jobs.job("notifications.late", cron="*/10 * * * *")
def late() -> None:
    """Mail what was changed from a digest to "at once" while it waited."""
    _start_digests(Frequency.NOW)


def _start_digests(frequency: Frequency) -> None:
    for person_id in db.session().scalars(queries.people_to_mail(frequency)):
        jobs.enqueue("notifications.digest", person_id, frequency)
