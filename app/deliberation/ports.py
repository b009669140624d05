"""What deliberation gives to the house: threads on other features' pages, cards of comments, and their review."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from flask import Flask, request, url_for
from markupsafe import Markup
from sqlalchemy import select

from app.activity.models import SubjectType
from app.activity.ports import Card, cards, cards_by
from app.deliberation import actions, queries
from app.deliberation.forms import CommentForm
from app.deliberation.models import Comment, Thread, UsefulMark
from app.identity.ports import exports_table
from app.kernel import access, db, kept, shared, slots
from app.kernel.html import plain, rendered
from app.moderation import ports as moderation


def page_context(thread: Thread, *, after: str | None = None) -> dict[str, Any]:
    """What the templates of a thread need, read from this request's address."""
    actor = access.current_actor()
    wanted = request.args.get("comment", type=int)
    sort = request.args.get("sort", queries.NEWEST)
    return {"thread": thread, "talk": queries.page(thread, actor, sort=sort, after=after, pinned=wanted)}


def thread_of(thing: Any, talked: bool | None = None, **context: Any) -> Markup:
    """The thread of anything that has one (`thing.thread` or `thing.thread_id`), to stand on its page.

    `talked` says whether the reader takes part in it, where that is known already.
    """
    thread = db.session().get(Thread, thing.thread_id) if thing.thread_id else None
    if thread is None:
        return Markup("")
    actor = access.current_actor()
    form = _form(thread, actor) if actor.signed_in and not thread.closed else None
    return rendered("deliberation/_thread.html", form=form, thread=thread, **_parts(thread, actor, talked), **context)


def _form(thread: Thread, actor: access.Actor) -> Markup:
    """The form of a comment: the same for all who speak for themselves alone and have not typed anything yet."""
    path = url_for("deliberation.post", id=thread.id)

    def made() -> Markup:
        return rendered("deliberation/_write.html", form=CommentForm(posts_to=path), path=path)

    alike = not actor.grants and not kept.waits(path)
    return shared.part("thread", "form", thread.id, make=made, reader=shared.READER, when=alike)


def _parts(thread: Thread, actor: access.Actor, talked: bool | None) -> dict[str, Markup]:
    """The best arguments and the comments: the same for all who have neither written nor marked anything here."""
    asked = (request.path, *(request.args.get(name) for name in ("comment", "sort")))
    if talked is None and actor.signed_in:
        talked = db.session().scalar(queries.TAKES_PART, {"thread": thread.id, "me": actor.id})
    reader = shared.READER if actor.signed_in else access.VISITOR
    context = cache(lambda: page_context(thread))

    def part(stem: str) -> Markup:
        key = (stem, thread.id, actor.signed_in, *asked)
        return shared.part(
            "thread",
            *key,
            make=lambda: rendered(f"deliberation/{stem}.html", **context()),
            reader=reader,
            when=not (actor.signed_in and talked),
        )

    return {"best": part("_best"), "comments": part("_page")}


exports_table("comments", Comment.author_id)
exports_table("useful_marks", UsefulMark.person_id)


@slots.fill("challenge.thread")
def under_challenge(challenge: Any, **context: Any) -> Markup:
    return thread_of(challenge, challenge.talked_by_me)


@slots.fill("proposal.thread")
def under_proposal(proposal: Any, **context: Any) -> Markup:
    return thread_of(proposal, proposal.talked_by_me)


@slots.fill("partnership.thread")
def under_partnership(partnership: Any, **context: Any) -> Markup:
    return thread_of(partnership)


@cards_by(SubjectType.COMMENT)
def cards_of_comments(ids: Collection[int]) -> dict[int, Card]:
    """A comment is named by its beginning and by the page it stands on, and is as public as that page."""
    found = select(Comment, Thread).join(Thread, Comment.thread_id == Thread.id).where(Comment.id.in_(ids))
    rows = db.session().execute(found).all()
    owners = cards([(thread.owner_type, thread.owner_id) for _, thread in rows if thread.owner_id])
    made = {}
    for comment, thread in rows:
        owner = owners.get((thread.owner_type, thread.owner_id or 0))
        public = comment.visible and owner is not None and owner.public
        made[comment.id] = Card(plain(comment.body, 80), f"/comments/{comment.id}", public)
    return made


def preview(comment_id: int) -> moderation.Preview:
    """What a moderator sees: the comment, and what it answers."""
    comment = db.session().get_one(Comment, comment_id)
    parent = db.session().get(Comment, comment.parent_id) if comment.parent_id else None
    return moderation.Preview("deliberation/_preview.html", {"comment": comment, "parent": parent})


def init_app(app: Flask) -> None:
    moderation.register(SubjectType.COMMENT, moderation.Port(actions.carry_out, preview))
