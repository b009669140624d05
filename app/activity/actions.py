"""Writing down what happened, and following."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, delete, exists, false, literal, select, true, update
from sqlalchemy.dialects.postgresql import insert

from app.activity.models import Activity, EarlierFollow, Follow, SubjectType
from app.kernel import clock, db, jobs
from app.kernel.access import Actor

waited_for: set[str] = set()
"""The kinds that a reader waits for (`ports.read_by`); an activity of another kind has nobody to be handed to."""
WRITTEN = insert(cast(Table, Activity.__table__)).returning(Activity.id)
COLUMNS = ("person_id", "subject_type", "subject_id", "created_at")


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
    """Follow by one's own choice; doing it again changes nothing."""
    values: dict[str, Any] = {"person_id": person_id, "subject_type": subject_type, "subject_id": subject_id}
    chosen = insert(Follow).values(**values, created_at=clock.now())
    own = chosen.on_conflict_do_update(
        index_elements=list(values), set_={"brought": False}, where=Follow.brought.is_(True)
    )
    db.session().execute(own)


def unfollow(person_id: int, subject_type: SubjectType, subject_id: int) -> None:
    """Stop following, also what has become part of it; doing it again changes nothing."""
    mine = (Follow.person_id == person_id, Follow.subject_type == subject_type, Follow.subject_id == subject_id)
    db.session().execute(delete(Follow).where(*mine))
    before = (EarlierFollow.person_id == person_id, EarlierFollow.subject_type == subject_type)
    db.session().execute(delete(EarlierFollow).where(*before, EarlierFollow.part_of_id == subject_id))


def follow_along(subject_type: SubjectType, old_id: int, new_id: int) -> None:
    """Whoever followed one thing follows the one that it becomes part of, in one statement; `follow_apart` undoes it.

    What is remembered is what people chose: who was brought to the old one is remembered at the one they came from.
    """
    kind = literal(subject_type, Follow.subject_type.type)
    ended = delete(Follow).where(Follow.subject_type == subject_type, Follow.subject_id == old_id)
    gone = ended.returning(Follow.person_id, Follow.created_at, Follow.brought).cte("gone")
    chosen = select(gone.c.person_id, kind, literal(old_id), gone.c.created_at, literal(new_id)).where(~gone.c.brought)
    kept = insert(EarlierFollow).from_select([*COLUMNS, "part_of_id"], chosen).on_conflict_do_nothing()
    come = select(gone.c.person_id, kind, literal(new_id), gone.c.created_at, true())
    along = insert(Follow).from_select([*COLUMNS, "brought"], come).on_conflict_do_nothing()
    db.session().execute(along.add_cte(kept.cte("kept")))
    before = (EarlierFollow.subject_type == subject_type, EarlierFollow.part_of_id == old_id)
    db.session().execute(update(EarlierFollow).where(*before).values(part_of_id=new_id))


def follow_apart(subject_type: SubjectType, old_id: int, new_id: int) -> None:
    """The two are apart again: whoever followed the old one and still follows the new one has the old one back, and no
    longer follows the new one if nothing else brought them there."""
    kind = literal(subject_type, Follow.subject_type.type)
    here = (EarlierFollow.subject_type == subject_type, EarlierFollow.part_of_id == new_id)
    forgotten = delete(EarlierFollow).where(*here, EarlierFollow.subject_id == old_id)
    back = forgotten.returning(EarlierFollow.person_id, EarlierFollow.created_at).cte("back")
    again = select(back.c.person_id, kind, literal(old_id), back.c.created_at, false())
    db.session().execute(insert(Follow).from_select([*COLUMNS, "brought"], again).on_conflict_do_nothing())
    other = exists().where(*here, EarlierFollow.person_id == Follow.person_id)
    there = (Follow.subject_type == subject_type, Follow.subject_id == new_id, Follow.brought)
    db.session().execute(delete(Follow).where(*there, ~other).execution_options(synchronize_session=False))
