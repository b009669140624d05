"""Supporting, backing and helping."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.kernel import db, forms
from app.kernel.access import current_actor, requires
from app.kernel.redirects import see_other
from app.places.models import Municipality
from app.proposals import actions as life
from app.proposals import queries, rules
from app.proposals.models import Proposal
from app.proposals.supports import actions
from app.proposals.supports.forms import BackingForm, HelpForm, ThresholdForm
from app.proposals.supports.models import HelpKind, HelpOffer
from app.proposals.supports.queries import own_offers
from app.proposals.views import Answer, bp


@bp.post("/proposals/<int:id>/support")
@requires(rules.may_support, one=queries.gathering)
def support(proposal: Proposal) -> Answer:
    actions.support(proposal, by=current_actor())
    return _swapped(proposal, supported=True)


@bp.post("/proposals/<int:id>/support/end")
@requires(rules.may_support, one=queries.gathering)
def end_support(proposal: Proposal) -> Answer:
    actions.end_support(proposal, by=current_actor())
    return _swapped(proposal, supported=False)


def _swapped(proposal: Proposal, *, supported: bool) -> Answer:
    if "HX-Request" not in request.headers:
        return see_other(".show", id=proposal.id)
    return render_template("proposals/_support.html", proposal=proposal, supported=supported)


@bp.route("/proposals/<int:id>/backing", methods=["GET", "POST"])
@requires(rules.may_back, one=queries.visible_to)
def back(proposal: Proposal) -> Answer:
    form = BackingForm()
    if form.validate_on_submit():
        return forms.once(form, lambda: _backed(proposal, form))
    shown = render_template("proposals/back.html", proposal=proposal, form=form)
    return (shown, 422) if form.is_submitted() else shown


def _backed(proposal: Proposal, form: BackingForm) -> str:
    words = form.statement.data or ""
    actions.back(proposal, by=current_actor(), organisation_id=form.organisation.data, statement=words)
    flash(_("Your organisation backs the idea."), "success")
    return url_for(".show", id=proposal.id)


@bp.post("/proposals/<int:id>/backing/end")
@requires(rules.may_back, one=queries.visible_to)
def end_backing(proposal: Proposal) -> Answer:
    organisation_id = request.form.get("organisation", type=queries.number) or 0
    actions.end_backing(proposal, by=current_actor(), organisation_id=organisation_id)
    return see_other(".show", id=proposal.id)


@bp.get("/proposals/<int:id>/help")
@requires(rules.may_read, one=queries.visible_to)
def write_help(proposal: Proposal) -> Answer:
    mine = own_offers(current_actor()).where(HelpOffer.proposal_id == proposal.id).order_by(HelpOffer.id)
    offers = db.session().scalars(mine).all() if current_actor().signed_in else []
    return render_template("proposals/help.html", proposal=proposal, form=HelpForm(), offers=offers)


@bp.post("/proposals/<int:id>/help")
@requires(rules.may_offer_help, one=queries.visible_to)
def offer_help(proposal: Proposal) -> Answer:
    form = HelpForm()
    if not form.validate_on_submit():
        return render_template("proposals/help.html", proposal=proposal, form=form, offers=[]), 422
    return forms.once(form, lambda: _offered(proposal, form))


def _offered(proposal: Proposal, form: HelpForm) -> str:
    words = form.text.data or ""
    actions.offer_help(proposal, by=current_actor(), kind=HelpKind(form.kind.data), words=words)
    flash(_("Thank you. The author and the owner are told that you will help."), "success")
    return url_for(".show", id=proposal.id)


@bp.get("/proposals/<int:id>/offers")
@requires(rules.may_see_offers, one=queries.visible_to)
def offers(proposal: Proposal) -> Answer:
    made = select(HelpOffer).where(HelpOffer.proposal_id == proposal.id, HelpOffer.ended_at.is_(None))
    made = made.options(joinedload(HelpOffer.person)).order_by(HelpOffer.id).limit(500)
    return render_template("proposals/offers.html", proposal=proposal, offers=db.session().scalars(made).all())


@bp.post("/help-offers/<int:id>/end")
@requires(rules.may_end_help, one=own_offers)
def end_help(offer: HelpOffer) -> Answer:
    actions.end_help(offer)
    flash(_("Your offer is taken back."), "success")
    return see_other(".show", id=offer.proposal_id)


@bp.route("/desk/thresholds/<int:id>", methods=["GET", "POST"])
@requires(rules.may_set_threshold, one=lambda actor: select(Municipality))
def threshold(municipality: Municipality) -> Answer:
    form = ThresholdForm(obj=life.terms_of(municipality.id))
    if form.validate_on_submit():
        terms = {name: form[name].data for name in ("supports", "days", "answer_days")}
        actions.set_threshold(municipality, by=current_actor(), **terms)
        flash(_("The threshold is saved. It holds for ideas published from now on."), "success")
        return see_other(".threshold", id=municipality.id)
    shown = render_template("proposals/threshold.html", municipality=municipality, form=form)
    return (shown, 422) if form.is_submitted() else shown
