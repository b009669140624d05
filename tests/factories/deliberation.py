from __future__ import annotations

from itertools import count
from typing import Any

from app.activity.models import SubjectType
from app.deliberation.models import Comment, Thread
from app.kernel import db
from app.moderation.models import Case, CaseState
from tests.factories import identity

numbers = count(1)


def comment(thread: Thread | None, **values: Any) -> Comment:
    """A comment that stands in a thread, with a case."""
    assert thread is not None
    values.setdefault("body", f"Prøvekommentar {next(numbers)}")
    if "author" not in values:
        values["author"] = identity.person()
    row = Comment(thread=thread, **values)
    db.session().add(row)
    thread.comment_count += 1 if row.hidden_at is None and row.withdrawn_at is None else 0
    db.session().flush()
    case = Case(
        subject_type=SubjectType.COMMENT,
        subject_id=row.id,
        municipality_id=thread.municipality_id,
        author_id=row.author_id,
        title=row.body[:80],
        state=CaseState.PUBLISHED,
    )
    db.session().add(case)
    db.session().flush()
    row.case_id = case.id
    db.session().flush()
    return row
