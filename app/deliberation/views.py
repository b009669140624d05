from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.exceptions import NotFound

from app.activity.ports import Card, card
from app.deliberation import actions, queries, rules
from app.deliberation.forms import CommentForm, EditForm, ReplyForm
from app.deliberation.models import Comment, Stance, Thread
from app.deliberation.ports import page_context
from app.kernel import access, forms
from app.kernel.access import current_actor, requires
from app.kernel.redirects import see_other, to_path

bp = Blueprint("deliberation", __name__)
Answer = Response | str | tuple[str, int]


def owner_of(thread: Thread) -> Card:
    """The card of what the thread stands under; 404 unless everybody may see it."""
    owner = card(thread.owner_type, thread.owner_id or 0)
    if owner is None or not owner.public:
        raise NotFound
    return owner


def _hx() -> bool:
    return "HX-Request" in request.headers


@bp.get("/threads/<int:id>")
@requires(access.anyone, one=queries.threads_visible_to)
def thread(thread: Thread) -> Answer:
    owner = owner_of(thread)
    shown = page_context(thread, after=request.args.get("after"))
    template = "deliberation/_comments.html" if _hx() else "deliberation/thread.html"
    return render_template(template, owner=owner, **shown)


@bp.get("/threads/<int:id>/comments")
@requires(access.anyone, one=queries.threads_visible_to)
def write(thread: Thread) -> Answer:
    return render_template("deliberation/write.html", thread=thread, owner=owner_of(thread), form=CommentForm())


@bp.post("/threads/<int:id>/comments")
@requires(rules.may_comment, one=queries.threads_visible_to)
def post(thread: Thread) -> Answer:
    owner, form = owner_of(thread), CommentForm()
    if not form.validate_on_submit():
        return render_template("deliberation/write.html", thread=thread, owner=owner, form=form), 422
    return forms.once(form, lambda: _posted(thread, form))


def _posted(thread: Thread, form: CommentForm) -> str:
    comment = actions.post(
        thread,
        by=current_actor(),
        body=form.body.data or "",
        stance=Stance(form.stance.data),
        organisation_id=form.organisation_id,
    )
    return url_for(".comment", id=comment.id)


@bp.get("/comments/<int:id>")
@requires(access.anyone, one=queries.visible_to)
def comment(comment: Comment) -> Answer:
    """Leads to the page on which the comment stands, at the comment."""
    path = owner_of(comment.thread).path
    return to_path(f"{path}{'&' if '?' in path else '?'}comment={comment.id}#comment-{comment.id}")


@bp.get("/comments/<int:id>/reply")
@requires(access.anyone, one=queries.visible_to)
def write_reply(comment: Comment) -> Answer:
    owner = owner_of(comment.thread)
    return render_template("deliberation/reply.html", comment=comment, owner=owner, form=ReplyForm())


@bp.post("/comments/<int:id>/reply")
@requires(rules.may_reply, one=queries.visible_to)
def reply(comment: Comment) -> Answer:
    owner, form = owner_of(comment.thread), ReplyForm()
    if not form.validate_on_submit():
        return render_template("deliberation/reply.html", comment=comment, owner=owner, form=form), 422
    return forms.once(form, lambda: _replied(comment, form))


def _replied(comment: Comment, form: ReplyForm) -> str:
    written = actions.post(
        comment.thread,
        by=current_actor(),
        body=form.body.data or "",
        answers=comment,
        organisation_id=form.organisation_id,
    )
    return url_for(".comment", id=written.id)


@bp.route("/comments/<int:id>/edit", methods=["GET", "POST"])
@requires(rules.may_edit, one=queries.visible_to)
def edit(comment: Comment) -> Answer:
    owner, form = owner_of(comment.thread), EditForm(obj=comment)
    if form.validate_on_submit():
        actions.edit(comment, by=current_actor(), body=form.body.data or "", version=form.version_seen)
        return see_other(".comment", id=comment.id)
    shown = render_template("deliberation/edit.html", comment=comment, owner=owner, form=form)
    return (shown, 422) if form.is_submitted() else shown


@bp.route("/comments/<int:id>/withdrawal", methods=["GET", "POST"])
@requires(rules.may_withdraw, one=queries.visible_to)
def withdraw(comment: Comment) -> Answer:
    owner = owner_of(comment.thread)
    if request.method == "GET":
        return render_template("deliberation/withdraw.html", comment=comment, owner=owner)
    actions.withdraw(comment, by=current_actor())
    return see_other(".comment", id=comment.id)


@bp.post("/comments/<int:id>/useful")
@requires(rules.may_mark, one=queries.visible_to)
def mark(comment: Comment) -> Answer:
    owner_of(comment.thread)
    actions.mark_useful(comment, by=current_actor())
    return _marked(comment, True)


@bp.post("/comments/<int:id>/useful/end")
@requires(rules.may_mark, one=queries.visible_to)
def unmark(comment: Comment) -> Answer:
    owner_of(comment.thread)
    actions.unmark_useful(comment, by=current_actor())
    return _marked(comment, False)


def _marked(comment: Comment, marked: bool) -> Answer:
    if _hx():
        return render_template("deliberation/_useful.html", comment=comment, marked=marked)
    return see_other(".comment", id=comment.id)


@bp.post("/threads/<int:id>/closing")
@requires(rules.may_close, one=queries.threads_visible_to)
def close(thread: Thread) -> Answer:
    owner = owner_of(thread)
    actions.close_thread(thread)
    return to_path(f"{owner.path}#thread")


@bp.post("/threads/<int:id>/opening")
@requires(rules.may_close, one=queries.threads_visible_to)
def reopen(thread: Thread) -> Answer:
    owner = owner_of(thread)
    actions.reopen_thread(thread)
    return to_path(f"{owner.path}#thread")
