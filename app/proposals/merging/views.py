from __future__ import annotations

from flask import flash, render_template
from flask_babel import gettext as _

from app.kernel.access import current_actor, requires
from app.kernel.redirects import see_other
from app.proposals import queries, rules
from app.proposals.drafts.queries import like
from app.proposals.merging import actions
from app.proposals.merging.forms import MergeForm
from app.proposals.models import Proposal
from app.proposals.views import Answer, bp


@bp.route("/proposals/<int:id>/merge", methods=["GET", "POST"])
@requires(rules.may_merge, one=queries.visible_to)
def merge(proposal: Proposal) -> Answer:
    where = {"challenge_id": proposal.challenge_id, "municipality_id": proposal.municipality_id}
    alike = like(proposal.title, **where, but=proposal.id)
    form = MergeForm(proposal, alike)
    if form.validate_on_submit() and form.target is not None:
        actions.merge(proposal, form.target, by=current_actor())
        flash(_("The two ideas are one now. Every supporter came along, and both authors are told."), "success")
        return see_other(".show", id=proposal.merged_into_id)
    shown = render_template("proposals/merge.html", proposal=proposal, alike=alike, form=form)
    return (shown, 422) if form.is_submitted() else shown
