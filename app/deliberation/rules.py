"""Who may comment, put right, take away and mark as useful. Whether the page itself can be seen is asked before."""

from __future__ import annotations

from flask_babel import gettext as _

from app.deliberation.models import Comment, Thread
from app.kernel.access import ALLOWED, Actor, Refusal, Verdict
from app.moderation.rules import STAFF, is_platform_administrator


def may_comment(actor: Actor, thread: Thread) -> Verdict:
    """Anybody signed in, while the thread is open."""
    if thread.closed:
        return Refusal(_("This conversation is closed. You can still read it."))
    if not actor.signed_in:
        return Refusal(_("Sign in to write a comment."))
    return ALLOWED


def may_reply(actor: Actor, comment: Comment) -> Verdict:
    """To what still stands."""
    if not comment.visible:
        return Refusal(_("This comment is no longer there."))
    return may_comment(actor, comment.thread)


def may_edit(actor: Actor, comment: Comment) -> Verdict:
    """The author, as long as it stands and the thread is open."""
    if not actor.signed_in or comment.author_id != actor.id:
        return Refusal(_("Only the author can change a comment."))
    return may_reply(actor, comment)


def may_withdraw(actor: Actor, comment: Comment) -> Verdict:
    """The author, in closed threads too."""
    if not actor.signed_in or comment.author_id != actor.id:
        return Refusal(_("Only the author can take a comment away."))
    if not comment.visible:
        return Refusal(_("This comment is no longer there."))
    return ALLOWED


def may_mark(actor: Actor, comment: Comment) -> Verdict:
    """Others than the author."""
    if not actor.signed_in:
        return Refusal(_("Sign in to mark a comment as useful."))
    if comment.author_id == actor.id:
        return Refusal(_("You wrote this yourself. Others say whether it is useful."))
    if not comment.visible:
        return Refusal(_("This comment is no longer there."))
    return ALLOWED


def may_close(actor: Actor, thread: Thread) -> Verdict:
    """Staff of the municipality, to close and to open again."""
    if is_platform_administrator(actor) or actor.has(STAFF, "municipality", thread.municipality_id):
        return ALLOWED
    return Refusal(_("Only moderators of the municipality can close a conversation."))
