"""The pages of those who take part: edit, review, answers, contributions, news, outcome, hand-over."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import UnprocessableEntity

from app.kernel import access
from app.kernel.errors import check_version
from app.kernel.forms import SelectChoice, once
from app.partnerships import actions, queries, rules
from app.partnerships.forms import PLEDGES, AnswerForm, ConcludeForm, EditForm, HandOverForm, PledgeForm, UpdateForm
from app.partnerships.joining import actions as joining
from app.partnerships.models import (
    JoinRequest,
    OutcomeKind,
    Partner,
    Partnership,
    PartnershipState,
    Pledge,
    PledgeState,
    RequestState,
)
from app.partnerships.views import to_page

bp = Blueprint("partnership_desk", __name__)
Answer = Response | tuple[str, int]


@bp.get("/partnerships/<int:id>/edit")
@access.requires(rules.may_edit, one=queries.visible_to)
def edit(partnership: Partnership) -> str:
    figures = {name: getattr(partnership, name) for name in ("money_needed", "hours_needed")}
    written = {name: f"{value.normalize():f}" if value else "" for name, value in figures.items()}
    texts = {name: getattr(partnership, name) for name in ("title", "summary", "body", "seeks", "version")}
    return render_template("partnerships/edit.html", partnership=partnership, form=EditForm(**texts, **written))


@bp.post("/partnerships/<int:id>/edit")
@access.requires(rules.may_edit, one=queries.visible_to)
def save(partnership: Partnership) -> Answer:
    form = EditForm()
    if not form.validate_on_submit():
        return render_template("partnerships/edit.html", partnership=partnership, form=form), 422
    check_version(partnership, form.version_seen)
    actions.edit(partnership, by=access.current_actor(), **form.values)
    if "submit" in request.form and rules.may_submit(access.current_actor(), partnership):
        actions.submit(partnership, by=access.current_actor())
    flash(_("Your changes have been saved."), "success")
    return to_page(partnership.id)


@bp.post("/partnerships/<int:id>/submission")
@access.requires(rules.may_lead, one=queries.visible_to)
def submit(partnership: Partnership) -> Response:
    if partnership.state != PartnershipState.IN_REVIEW:
        actions.submit(partnership, by=access.current_actor())
        flash(_("The partnership has been sent to review."), "success")
    return to_page(partnership.id)


@bp.get("/partnerships/<int:id>/withdrawal")
@access.requires(rules.may_withdraw, one=queries.visible_to)
def withdrawing(partnership: Partnership) -> str:
    return render_template("partnerships/withdraw.html", partnership=partnership)


@bp.post("/partnerships/<int:id>/withdrawal")
@access.requires(rules.may_lead, one=queries.visible_to)
def withdraw(partnership: Partnership) -> Response:
    if partnership.state != PartnershipState.WITHDRAWN:
        actions.withdraw(partnership, by=access.current_actor())
        flash(_("The partnership has been given up."), "success")
    return to_page(partnership.id)


@bp.post("/partnerships/<int:id>/activation")
@access.requires(rules.may_lead, one=queries.visible_to)
def activate(partnership: Partnership) -> Response:
    if partnership.state != PartnershipState.ACTIVE:
        actions.activate(partnership, by=access.current_actor())
        flash(_("The work has begun."), "success")
    return to_page(partnership.id)


@bp.get("/partnerships/<int:id>/outcome")
@access.requires(rules.may_conclude, one=queries.visible_to)
def concluding(partnership: Partnership) -> str:
    form = ConcludeForm(version=partnership.version)
    return render_template("partnerships/conclude.html", partnership=partnership, form=form)


@bp.post("/partnerships/<int:id>/outcome")
@access.requires(rules.may_lead, one=queries.visible_to)
def conclude(partnership: Partnership) -> Answer:
    form = ConcludeForm()
    if partnership.state == PartnershipState.CONCLUDED:
        flash(_("The partnership is concluded already. This is what was written."), "warning")
        return to_page(partnership.id)
    if not form.validate_on_submit():
        return render_template("partnerships/conclude.html", partnership=partnership, form=form), 422
    check_version(partnership, form.version_seen)
    said = {name: (form[name].data or "").strip() for name in ("outcome", "figure")}
    actions.conclude(partnership, by=access.current_actor(), kind=OutcomeKind(form.kind.data), **said)
    flash(_("The partnership is concluded. Everybody who follows it is told."), "success")
    return to_page(partnership.id)


@bp.get("/join-requests/<int:id>")
@access.requires(access.signed_in, one=queries.requests_visible_to)
def join_request(asked: JoinRequest) -> str:
    form = AnswerForm(version=asked.version)
    return render_template("partnerships/request.html", asked=asked, form=form, pledges=PLEDGES)


@bp.post("/join-requests/<int:id>")
@access.requires(access.signed_in, one=queries.requests_visible_to)
def answer(asked: JoinRequest) -> Answer:
    form = AnswerForm()
    if asked.state != RequestState.ASKED:
        flash(_("Somebody has answered this request, or it was taken back."), "warning")
        return to_page(asked.partnership_id)
    if not form.validate_on_submit():
        return render_template("partnerships/request.html", asked=asked, form=form, pledges=PLEDGES), 422
    accept, reason = form.answer.data == "accept", (form.reason.data or "").strip()
    joining.answer(asked, by=access.current_actor(), accept=accept, reason=reason, version=form.version_seen)
    name = asked.name or _("Somebody whose account is gone")
    flash(_("%(name)s is now a partner.", name=name) if accept else _("The request has been declined."), "success")
    return to_page(asked.partnership_id)


@bp.get("/partners/<int:id>/pledges/new")
@access.requires(rules.may_pledge, one=queries.partners_visible_to)
def pledging(partner: Partner) -> str:
    return render_template("partnerships/pledge.html", partner=partner, form=PledgeForm())


@bp.post("/partners/<int:id>/pledges/new")
@access.requires(rules.may_pledge, one=queries.partners_visible_to)
def pledge(partner: Partner) -> Answer:
    form = PledgeForm()
    if not form.validate_on_submit():
        return render_template("partnerships/pledge.html", partner=partner, form=form), 422

    def offer() -> str:
        joining.offer(partner, by=access.current_actor(), offers=form.contribution)
        flash(_("The contribution stands on the page."), "success")
        return url_for("partnerships.show", id=partner.partnership_id)

    return once(form, offer)


@bp.post("/pledges/<int:id>")
@access.requires(access.signed_in, one=queries.pledges_visible_to)
def change_pledge(pledge: Pledge) -> Response:
    state = request.form.get("state", "")
    if state not in set(PledgeState):
        raise UnprocessableEntity
    joining.change_pledge(pledge, by=access.current_actor(), state=PledgeState(state))
    return to_page(pledge.partner.partnership_id)


@bp.get("/partnerships/<int:id>/updates/new")
@access.requires(rules.may_update, one=queries.visible_to)
def writing(partnership: Partnership) -> str:
    return render_template("partnerships/update.html", partnership=partnership, form=_news(partnership))


@bp.post("/partnerships/<int:id>/updates/new")
@access.requires(rules.may_update, one=queries.visible_to)
def post_update(partnership: Partnership) -> Answer:
    form = _news(partnership)
    if not form.validate_on_submit():
        return render_template("partnerships/update.html", partnership=partnership, form=form), 422

    def post() -> str:
        said = {name: (form[name].data or "").strip() for name in ("title", "body")}
        name = form.organisation_id
        update = actions.post_update(partnership, by=access.current_actor(), organisation_id=name, **said)
        flash(_("Your news is on the page. Everybody who follows it is told."), "success")
        return url_for("partnerships.show", id=partnership.id, _anchor=f"update-{update.id}")

    return once(form, post)


def _news(partnership: Partnership) -> UpdateForm:
    """News in the name of a partner one speaks for: the organisation, or oneself."""
    actor, form = access.current_actor(), UpdateForm()
    mine = {str(one.organisation_id or "") for one in partnership.taking_part if rules.speaks_as(actor, one)}
    form.acts_as.choices = [choice for choice in form.acts_as.choices if choice.value in mine]
    organisations = [choice.value for choice in form.acts_as.choices if choice.value]
    if organisations and (not form.is_submitted() or len(form.acts_as.choices) == 1):
        form.acts_as.data = organisations[0]
    return form


@bp.get("/partnerships/<int:id>/handover")
@access.requires(rules.may_hand_over, one=queries.visible_to)
def handover(partnership: Partnership) -> str:
    return render_template("partnerships/handover.html", partnership=partnership, form=_heirs(partnership))


@bp.post("/partnerships/<int:id>/handover")
@access.requires(rules.may_hand_over, one=queries.visible_to)
def hand_over(partnership: Partnership) -> Answer:
    form = _heirs(partnership)
    if not form.validate_on_submit():
        return render_template("partnerships/handover.html", partnership=partnership, form=form), 422
    actions.hand_over(partnership, by=access.current_actor(), to_partner_id=int(form.partner.data))
    flash(_("The partnership has a new lead."), "success")
    return to_page(partnership.id)


def _heirs(partnership: Partnership) -> HandOverForm:
    form = HandOverForm()
    others = (one for one in partnership.taking_part if not one.is_lead and one.name)
    form.partner.choices = [SelectChoice(str(one.id), one.name) for one in others]
    return form
