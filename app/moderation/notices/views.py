"""Reporting something, with or without an account, and the pages that the link in the letters opens."""

from __future__ import annotations

from hashlib import sha256

from flask import Response, render_template, request, session, url_for
from werkzeug.exceptions import NotFound

from app.kernel import access, db, forms, limits
from app.kernel.access import check, current_actor, requires
from app.kernel.headers import unkept
from app.kernel.redirects import see_other
from app.moderation import actions, queries, rules
from app.moderation.appeals import actions as appeals
from app.moderation.forms import AppealForm, ReportForm
from app.moderation.models import Case, ReasonCode, Report
from app.moderation.notices.forms import NoticeForm
from app.moderation.notices.queries import of_link
from app.moderation.views import Answer, about, bp


def mailbox() -> str:
    """What letters of receipt count against: the address typed, unreadable in Valkey, or else where it came from."""
    typed = request.form.get("email", "").strip().lower()
    return "mailbox:" + sha256((typed or limits.address()).encode()).hexdigest()


@bp.route("/reports/new", methods=["GET", "POST"])
@access.public
@limits.limit(limits.MAIL, by_address=True, visitors=True)
@limits.limit(limits.MAIL, by=mailbox, visitors=True, counts=lambda answer: answer.status_code == 303)
def report() -> Answer:
    case: Case = access.one_or_404(queries.reportable(current_actor()), request.args.get("case", 0, type=int))
    form, allowed = _form(), rules.may_report(current_actor(), case)
    if form.is_submitted():
        check(access.signed_in(current_actor()) if "sign_in" in request.form else allowed)
    if not form.validate_on_submit():
        page = render_template("moderation/report.html", form=form, allowed=allowed, **about(case))
        return page, 422 if form.errors else 200
    return forms.once(form, lambda: _reported(case, form))


def _form() -> ReportForm:
    return ReportForm() if current_actor().signed_in else NoticeForm()


def _reported(case: Case, form: ReportForm) -> str:
    code, details = ReasonCode(form.reason_code.data), form.details.data or ""
    notifier = form.notifier if isinstance(form, NoticeForm) else None
    notice = actions.report(case, by=current_actor(), reason_code=code, details=details, notifier=notifier)
    if notifier is None:
        return url_for(".reported", id=notice.id)
    session["notified_from"] = notifier.email
    return url_for(".received")


@bp.get("/reports/received")
@access.public
def received() -> str:
    return render_template("moderation/received.html", address=session.get("notified_from"))


@bp.get("/notices/<token>")
@requires(rules.may_follow_notice)
def notice(token: str) -> Response:
    report = _report(token)
    complains = rules.may_appeal_report(current_actor(), report, holds_link=True)
    told = {
        "report": report,
        "mine": True,
        "complains": complains,
        "appeal_url": url_for(".appeal_notice", token=token),
    }
    return unkept(render_template("moderation/reported.html", **told, **about(report.case)))


@bp.route("/notices/<token>/appeal", methods=["GET", "POST"])
@requires(rules.may_follow_notice)
def appeal_notice(token: str) -> Response | tuple[Response, int]:
    report, form = _report(token), AppealForm()
    if not form.validate_on_submit():
        check(rules.may_appeal_report(current_actor(), report, holds_link=True), sign_in_helps=False)
        ways = {"own_url": url_for(".appeal_notice", token=token), "back_url": url_for(".notice", token=token)}
        page = render_template("moderation/appeal_report.html", form=form, report=report, **ways, **about(report.case))
        return unkept(page), 422 if form.errors else 200
    forms.once(form, lambda: _appealed(report, form))
    return see_other(".notice", token=token)


def _appealed(report: Report, form: AppealForm) -> str:
    """The form remembers no address to lead to: it would hold the token."""
    appeals.appeal_report(report, by=current_actor(), grounds=form.grounds.data or "", holds_link=True)
    return ""


def _report(token: str) -> Report:
    found = db.session().scalar(of_link(token))
    if found is None:
        raise NotFound
    return found
