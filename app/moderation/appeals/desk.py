"""The desk's page on which another moderator answers a complaint."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext as _

from app.kernel import access
from app.kernel.access import current_actor, requires
from app.kernel.errors import Stale
from app.moderation import queries, rules
from app.moderation.appeals import actions
from app.moderation.desk import desk, onward, overtaken
from app.moderation.forms import AnswerForm
from app.moderation.models import Appeal, DecisionKind
from app.moderation.views import Answer, bp


@bp.route("/desk/appeals/<int:id>", methods=["GET", "POST"])
@requires(access.signed_in)
@requires(rules.may_answer_appeal, one=queries.appeals_for)
def answer(complaint: Appeal) -> Answer:
    about = complaint.decision.case
    form = AnswerForm(takes_away=complaint.report_id is not None and rules.still_stands(complaint.decision))
    form.version.data = form.version.data or str(about.version)
    if not form.validate_on_submit():
        return desk(about, "moderation/answer.html", form=form, complaint=complaint), 422 if form.errors else 200
    try:
        return _answered(complaint, form)
    except Stale:
        return overtaken(about, DecisionKind(form.outcome.data), form), 409


def _answered(complaint: Appeal, form: AnswerForm) -> Answer:
    actions.answer(
        complaint,
        by=current_actor(),
        version=form.version_seen,
        uphold=form.outcome.data == DecisionKind.UPHOLD,
        reason=form.reason.data or "",
        against=form.against,
    )
    flash(_("The complaint is answered."), "success")
    return onward(complaint.decision.case)
