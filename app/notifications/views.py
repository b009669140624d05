from __future__ import annotations

from flask import Blueprint, Response, flash, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature
from werkzeug.exceptions import NotFound

from app.kernel import access
from app.kernel.forms import csrf
from app.kernel.paging import Key, page
from app.kernel.redirects import see_other, to_path
from app.notifications import actions, queries, rules
from app.notifications.forms import TOPICS, PreferencesForm
from app.notifications.lines.queries import told
from app.notifications.models import Frequency, Notification, Topic

bp = Blueprint("notifications", __name__)


@bp.app_context_processor
def unread() -> dict[str, int]:
    """The number beside "News" on every page of a signed-in person."""
    signed_in = current_user and current_user.is_authenticated
    return {"unread_count": current_user.along.get("unread", 0) if signed_in else 0}


@bp.get("/notifications")
@access.requires(access.signed_in)
def index() -> str:
    mine = queries.visible_to(access.current_actor())
    found = page(mine, Key(Notification.id), after=request.args.get("after"), size=30)
    lines = told(found.items)
    return render_template("notifications/index.html", rows=list(zip(found.items, lines, strict=True)), next=found.next)


@bp.get("/notifications/<int:id>/open")
@access.requires(rules.may_open, one=queries.visible_to)
def open_one(notification: Notification) -> Response:
    actions.mark_read(notification.person_id, notification.id)
    return to_path(actions.way_to(notification))


@bp.post("/notifications/read")
@access.requires(access.signed_in)
def read_all() -> Response:
    actions.mark_read(current_user.id)
    return see_other(".index")


@bp.route("/notifications/preferences", methods=["GET", "POST"])
@access.requires(access.signed_in)
def preferences() -> Response | str | tuple[str, int]:
    form = PreferencesForm(data=queries.chosen_by(current_user.id))
    if request.method == "GET":
        return render_template("notifications/preferences.html", form=form)
    if not form.validate_on_submit():
        return render_template("notifications/preferences.html", form=form), 422
    for topic in Topic:
        actions.prefer(current_user.id, topic, Frequency(form[topic].data))
    flash(_("Your choices are saved."), "success")
    return see_other(".preferences")


@bp.get("/unsubscribe/<token>")
@access.public
def unsubscribe_page(token: str) -> str:
    return _unsubscribe_page(token, done=False)


@bp.post("/unsubscribe/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]
@access.public
def unsubscribe(token: str) -> str:
    """Mail programs post here by themselves (RFC 8058), so there is no CSRF token; the address is signed."""
    page = _unsubscribe_page(token, done=True)
    actions.unsubscribe(token)
    return page


def _unsubscribe_page(token: str, *, done: bool) -> str:
    try:
        topics = [TOPICS[topic] for topic in actions.stopped_by(token)]
    except BadSignature:
        raise NotFound from None
    return render_template("notifications/unsubscribe.html", token=token, topics=topics, done=done)
