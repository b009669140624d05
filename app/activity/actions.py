"""Writing down what happened, and following."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, delete, literal, select
from sqlalchemy.dialects.postgresql import insert

from app.activity.models import Activity, Follow, SubjectType
from app.kernel import clock, db, jobs
from app.kernel.access import Actor

waited_for: set[str] = set()
"""The kinds that a reader waits for (`ports.read_by`); an activity of another kind has nobody to be handed to."""
WRITTEN = insert(cast(Table, Activity.__table__)).returning(Activity.id)


def record(
    kind: str,
    *,
    by: Actor,
    subject_type: SubjectType,
    subject_id: int,
    organisation_id: int | None = None,
    **data: int | str | None,
) -> int:
    """Write one activity in the transaction of the act; those who wait for its kind read it after the commit.

    `kind` is "<subject>.<past participle>". `data` holds ids and enum values only, never what somebody wrote. Returns
    the id of the activity.
    """
    now, waited = clock.now(), kind in waited_for
    values = {
        "kind": kind,
        "actor_id": by.id,
        "organisation_id": organisation_id,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "data": data,
        "created_at": now,
        "read_at": None if waited else now,
    }
    db.session().flush()
    activity_id: int = db.session().execute(WRITTEN, values).scalar_one()
    if waited:
        jobs.enqueue("activity.read", activity_id)
    return activity_id


def follow(person_id: int, subject_type: SubjectType, subject_id: int) -> None:
    """Follow; doing it again changes nothing."""
    values: dict[str, Any] = {"person_id": person_id, "subject_type": subject_type, "subject_id": subject_id}
    db.session().execute(insert(Follow).values(**values, created_at=clock.now()).on_conflict_do_nothing())


def unfollow(person_id: int, subject_type: SubjectType, subject_id: int) -> None:
    """Stop following; doing it again changes nothing."""
    mine = (Follow.person_id == person_id, Follow.subject_type == subject_type, Follow.subject_id == subject_id)
    db.session().execute(delete(Follow).where(*mine))


def follow_along(subject_type: SubjectType, old_id: int, new_id: int) -> None:
    """Whoever followed one thing follows the one that took its place instead."""
    old = (Follow.subject_type == subject_type, Follow.subject_id == old_id)
    rows = select(Follow.person_id, Follow.subject_type, literal(new_id), Follow.created_at).where(*old)
    columns = ["person_id", "subject_type", "subject_id", "created_at"]
    db.session().execute(insert(Follow).from_select(columns, rows).on_conflict_do_nothing())
    db.session().execute(delete(Follow).where(*old))
