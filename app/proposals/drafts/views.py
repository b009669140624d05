"""Writing an idea: the form, the draft that saves itself, ideas like it, and sending it for review."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from app.challenges import queries as challenges
from app.challenges.models import Challenge
from app.kernel import access, db, kept, limits
from app.kernel.access import Refusal, check, current_actor, one_or_404, requires
from app.kernel.answers import Unfinished
from app.kernel.forms import number
from app.kernel.redirects import see_other
from app.proposals import actions as life
from app.proposals import queries, rules
from app.proposals.drafts import actions
from app.proposals.drafts.forms import ProposalForm
from app.proposals.drafts.queries import like, open_drafts, sent_already
from app.proposals.models import Proposal, ProposalState
from app.proposals.views import bp

Answer = Response | str | tuple[str, int]


def _challenge() -> Challenge | None:
    """The challenge named by the form, by what was kept of it, or by the address; 404 unless it can be seen."""
    given = request.form.get("challenge_id")
    if given is None and request.method == "GET":
        typed = kept.typed(request.path)
        given = typed.get("challenge_id") if typed else request.args.get("challenge")
    if not given:
        return None
    challenge: Challenge = one_or_404(challenges.visible_to(current_actor()), number(given) or 0)
    return challenge


@bp.get("/proposals/new")
@access.public
def new() -> Answer:
    """The empty form, for visitors too: what they write is kept while they sign in."""
    challenge, actor = _challenge(), current_actor()
    if challenge is not None and isinstance(closed := rules.asks_for_ideas(challenge), Refusal):
        return render_template("proposals/closed.html", challenge=challenge, reason=closed.reason)
    form = ProposalForm(challenge=challenge, **_begun_with(challenge))
    drafts = list(db.session().scalars(open_drafts(actor, challenge))) if actor.signed_in else []
    return _form_page(form, drafts=drafts)


def _begun_with(challenge: Challenge | None) -> dict[str, Any]:
    organisation = request.args.get("organisation", "")
    return {"data": {"challenge_id": challenge.id if challenge else "", "version": 1, "acts_as": organisation}}


@bp.post("/proposals/new")
@limits.limit(limits.UPLOADS)
@requires(access.signed_in)
def create() -> Answer:
    """Save a new idea as a draft, or save it and send it."""
    challenge, actor = _challenge(), current_actor()
    check(rules.may_propose(actor, challenge))
    form = ProposalForm(challenge=challenge)
    proposal = actions.begin(form.once.data or "", challenge.id if challenge else None, by=actor)
    if not proposal.writable:
        return see_other(".show", id=proposal.id)
    form.version.data = str(proposal.version)
    return _save(proposal, form, is_new=True)


@bp.route("/proposals/<int:id>/edit", methods=["GET", "POST"])
@limits.limit(limits.UPLOADS)
@requires(rules.may_edit, one=queries.visible_to)
def edit(proposal: Proposal) -> Answer:
    """Write on, or change what is published."""
    if request.method == "POST":
        return _save(proposal, ProposalForm(challenge=proposal.challenge))
    form = ProposalForm(challenge=proposal.challenge, data=_content_of(proposal))
    return _form_page(form, proposal)


def _content_of(proposal: Proposal) -> dict[str, Any]:
    said = {
        name: getattr(proposal, name) for name in ("title", "body", "place_name", "latitude", "longitude", "version")
    }
    said |= {"challenge_id": proposal.challenge_id or "", "municipality": str(proposal.municipality_id or "")}
    said |= {"acts_as": str(proposal.organisation_id or "")}
    return said | {"pictures": [{"id": picture.id, "alt": picture.alt} for picture in proposal.pictures]}


def _save(proposal: Proposal, form: ProposalForm, *, is_new: bool = False) -> Answer:
    """Save by hand: as a draft as it stands, otherwise only when it is complete.

    What is wrong rolls a new draft back, so its page must not name it; a draft that is there keeps what was written.
    """
    as_draft = "draft" in request.form and proposal.writable
    if not (form.pictures_usable() if as_draft else form.validate()):
        if not is_new and proposal.writable and form.version_seen == proposal.version:
            _keep(proposal, form)
            return Unfinished(_form_page(form, proposal), 422)
        return _form_page(form, None if is_new else proposal), 422
    actions.edit(proposal, form.content, by=current_actor(), version=form.version_seen)
    actions.change_pictures(proposal, form.picture_changes, by=current_actor())
    return _after_saving(proposal, form, as_draft)


def _keep(proposal: Proposal, form: ProposalForm) -> None:
    """Save what is being written, pictures and all; nothing is taken away before it is saved by hand."""
    actions.save(proposal, form.content, by=current_actor())
    saved = actions.add_pictures(proposal, form.picture_changes, by=current_actor())
    for entry, picture in zip(form.pictures, saved, strict=True):
        entry.form.saved_as(picture)


def _after_saving(proposal: Proposal, form: ProposalForm, as_draft: bool) -> Response:
    """Back to the draft; to the page of what is published; or on to sending, past ideas like it if there are any."""
    if as_draft:
        flash(_("Your draft is saved."), "success")
        return see_other(".edit", id=proposal.id)
    if not proposal.writable:
        flash(_("Your change is saved. Everybody can see what was changed."), "success")
        return see_other(".show", id=proposal.id)
    shown = set((form.seen.data or "").split(","))
    if any(str(found.id) not in shown for found in _alike(proposal)):
        return see_other(".send", id=proposal.id)
    return _sent(proposal)


def _alike(proposal: Proposal) -> list[Proposal]:
    where = {"challenge_id": proposal.challenge_id, "municipality_id": proposal.municipality_id}
    return like(proposal.title, **where, but=proposal.id)


def _like(form: ProposalForm, proposal: Proposal | None) -> list[Proposal]:
    """Ideas like the one that the form holds."""
    challenge_id = form.challenge.id if form.challenge else None
    where = {"challenge_id": challenge_id, "municipality_id": form.municipality_id}
    return like((form.title.data or "")[:120], **where, but=proposal.id if proposal else None)


def _sent(proposal: Proposal) -> Response:
    """Send it, unless it was sent before and the form came back by the back button."""
    before = db.session().scalar(sent_already(proposal))
    if before is not None and proposal.state == ProposalState.DRAFT:
        life.discard(proposal, by=current_actor())
        return see_other(".show", id=before.id)
    life.submit(proposal, by=current_actor())
    flash(_("Your idea is sent for review. You will be told when it is published."), "success")
    return see_other(".show", id=proposal.id)


@bp.route("/proposals/<int:id>/send", methods=["GET", "POST"])
@requires(rules.may_open_sending, one=queries.visible_to)
def send(proposal: Proposal) -> Answer:
    """The step before sending: ideas like this one, to support instead."""
    if not proposal.writable:
        flash(_("Your idea has been sent already."), "info")
        return see_other(".show", id=proposal.id)
    if not proposal.complete:
        flash(_("Something is missing before it can be sent."), "warning")
        return see_other(".edit", id=proposal.id)
    if request.method == "GET":
        return render_template("proposals/send.html", proposal=proposal, alike=_alike(proposal))
    return _sent(proposal)


@bp.post("/proposals/drafts")
@requires(access.signed_in)
def begin() -> Response:
    """The form saves itself for the first time."""
    challenge = _challenge()
    check(rules.may_propose(current_actor(), challenge))
    form = ProposalForm(challenge=challenge)
    proposal = actions.begin(form.once.data or "", challenge.id if challenge else None, by=current_actor())
    kept.forget(url_for(".create"))
    return _saved(proposal, form)


@bp.post("/proposals/<int:id>/draft")
@requires(rules.may_edit, one=queries.visible_to)
def save(proposal: Proposal) -> Response:
    """The form saves itself again. What is published is only changed by hand."""
    return _saved(proposal, ProposalForm(challenge=proposal.challenge))


def _saved(proposal: Proposal, form: ProposalForm) -> Response:
    """What is saved now, and, of pictures that came with it, the parts of the form that show them."""
    form.pictures_usable()
    came = [entry for entry in form.pictures if entry.form.file.data]
    if proposal.writable:
        _keep(proposal, form)
    new = [entry for entry in came if not entry.form.file.data]
    shown = {entry.id: render_template("proposals/_picture.html", entry=entry, proposal=proposal) for entry in new}
    return jsonify(
        saved_at=proposal.updated_at.isoformat(),
        autosave_url=url_for(".save", id=proposal.id),
        action=url_for(".edit", id=proposal.id),
        parts=shown,
        fault=" ".join(form.file_faults),
    )


def _form_page(form: ProposalForm, proposal: Proposal | None = None, **context: Any) -> str:
    unsent = proposal is None or proposal.writable
    alike = _like(form, proposal) if unsent and (proposal or form.is_submitted()) else []
    words = {"alike": alike, "drafts": [], "challenge": form.challenge, **context}
    return render_template("proposals/form.html", form=form, proposal=proposal, **words)


@bp.get("/proposals/similar")
@access.public
def similar() -> str:
    """Ideas like a title, while it is typed."""
    numbers = {name: request.args.get(name, type=queries.number) for name in ("challenge_id", "municipality", "but")}
    title = request.args.get("title", "").replace("\x00", "").strip()[:120]
    where = {"challenge_id": numbers["challenge_id"], "municipality_id": numbers["municipality"]}
    template = "proposals/_alike.html" if "HX-Request" in request.headers else "proposals/similar.html"
    return render_template(template, alike=like(title, **where, but=numbers["but"]))


@bp.post("/proposals/<int:id>/recall")
@requires(rules.may_recall, one=queries.visible_to)
def recall(proposal: Proposal) -> Response:
    life.recall(proposal, by=current_actor())
    return see_other(".edit", id=proposal.id)


@bp.route("/proposals/<int:id>/deletion", methods=["GET", "POST"])
@requires(rules.may_discard, one=queries.visible_to)
def discard(proposal: Proposal) -> Answer:
    if request.method == "GET":
        return render_template("proposals/discard.html", proposal=proposal)
    life.discard(proposal, by=current_actor())
    flash(_("The draft is deleted."), "success")
    return see_other(".index")
