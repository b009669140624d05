"""The page that the link in the offer of a role opens: take the role over, or say no."""

from __future__ import annotations

from flask import Response, flash, render_template
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app.identity import actions, ports, queries, rules
from app.identity.forms import MY_SQUARE, role_named
from app.identity.models import RoleOffer
from app.identity.views import bp
from app.kernel import access, db
from app.kernel.headers import unkept
from app.kernel.redirects import see_other, to_path

Answer = Response | tuple[Response, int]


@bp.get("/role-offers/<token>")
@access.public
def role_offer(token: str) -> Answer:
    return _page(_offer(token), token, elsewhere=200)


@bp.post("/role-offers/<token>")
@access.requires(access.signed_in)
def accept_offer(token: str) -> Answer:
    offer, actor = _offer(token), access.current_actor()
    accepts = rules.may_accept_offer(actor, offer, **queries.answering(offer, actor))
    if not accepts and not offer.accepted_by(actor.id):
        return _page(offer, token, elsewhere=403)
    actions.accept_offer(offer, by=actor)
    what = role_named(offer.name, ports.home_name(offer.municipality_id))
    flash(_("You now hold this role: %(what)s. “Desk” in the menu leads to its work.", what=what), "success")
    return to_path(MY_SQUARE)


@bp.post("/role-offers/<token>/refusal")
@access.public
def decline_offer(token: str) -> Answer:
    offer, actor = _offer(token), access.current_actor()
    if rules.may_decline_offer(actor, offer, **queries.answering(offer, actor)):
        actions.decline_offer(offer, by=actor)
        return see_other(".role_offer", token=token)
    return _page(offer, token, elsewhere=403)


def _offer(token: str) -> RoleOffer:
    found = db.session().scalar(queries.offer_of(token))
    if found is None:
        raise NotFound
    return found


def _page(offer: RoleOffer, token: str, *, elsewhere: int) -> Answer:
    """What can be answered here and now; `elsewhere` is the status where it is somebody else's to answer."""
    actor = access.current_actor()
    facts = queries.answering(offer, actor)
    told = {"offer": offer, "token": token, "place": ports.home_name(offer.municipality_id)}
    if not rules.may_answer_offer(actor, offer, giver=facts["giver"]):
        mine = offer.accepted_by(actor.id)
        return unkept(render_template("identity/offer_over.html", mine=mine, **told)), 410
    if not rules.may_decline_offer(actor, offer, **facts):
        return unkept(render_template("identity/offer_elsewhere.html", **told)), elsewhere
    return unkept(render_template("identity/offer.html", **told))
