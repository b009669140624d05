"""What notifications give to the house: what a person was told, for their export; gone when the account is erased."""

from __future__ import annotations

from markupsafe import Markup
from sqlalchemy import delete, select

from app.activity.models import Activity
from app.identity.ports import exports_rows, exports_table, on_erasure, reads_along, whole
from app.kernel import db, slots
from app.kernel.html import rendered
from app.notifications.models import Notification, Preference
from app.notifications.queries import unread_count

reads_along("unread", unread_count)

exports_rows(
    "notifications",
    lambda person_id: (
        select(Activity.kind, Activity.subject_type, Activity.subject_id, *whole(Notification, "activity_id"))
        .join(Notification, Activity.id == Notification.activity_id)
        .where(Notification.person_id == person_id)
        .order_by(Notification.id)
    ),
    Notification.person_id,
)
exports_table("preferences", Preference.person_id)


@on_erasure
def tell_nothing(person_id: int) -> None:
    for table in (Notification, Preference):
        db.session().execute(delete(table).where(table.person_id == person_id))


@slots.fill("settings.more")
def settings(**context: object) -> Markup:
    """The way to the preferences."""
    return rendered("notifications/_settings.html")
