from __future__ import annotations

from contextlib import nullcontext

from flask import flash, render_template, request
from flask_babel import gettext as _

from app.kernel import db
from app.kernel.access import current_actor, requires
from app.kernel.errors import Stale
from app.kernel.forms import number
from app.kernel.i18n import speaking
from app.kernel.redirects import see_other
from app.moderation.desk import kept_filters, onward
from app.moderation.forms import PHRASES
from app.moderation.models import Case, Decision, ReasonCode
from app.moderation.queries import latest_decision
from app.proposals import queries, rules
from app.proposals.merging import actions
from app.proposals.merging.forms import MergeForm
from app.proposals.merging.queries import offered
from app.proposals.models import Proposal
from app.proposals.views import Answer, bp


@bp.route("/proposals/<int:id>/merge", methods=["GET", "POST"])
@requires(rules.may_merge, one=queries.visible_to)
def merge(proposal: Proposal) -> Answer:
    form, case = MergeForm(proposal, by=current_actor()), _case(proposal)
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
    """With the version that is seen, the idea that was chosen, and a ready text in the author's language."""
    form.version.data = form.version.data or str(case.version)
    form.into.data = form.into.data or number(request.args.get("into"))
    with speaking(proposal.author.language) if proposal.author else nullcontext():
        form.reason.data = form.reason.data or str(PHRASES[ReasonCode.DUPLICATE])
    return form


def _page(proposal: Proposal, form: MergeForm, *, theirs: Decision | None = None, overtaken: bool = False) -> str:
    """The page, or, while somebody looks for an idea, the list alone."""
    words = request.values.get("q", "").strip()[:200]
    found = offered(current_actor(), proposal, words)
    shown = {"proposal": proposal, "form": form, "words": words, "theirs": theirs, "overtaken": overtaken}
    template = "proposals/_fitting.html" if "HX-Request" in request.headers else "proposals/merge.html"
    return render_template(template, from_desk=_from_desk(), found_by=found.by, **shown, **_sorted(form, found.ideas))


def _sorted(form: MergeForm, found: list[Proposal]) -> dict[str, list[Proposal]]:
    """Those that can be chosen, the one that was chosen among them, and the others."""
    if form.target is not None and form.target not in found:
        found = [form.target, *found]
    fitting = [idea for idea in found if rules.may_become_part(form.proposal, idea)]
    return {"fitting": fitting, "others": [idea for idea in found if idea not in fitting]}


def _from_desk() -> dict[str, str]:
    """Whoever comes from the queue goes back there, to the list as it was narrowed."""
    return {"desk": "1", **kept_filters()} if request.args.get("desk") else {}


def _merged(proposal: Proposal, into: Proposal, form: MergeForm) -> Answer:
    actions.merge(proposal, into, by=current_actor(), version=form.version_seen, reason=form.reason.data or "")
    flash(_("The two ideas are one now. Every supporter came along, and both authors are told."), "success")
    return onward(_case(proposal)) if _from_desk() else see_other(".show", id=proposal.merged_into_id)
