"""The pages on which somebody complains: the author about a decision, the reporter about what was left standing."""

from __future__ import annotations

from flask import render_template, url_for

from app.kernel import access, forms
from app.kernel.access import check, current_actor, requires
from app.moderation import queries, rules
from app.moderation.appeals import actions
from app.moderation.forms import AppealForm
from app.moderation.models import Decision, Report
from app.moderation.views import Answer, about, bp, told


@bp.route("/decisions/<int:id>/appeal", methods=["GET", "POST"])
@requires(access.signed_in)
@requires(rules.may_read_decision, one=queries.decisions_for)
def appeal(decision: Decision) -> Answer:
    form = AppealForm()
    if not form.validate_on_submit():
        check(rules.may_appeal(current_actor(), decision))
        page = render_template("moderation/appeal.html", form=form, **told(decision))
        return page, 422 if form.errors else 200
    return forms.once(form, lambda: _appealed(decision, form))


def _appealed(decision: Decision, form: AppealForm) -> str:
    actions.appeal(decision, by=current_actor(), grounds=form.grounds.data or "")
    return url_for(".decision", id=decision.id)


@bp.route("/reports/<int:id>/appeal", methods=["GET", "POST"])
@requires(access.signed_in)
@requires(rules.may_read_report, one=queries.reports_for)
def appeal_report(report: Report) -> Answer:
    form = AppealForm()
    if not form.validate_on_submit():
        check(rules.may_appeal_report(current_actor(), report))
        ways = {"own_url": url_for(".appeal_report", id=report.id), "back_url": url_for(".reported", id=report.id)}
        page = render_template("moderation/appeal_report.html", form=form, report=report, **ways, **about(report.case))
        return page, 422 if form.errors else 200
    return forms.once(form, lambda: _appealed_report(report, form))


def _appealed_report(report: Report, form: AppealForm) -> str:
    actions.appeal_report(report, by=current_actor(), grounds=form.grounds.data or "")
    return url_for(".reported", id=report.id)
