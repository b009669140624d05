from __future__ import annotations

from contextlib import nullcontext

from flask import flash, render_template, request
from flask_babel import gettext as _

from app.kernel import db
from app.kernel.access import current_actor, requires
from app.kernel.errors import Stale
from app.kernel.i18n import speaking
from app.kernel.redirects import see_other
from app.moderation.forms import PHRASES
from app.moderation.models import Case, Decision, ReasonCode
from app.moderation.queries import latest_decision
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
    form, case = MergeForm(proposal, like(proposal.title, **where, but=proposal.id)), _case(proposal)
    if request.method == "GET":
        return _page(proposal, _begun(form, proposal, case))
    if not form.validate_on_submit() or form.target is None:
        return _page(proposal, form), 422
    try:
        return _merged(proposal, form.target, form)
    except Stale:
        form.version.data = str(case.version)
        return _page(proposal, form, theirs=db.session().scalar(latest_decision(case)), overtaken=True), 409


def _case(proposal: Proposal) -> Case:
    return db.session().get_one(Case, proposal.case_id)


def _begun(form: MergeForm, proposal: Proposal, case: Case) -> MergeForm:
    """With the version that is seen, and a ready text in the author's language."""
    form.version.data = form.version.data or str(case.version)
    with speaking(proposal.author.language) if proposal.author else nullcontext():
        form.reason.data = form.reason.data or str(PHRASES[ReasonCode.DUPLICATE])
    return form


def _page(proposal: Proposal, form: MergeForm, *, theirs: Decision | None = None, overtaken: bool = False) -> str:
    shown = {"proposal": proposal, "form": form, "theirs": theirs, "overtaken": overtaken}
    return render_template("proposals/merge.html", from_desk=_from_desk(), **shown)


def _from_desk() -> dict[str, str]:
    """Whoever comes from the queue goes back there."""
    return {"desk": "1"} if request.args.get("desk") else {}


def _merged(proposal: Proposal, into: Proposal, form: MergeForm) -> Answer:
    actions.merge(proposal, into, by=current_actor(), version=form.version_seen, reason=form.reason.data or "")
    flash(_("The two ideas are one now. Every supporter came along, and both authors are told."), "success")
    return see_other("moderation.queue") if _from_desk() else see_other(".show", id=proposal.merged_into_id)
