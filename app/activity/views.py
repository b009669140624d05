from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from app.activity import actions, queries, rules
from app.activity.models import SubjectType
from app.activity.ports import Card
from app.activity.ports import card as card_of
from app.kernel import access, db
from app.kernel.redirects import to_path

bp = Blueprint("activity", __name__)


@bp.post("/follows/<kind>/<int:id>")
@access.requires(access.signed_in)
def follow(kind: str, id: int) -> Response | str:
    subject_type, card = _allowed(kind, id)
    actions.follow(access.current_actor().id or 0, subject_type, id)
    return _answer(subject_type, id, card)


@bp.post("/follows/<kind>/<int:id>/end")
@access.requires(access.signed_in)
def unfollow(kind: str, id: int) -> Response | str:
    subject_type, card = _allowed(kind, id)
    actions.unfollow(access.current_actor().id or 0, subject_type, id)
    return _answer(subject_type, id, card)


def _allowed(kind: str, subject_id: int) -> tuple[SubjectType, Card]:
    if kind not in set(SubjectType):
        raise NotFound
    card = card_of(SubjectType(kind), subject_id)
    if card is None:
        raise NotFound
    access.check(rules.may_follow(access.current_actor(), SubjectType(kind), card))
    return SubjectType(kind), card


def _answer(subject_type: SubjectType, subject_id: int, card: Card) -> Response | str:
    if "HX-Request" not in request.headers:
        return to_path(card.path)
    following = db.session().scalar(queries.follows(access.current_actor(), subject_type, subject_id))
    return render_template("activity/_follow.html", kind=subject_type, id=subject_id, following=following)
