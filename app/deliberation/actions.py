"""Verbs of deliberation. A thread counts what stands in it: what is hidden or withdrawn is not counted."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from werkzeug.exceptions import Conflict

from app.activity import actions as activity
from app.activity.models import SubjectType
from app.deliberation import rules
from app.deliberation.models import Comment, Stance, Thread, UsefulMark
from app.kernel import clock, db
from app.kernel.access import Actor, check
from app.kernel.errors import check_version
from app.kernel.html import plain
from app.moderation import actions as moderation
from app.moderation.models import DecisionKind
from app.organisations.actions import speak_for


def open_thread(owner_type: SubjectType, owner_id: int, *, municipality_id: int | None) -> Thread:
    """A thread for a thing, which keeps the thread's id."""
    thread = Thread(owner_type=owner_type, owner_id=owner_id, municipality_id=municipality_id)
    db.session().add(thread)
    db.session().flush()
    return thread


def close_thread(thread: Thread) -> None:
    """No more comments. The caller has asked whether this may be done."""
    thread.closed_at = thread.closed_at or clock.now()


def reopen_thread(thread: Thread) -> None:
    thread.closed_at = None


def post(
    thread: Thread,
    *,
    by: Actor,
    body: str,
    stance: Stance = Stance.NEITHER,
    answers: Comment | None = None,
    organisation_id: int | None = None,
) -> Comment:
    """Write a comment, or a reply; a reply to a reply stands beside it."""
    check(rules.may_reply(by, answers) if answers else rules.may_comment(by, thread))
    speak_for(organisation_id, by=by)
    parent_id = (answers.parent_id or answers.id) if answers else None
    comment = Comment(
        thread=thread,
        parent_id=parent_id,
        author_id=by.id,
        organisation_id=organisation_id,
        stance=Stance.NEITHER if answers else stance,
        body=body.strip(),
    )
    db.session().add(comment)
    db.session().flush()
    _make_reportable(comment, thread)
    _record_posted(comment, thread, answers, by)
    count(thread.id, 1, only_open=True)
    return comment


def _make_reportable(comment: Comment, thread: Thread) -> None:
    case = moderation.register_published(
        SubjectType.COMMENT,
        comment.id,
        title=plain(comment.body, 80),
        municipality_id=thread.municipality_id,
        author_id=comment.author_id,
    )
    comment.case_id = case.id


def _record_posted(comment: Comment, thread: Thread, answers: Comment | None, by: Actor) -> None:
    activity.record(
        "comment.posted",
        by=by,
        subject_type=thread.owner_type,
        subject_id=thread.owner_id or 0,
        organisation_id=comment.organisation_id,
        comment_id=comment.id,
        thread_id=thread.id,
        stance=comment.stance.value,
        parent_id=answers.id if answers else None,
    )


def count(thread_id: int, change: int, *, only_open: bool = False) -> None:
    """Count up or down; with `only_open` a thread that was closed meanwhile takes nothing more."""
    statement = update(Thread).where(Thread.id == thread_id).values(comment_count=Thread.comment_count + change)
    if only_open:
        statement = statement.where(Thread.closed_at.is_(None))
    if db.session().scalar(statement.returning(Thread.id)) is None:
        raise Conflict


def edit(comment: Comment, *, by: Actor, body: str, version: int) -> None:
    """Put right what was just written, or change it later with a mark that it was edited."""
    check(rules.may_edit(by, comment))
    check_version(comment, version)
    if body.strip() == comment.body:
        return
    if not comment.can_be_edited_silently:
        comment.edited_at = clock.now()
    comment.body = body.strip()


def withdraw(comment: Comment, *, by: Actor) -> None:
    """Take a comment away; its place and the replies stay."""
    check(rules.may_withdraw(by, comment))
    standing = (Comment.id == comment.id, Comment.withdrawn_at.is_(None), Comment.hidden_at.is_(None))
    gone = update(Comment).where(*standing).values(withdrawn_at=clock.now()).returning(Comment.id)
    if db.session().scalar(gone) is None:
        raise Conflict
    moderation.withdraw(comment.case_id)
    count(comment.thread_id, -1)
    owner = comment.thread
    activity.record(
        "comment.withdrawn",
        by=by,
        subject_type=owner.owner_type,
        subject_id=owner.owner_id or 0,
        comment_id=comment.id,
    )


def mark_useful(comment: Comment, *, by: Actor) -> None:
    """Mark as useful; doing it again changes nothing."""
    check(rules.may_mark(by, comment))
    values = {"comment_id": comment.id, "person_id": by.id, "created_at": clock.now()}
    added = insert(UsefulMark).values(**values).on_conflict_do_nothing().returning(UsefulMark.comment_id)
    if db.session().scalar(added) is not None:
        _count_useful(comment, 1)


def unmark_useful(comment: Comment, *, by: Actor) -> None:
    """Take the mark back; doing it again changes nothing."""
    mine = (UsefulMark.comment_id == comment.id, UsefulMark.person_id == by.id)
    if db.session().scalar(delete(UsefulMark).where(*mine).returning(UsefulMark.comment_id)) is not None:
        _count_useful(comment, -1)


def _count_useful(comment: Comment, change: int) -> None:
    one = update(Comment).where(Comment.id == comment.id)
    db.session().execute(one.values(useful_count=Comment.useful_count + change))
    db.session().refresh(comment, ["useful_count"])


def carry_out(comment_id: int, kind: DecisionKind, by: Actor) -> None:
    """What moderation decided: hide, or show again."""
    hidden = kind in {DecisionKind.HIDE, DecisionKind.REJECT}
    changes = Comment.hidden_at.is_(None) if hidden else Comment.hidden_at.is_not(None)
    statement = update(Comment).where(Comment.id == comment_id, changes)
    statement = statement.values(hidden_at=clock.now() if hidden else None)
    changed = db.session().execute(statement.returning(Comment.thread_id, Comment.withdrawn_at)).one_or_none()
    if changed is not None and changed.withdrawn_at is None:
        count(changed.thread_id, -1 if hidden else 1)
