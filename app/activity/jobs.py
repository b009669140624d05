"""The outbox: every activity is handed to its readers after the commit, and swept up if that failed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.activity import ports
from app.activity.models import Activity
from app.kernel import clock, db, jobs

PATIENCE = timedelta(seconds=30)


@jobs.job("activity.read")
def read(id: int) -> None:
    """Call the readers of one activity. The row is locked, so that two workers never read it at once."""
    unread = select(Activity).where(Activity.id == id, Activity.read_at.is_(None))
    activity = db.session().scalar(unread.with_for_update(skip_locked=True))
    if activity is None:
        return
    for reader in ports.readers():
        reader(activity)
    activity.read_at = clock.now()


@jobs.job("activity.sweep", cron="* * * * *")
def sweep() -> None:
    """Queue again what has not been read: Valkey was away, or a worker was killed."""
    late = select(Activity.id).where(Activity.read_at.is_(None), Activity.created_at < clock.now() - PATIENCE)
    for activity_id in db.session().scalars(late.order_by(Activity.id).limit(1000)):
        jobs.enqueue("activity.read", activity_id)
