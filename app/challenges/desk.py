"""The owner's pages: write, send, edit, close, open again, withdraw."""

from __future__ import annotations

from flask import Response, flash, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app.challenges import actions, queries, rules
from app.challenges.forms import ChallengeForm, ClosingForm, DocumentForm, NewForm, check_complete, filled_from
from app.challenges.models import Challenge
from app.challenges.views import Answer, bp, parts_of
from app.kernel import access, clock, db, forms, limits, uploads
from app.kernel.access import check, current_actor, requires
from app.kernel.errors import Stale
from app.kernel.redirects import see_other


@bp.route("/challenges/new", methods=["GET", "POST"])
@access.public
def new() -> Answer:
    form = NewForm()
    form.owner.choices = queries.owners_for(current_actor())
    if form.is_submitted():
        check(rules.may_create(current_actor()))
    if not form.validate_on_submit():
        return render_template("challenges/new.html", form=form), 422 if form.errors else 200
    return forms.once(form, lambda: _created(form))


def _created(form: NewForm) -> str:
    texts = {"title": form.title.data or "", "need": form.need.data or ""}
    challenge = actions.create(**texts, by=current_actor(), owner=form.owner_chosen)
    return url_for(".edit", id=challenge.id)


def _form(challenge: Challenge) -> ChallengeForm:
    form = ChallengeForm(data=filled_from(challenge))
    form.municipalities.choices = queries.municipality_choices()
    if not rules.may_fill_in_records(current_actor(), challenge):
        del form.case_number, form.kle_code
    return form


@bp.route("/challenges/<int:id>/edit", methods=["GET", "POST"])
@requires(access.signed_in)
@requires(rules.may_edit, one=queries.page_for)
@limits.limit(limits.UPLOADS)
def edit(challenge: Challenge) -> Answer:
    form = _form(challenge)
    if request.form.get("add_phase"):
        form.phases.append_entry()
        return _edit_page(challenge, form)
    sends = bool(request.form.get("send")) or challenge.was_published
    if form.validate_on_submit() and (not sends or check_complete(form, challenge)):
        return _saved(challenge, form)
    if request.method == "GET" and request.args.get("check"):
        check_complete(form, challenge)
        return _edit_page(challenge, form)
    return _edit_page(challenge, form), 422 if form.errors else 200


def _edit_page(challenge: Challenge, form: ChallengeForm) -> str:
    return render_template("challenges/edit.html", challenge=challenge, form=form)


def _saved(challenge: Challenge, form: ChallengeForm) -> Answer:
    """Keep what was typed, then send it to review when that was the button; 409 with both texts when it was changed."""
    actor = current_actor()
    try:
        actions.write(challenge, form.edit(), by=actor, version=form.version_seen)
    except Stale:
        return _both_texts(challenge, form), 409
    if form.remove_cover.data:
        actions.set_cover(challenge, None, by=actor)
    picture = uploads.claim(form.cover.data, by=actor)
    if picture is not None:
        actions.set_cover(challenge, picture, by=actor)
    if request.form.get("send"):
        actions.submit(challenge, by=actor)
    flash(_("It is sent to a moderator.") if request.form.get("send") else _("It is saved."), "success")
    return see_other(".show", id=challenge.id)


def _both_texts(challenge: Challenge, form: ChallengeForm) -> str:
    """What others made of it beside what was typed, and the form to bring both together. Nothing is lost."""
    theirs = {name: str(value or "") for name, value in filled_from(challenge).items()}
    mine = {name: str(form.edit().columns[name] or "") for name in form.edit().columns}
    form.version.data = str(challenge.version)
    both = [(form[name].label.text, parts) for name, parts in parts_of(theirs, mine)]
    return render_template("challenges/edit.html", challenge=challenge, form=form, both=both)


@bp.post("/challenges/<int:id>/draft")
@requires(access.signed_in)
@requires(rules.may_edit, one=queries.page_for)
def draft(challenge: Challenge) -> Response:
    """Keep what can be kept of a draft that is being typed."""
    form = _form(challenge)
    form.validate()
    if not challenge.was_published:
        edit = form.edit(only_valid=True)
        actions.write(challenge, edit, by=current_actor(), version=form.version_seen)
    return jsonify(saved_at=clock.now().isoformat(), version=challenge.version)


@bp.post("/challenges/<int:id>/submission")
@requires(access.signed_in)
@requires(rules.may_submit, one=queries.page_for)
def submit(challenge: Challenge) -> Response:
    if rules.missing(challenge):
        return see_other(".edit", id=challenge.id, check=1)
    actions.submit(challenge, by=current_actor())
    flash(_("It is sent to a moderator."), "success")
    return see_other(".show", id=challenge.id)


@bp.post("/challenges/<int:id>/recall")
@requires(access.signed_in)
@requires(rules.may_recall, one=queries.page_for)
def recall(challenge: Challenge) -> Response:
    actions.recall(challenge, by=current_actor())
    flash(_("It is a draft again. Send it when you have corrected it."), "success")
    return see_other(".edit", id=challenge.id)


@bp.route("/challenges/<int:id>/withdrawal", methods=["GET", "POST"])
@requires(access.signed_in)
@requires(rules.may_withdraw, one=queries.page_for)
def withdraw(challenge: Challenge) -> Answer:
    if request.method == "GET":
        return render_template("challenges/withdraw.html", challenge=challenge)
    actions.withdraw(challenge, by=current_actor())
    flash(_("The challenge is withdrawn."), "success")
    return see_other(".show", id=challenge.id)


@bp.route("/challenges/<int:id>/closing", methods=["GET", "POST"])
@requires(access.signed_in)
@requires(rules.may_close, one=queries.page_for)
def close(challenge: Challenge) -> Answer:
    form = ClosingForm()
    if not form.validate_on_submit():
        return render_template("challenges/close.html", challenge=challenge, form=form), 422 if form.errors else 200
    actions.close(challenge, by=current_actor(), text=form.text.data or "")
    return see_other(".show", id=challenge.id)


@bp.post("/challenges/<int:id>/reopening")
@requires(access.signed_in)
@requires(rules.may_reopen, one=queries.page_for)
def reopen(challenge: Challenge) -> Response:
    actions.reopen(challenge, by=current_actor())
    flash(_("The challenge is open again. Look over its phases and dates."), "success")
    return see_other(".show", id=challenge.id)


@bp.route("/challenges/<int:id>/documents", methods=["GET", "POST"])
@requires(access.signed_in)
@requires(rules.may_edit, one=queries.page_for)
@limits.limit(limits.UPLOADS)
def documents(challenge: Challenge) -> Answer:
    form = DocumentForm()
    if form.validate_on_submit():
        return forms.once(form, lambda: _attached(challenge, form))
    return render_template("challenges/documents.html", challenge=challenge, form=form), 422 if form.errors else 200


def _attached(challenge: Challenge, form: DocumentForm) -> str:
    stored = uploads.claim(form.file.data, by=current_actor())
    if stored is not None:
        actions.attach(challenge, stored, title=form.title.data or "", by=current_actor())
    return url_for(".documents", id=challenge.id)


@bp.post("/challenges/<int:id>/documents/<int:document>/removal")
@requires(access.signed_in)
@requires(rules.may_edit, one=queries.page_for)
def detach(challenge: Challenge, document: int) -> Response:
    attachment = next((one for one in challenge.attachments if one.id == document), None)
    if attachment is None:
        raise NotFound
    actions.detach(challenge, attachment, by=current_actor())
    db.session().flush()
    return see_other(".documents", id=challenge.id)
