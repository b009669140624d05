"""Reports and complaints: the pages for those who write, and those who are written about."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from app.activity.ports import card
from app.kernel import access, forms
from app.kernel.access import check, current_actor, requires
from app.moderation import actions, queries, rules
from app.moderation.forms import ReportForm
from app.moderation.models import Case, Decision, ReasonCode, Report

bp = Blueprint("moderation", __name__)

Answer = str | Response | tuple[str, int]


@bp.route("/reports/new", methods=["GET", "POST"])
@access.public
def report() -> Answer:
    case: Case = access.one_or_404(queries.reportable(current_actor()), request.args.get("case", 0, type=int))
    form = ReportForm()
    refusal = None if current_actor().id is None else rules.may_report(current_actor(), case)
    if form.is_submitted():
        check(rules.may_report(current_actor(), case))
    if not form.validate_on_submit():
        about = card(case.subject_type, case.subject_id)
        page = render_template("moderation/report.html", form=form, case=case, about=about, refusal=refusal)
        return page, 422 if form.errors else 200
    return forms.once(form, lambda: _reported(case, form))


def _reported(case: Case, form: ReportForm) -> str:
    code = ReasonCode(form.reason_code.data)
    notice = actions.report(case, by=current_actor(), reason_code=code, details=form.details.data or "")
    return url_for(".reported", id=notice.id)


@bp.get("/reports/<int:id>")
@requires(access.signed_in)
@requires(rules.may_read_report, one=queries.reports_for)
def reported(report: Report) -> str:
    about = card(report.case.subject_type, report.case.subject_id)
    return render_template("moderation/reported.html", report=report, case=report.case, about=about)


@bp.get("/decisions/<int:id>")
@requires(access.signed_in)
@requires(rules.may_read_decision, one=queries.decisions_for)
def decision(decision: Decision) -> str:
    return render_template("moderation/decision.html", **told(decision))


def told(decision: Decision) -> dict[str, Any]:
    """A decision with its thing and the complaint about it."""
    about = card(decision.case.subject_type, decision.case.subject_id)
    return {"decision": decision, "case": decision.case, "about": about, "complaint": decision.complaint}
