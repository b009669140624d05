"""Reports, decisions and the rules: the pages for those who report, and those who are written about."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, url_for

from app.activity.ports import card
from app.kernel import access
from app.kernel.access import current_actor, requires
from app.moderation import queries, rules
from app.moderation.models import Case, Decision, ReasonCode, Report

bp = Blueprint("moderation", __name__)

Answer = str | Response | tuple[str, int]


@bp.get("/reports/<int:id>")
@requires(access.signed_in)
@requires(rules.may_read_report, one=queries.reports_for)
def reported(report: Report) -> str:
    mine, complains = report.reporter_id == current_actor().id, rules.may_appeal_report(current_actor(), report)
    told = {"report": report, "mine": mine, "complains": complains}
    told["appeal_url"] = url_for(".appeal_report", id=report.id)
    return render_template("moderation/reported.html", **told, **about(report.case))


@bp.get("/decisions/<int:id>")
@requires(access.signed_in)
@requires(rules.may_read_decision, one=queries.decisions_for)
def decision(decision: Decision) -> str:
    return render_template("moderation/decision.html", **told(decision))


def told(decision: Decision) -> dict[str, Any]:
    """A decision with its thing and the complaint about it."""
    return {"decision": decision, "complaint": decision.complaint} | about(decision.case)


def about(case: Case) -> dict[str, Any]:
    """A case with the thing it is about."""
    return {"case": case, "about": card(case.subject_type, case.subject_id)}


@bp.get("/rules")
@access.public
def house_rules() -> str:
    return render_template("moderation/rules.html", codes=ReasonCode)
