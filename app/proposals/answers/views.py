from __future__ import annotations

from flask import flash, render_template, url_for
from flask_babel import gettext as _

from app.kernel import forms
from app.kernel.access import current_actor, requires
from app.proposals import queries, rules
from app.proposals.answers import actions
from app.proposals.answers.forms import AnswerForm
from app.proposals.models import AnswerStatus, Proposal
from app.proposals.views import Answer, bp


@bp.route("/proposals/<int:id>/answer", methods=["GET", "POST"])
@requires(rules.may_answer, one=queries.visible_to)
def answer(proposal: Proposal) -> Answer:
    form = AnswerForm()
    if form.validate_on_submit():
        return forms.once(form, lambda: _answered(proposal, form))
    shown = render_template("proposals/answer.html", proposal=proposal, form=form)
    return (shown, 422) if form.is_submitted() else shown


def _answered(proposal: Proposal, form: AnswerForm) -> str:
    actions.answer(
        proposal,
        by=current_actor(),
        status=AnswerStatus(form.status.data),
        body=form.body.data or "",
        next_step_by=form.next_step_by.data,
    )
    flash(_("Your answer is published, and everybody who supports the idea is told."), "success")
    return url_for(".show", id=proposal.id)
