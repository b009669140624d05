"""The desk of moderators: the queue, one case at a time, decisions, answers to complaints, and the log."""

from __future__ import annotations

import csv
import io
from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

from flask import Response, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app.activity.ports import card
from app.kernel import access, clock, db, paging
from app.kernel.access import check, current_actor, requires
from app.kernel.errors import Stale
from app.kernel.i18n import speaking
from app.kernel.redirects import see_other
from app.moderation import actions, ports, queries, rules
from app.moderation.forms import PHRASES, DecisionForm, VerdictForm, phrase
from app.moderation.models import Case, Decision, DecisionKind, ReasonCode
from app.moderation.views import Answer, bp

PATIENCE = timedelta(hours=48)
FILTERS = ("subject", "what")


def _filters() -> dict[str, Any]:
    """The filters in the address; kept in all links of the desk."""
    chosen: dict[str, Any] = {name: request.args.get(name, "") for name in FILTERS}
    return chosen | {"municipality": request.args.get("municipality", type=int)}


def desk(case: Case | None, template: str = "moderation/desk.html", **context: Any) -> str:
    """The desk with a case opened, or with the first that waits beside the list."""
    actor, chosen, opened = current_actor(), _filters(), case is not None
    keys = (paging.Key(Case.waiting_since, False), paging.Key(Case.id, False))
    page = paging.page(queries.queue(actor, **chosen), *keys, after=request.args.get("after"))
    if case is None and page.items:
        case = db.session().scalars(queries.on_the_desk(actor).where(Case.id == page.items[0].id)).one()
    counts = db.session().execute(queries.waiting_counts(actor, **chosen)).one()
    places = list(db.session().execute(queries.places_of(actor)))
    context |= {"found": page, "counts": counts, "places": places, "chosen": chosen, "now": clock.now()}
    context |= {"kept": kept_filters(), "opened": opened}
    return render_template(template, case=case, patience=PATIENCE, **_opened(case), **context)


def _after() -> dict[str, str]:
    return {"after": request.args["after"]} if request.args.get("after") else {}


def _opened(case: Case | None) -> dict[str, Any]:
    """What the detail shows of a case: the thing, who else reads it, and what can be decided."""
    if case is None:
        return {"preview": None}
    others = actions.look_at(case, by=current_actor())
    names = list(db.session().scalars(queries.names_of(others))) if others else []
    port, possible = ports.of(case.subject_type), rules.possible(case)
    return {
        "preview": port.preview(case.subject_id),
        "publishable": port.may_publish(case.subject_id) if DecisionKind.PUBLISH in possible else access.ALLOWED,
        "about": card(case.subject_type, case.subject_id),
        "others": names,
        "refusal": rules.may_decide(current_actor(), case),
        "possible": possible,
        "open_appeals": [one for made in case.decisions for one in made.complaints if one.answer_id is None],
    }


@bp.get("/desk/review")
@requires(access.signed_in)
@requires(rules.may_review)
def queue() -> str:
    return desk(None)


@bp.get("/desk/review/<int:id>")
@requires(access.signed_in)
@requires(rules.may_open_case, one=queries.on_the_desk)
def case(case: Case) -> str:
    return desk(case)


@bp.route("/desk/review/<int:id>/<kind>", methods=["GET", "POST"])
@requires(access.signed_in)
@requires(rules.may_decide, one=queries.on_the_desk)
def decide(case: Case, kind: str) -> Answer:
    chosen = _kind(kind)
    form = DecisionForm(chosen) if chosen in rules.NEEDS_TEXT else VerdictForm()
    if request.method == "GET":
        check(rules.fits(chosen, case))
        return _decision_page(case, chosen, _begun(form, case, chosen))
    if not form.validate_on_submit():
        return _decision_page(case, chosen, form), 422
    try:
        return _decided(case, chosen, form)
    except Stale:
        return overtaken(case, chosen, form), 409


def _kind(kind: str) -> DecisionKind:
    if kind not in {one for kinds in rules.POSSIBLE.values() for one in kinds}:
        raise NotFound
    return DecisionKind(kind)


def _begun(form: Any, case: Case, kind: DecisionKind) -> Any:
    """The form with the version that is seen, and the text that was asked for, in the author's language."""
    form.version.data = form.version.data or str(case.version)
    wanted = request.args.get("text", "")
    if wanted in set(PHRASES) and "reason" in form:
        with speaking(case.author.language) if case.author else nullcontext():
            form.reason.data = phrase(ReasonCode(wanted), sent_again=kind in ports.of(case.subject_type).sent_again)
        if "reason_code" in form:
            form.reason_code.data = wanted
    return form


def _decision_page(case: Case, kind: DecisionKind, form: Any) -> str:
    return desk(case, "moderation/decide.html", form=form, kind=kind, phrases=PHRASES)


def _decided(case: Case, kind: DecisionKind, form: Any) -> Response:
    why: dict[str, Any] = {}
    if isinstance(form, DecisionForm):
        why = {"reason_code": form.code, "reason": form.reason.data}
        why |= {"law": form.law_named} if form.code else {}
    actions.decide(case, kind, by=current_actor(), version=form.version_seen, **why)
    flash(_("Decided: %(title)s", title=case.title), "success")
    return onward(case)


def onward(case: Case) -> Response:
    """After a decision: to what comes next in the queue, or to the queue when nothing comes after it."""
    db.session().flush()
    following = db.session().scalar(queries.behind(case, current_actor(), **_filters()))
    if following is None:
        return see_other("moderation.queue", **kept_filters())
    return see_other("moderation.case", id=following, **kept_filters())


def kept_filters() -> dict[str, Any]:
    """What narrows the list, and its page, for the links of the desk."""
    return {name: value for name, value in _filters().items() if value} | _after()


def overtaken(case: Case, kind: DecisionKind, form: Any) -> str:
    """Somebody else was faster: what they decided, beside what was about to be."""
    theirs = db.session().scalars(queries.latest_decision(case)).first()
    form.version.data = str(case.version)
    possible = bool(rules.fits(kind, case))
    about = card(case.subject_type, case.subject_id)
    context = {"case": case, "theirs": theirs, "kind": kind, "form": form, "possible": possible, "about": about}
    return render_template("moderation/overtaken.html", **context)


@bp.get("/desk/log")
@requires(access.signed_in)
@requires(rules.may_review)
def log() -> str:
    chosen = _log_filters()
    page = paging.page(queries.log(current_actor(), **chosen), paging.Key(Decision.id), after=request.args.get("after"))
    places = list(db.session().execute(queries.places_of(current_actor())))
    kept = {name: value for name, value in request.args.items() if value and name != "after"}
    context = {"kinds": DecisionKind, "codes": ReasonCode, "kept": kept}
    return render_template("moderation/log.html", found=page, places=places, chosen=chosen, **context)


@bp.get("/desk/log.csv")
@requires(access.signed_in)
@requires(rules.may_review)
def log_csv() -> Response:
    found = queries.log(current_actor(), **_log_filters()).order_by(Decision.id)
    rows = db.session().scalars(found.execution_options(yield_per=1000))
    response = Response(_csv(list(rows)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="decisions-{clock.today()}.csv"'
    return response


def _log_filters() -> dict[str, Any]:
    texts = {name: request.args.get(name, "") for name in ("kind", "code")}
    days = {name: _day(request.args.get(name, "")) for name in ("since", "until")}
    return {**texts, **days, "municipality": request.args.get("municipality", type=int)}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _csv(decisions: list[Decision]) -> str:
    """One line per decision. The words people wrote are guarded against spreadsheets that would run them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(
        ["id", "decided_at", "municipality", "subject_type", "subject_id", "title", "kind", "code", "reason"]
    )
    for one in decisions:
        place = one.case.municipality.name if one.case.municipality else ""
        subject = (one.case.subject_type.value, one.case.subject_id, _harmless(one.case.title))
        code = one.reason_code.value if one.reason_code else ""
        writer.writerow(
            [one.id, one.decided_at.isoformat(), place, *subject, one.kind.value, code, _harmless(one.reason)]
        )
    return buffer.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
