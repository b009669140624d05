"""Comments as readers see them. A whole page of a thread, best arguments included, is one statement."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Exists,
    Select,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, contains_eager, joinedload, with_expression
from sqlalchemy.sql.base import ExecutableOption

from app.deliberation.models import Comment, Stance, Thread, UsefulMark
from app.identity.models import Person
from app.kernel import db, paging
from app.kernel.access import Actor

PAGE = 20
THREAD, ME = bindparam("thread", type_=BigInteger), bindparam("me", type_=BigInteger)
NEWEST = "newest"
SORTS = {
    NEWEST: (paging.Key(Comment.id),),
    "useful": (paging.Key(Comment.useful_count), paging.Key(Comment.id)),
}


@dataclass(frozen=True)
class ThreadPage:
    """One page of a thread: comments, the replies under each, the best argument of each side."""

    comments: list[Comment]
    replies: dict[int, list[Comment]]
    best_for: Comment | None
    best_against: Comment | None
    sort: str
    next: str | None


def visible_to(actor: Actor) -> Select[Comment]:
    """Comments with all that is shown of them. Hidden and withdrawn ones keep their place, so they are found too.

    Whether the thing that owns the thread can be seen is asked of its card.
    """
    return select(Comment).join(Comment.thread).options(contains_eager(Comment.thread), *_shown_to(actor.id))


def threads_visible_to(actor: Actor) -> Select[Thread]:
    """All threads; whether the thing that owns one can be seen is asked of its card."""
    return select(Thread)


def page(
    thread: Thread, actor: Actor, *, sort: str = NEWEST, after: str | None = None, pinned: int | None = None
) -> ThreadPage:
    """One page of a thread. The comment `pinned`, or the one it replies to, stands first."""
    keys = SORTS.get(sort, SORTS[NEWEST])
    found: dict[str, list[Comment]] = defaultdict(list)
    beginning = _statement(keys) if after is None else _statement(keys, after)
    asked = {"thread": thread.id, "me": actor.id, "pinned": pinned or 0}
    for comment, place in db.session().execute(beginning, asked).unique():
        found[place].append(comment)
    for key in reversed(keys):
        found["listed"].sort(key=attrgetter(key.column.key), reverse=True)
    cut = paging.cut(found["listed"], *keys, size=PAGE)
    first = [comment for comment in found["pinned"] if comment not in cut.items]
    replies: dict[int, list[Comment]] = defaultdict(list)
    for comment in sorted(found["reply"], key=lambda comment: comment.id):
        if comment not in replies[comment.parent_id or 0]:
            replies[comment.parent_id or 0].append(comment)
    best = {side: next(iter(found[side]), None) for side in (Stance.FOR, Stance.AGAINST)}
    return ThreadPage(
        first + cut.items, replies, best[Stance.FOR], best[Stance.AGAINST], sort if sort in SORTS else NEWEST, cut.next
    )


@lru_cache(maxsize=8)
def _statement(keys: tuple[paging.Key, ...], after: str | None = None) -> Select[Comment, str]:
    """Ids first, by small indexed reads, then the rows of those ids with all that is shown of them to `me`."""
    here = Comment.thread_id == THREAD
    tops = select(Comment.id).where(here, Comment.parent_id.is_(None))
    listed = paging.beginning_after(tops, *keys, after=after).limit(PAGE + 1).cte("listed")
    above = func.coalesce(Comment.parent_id, Comment.id)
    first = select(above.label("id")).where(here, Comment.id == bindparam("pinned", type_=BigInteger)).cte("pinned")
    parents = select(listed.c.id).union(select(first.c.id)).cte("parents")
    reply = aliased(Comment)
    places = union_all(
        select(listed.c.id, literal("listed").label("place")),
        select(first.c.id, literal("pinned")),
        select(reply.id, literal("reply")).join(parents, reply.parent_id == parents.c.id),
        *(_best(side) for side in (Stance.FOR, Stance.AGAINST)),
    ).cte("places")
    return select(Comment, places.c.place).join(places, places.c.id == Comment.id).options(*_shown_to(ME))


def _best(side: Stance) -> Select[int, str]:
    """The most useful comment of one side, the earliest of equals."""
    stands = (Comment.hidden_at.is_(None), Comment.withdrawn_at.is_(None), Comment.parent_id.is_(None))
    argues = select(Comment.id).where(Comment.thread_id == THREAD, Comment.stance == side, *stands)
    best = argues.order_by(Comment.useful_count.desc(), Comment.id).limit(1).subquery()
    return select(best.c.id, literal(side.value))


def _shown_to(me: Any) -> tuple[ExecutableOption, ...]:
    author = joinedload(Comment.author).load_only(Person.name, Person.erased_at, Person.version)
    return (
        author,
        joinedload(Comment.author).joinedload(Person.photo),
        joinedload(Comment.organisation).lazyload("*"),
        with_expression(Comment.marked_by_me, marked_by(me)),
    )


def marked_by(me: Any) -> Exists | ColumnElement[bool]:
    """Whether a person has marked a comment as useful."""
    return exists().where(UsefulMark.comment_id == Comment.id, UsefulMark.person_id == me)


def takes_part(thread_id: Any, me: Any) -> ColumnElement[bool]:
    """Whether a person has written in a thread or marked anything there."""
    here = Comment.thread_id == thread_id
    wrote = exists().where(here, Comment.author_id == me)
    return or_(wrote, exists().where(here, UsefulMark.comment_id == Comment.id, UsefulMark.person_id == me))


TAKES_PART = select(takes_part(THREAD, ME))
