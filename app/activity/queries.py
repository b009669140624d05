from __future__ import annotations

from sqlalchemy import Select, exists, select

from app.activity.models import Activity, Follow, SubjectType
from app.kernel.access import Actor


def of_subject(subject_type: SubjectType, subject_id: int) -> Select[Activity]:
    """What happened to one subject, newest first."""
    about = (Activity.subject_type == subject_type, Activity.subject_id == subject_id)
    return select(Activity).where(*about).order_by(Activity.id.desc())


def follows(actor: Actor, subject_type: SubjectType, subject_id: int) -> Select[bool]:
    """Whether the actor follows the subject."""
    mine = (Follow.person_id == actor.id, Follow.subject_type == subject_type, Follow.subject_id == subject_id)
    return select(exists().where(*mine))
