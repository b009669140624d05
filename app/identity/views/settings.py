"""What people change about their own account."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, render_template, session
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from werkzeug.exceptions import Gone

from app.identity import actions, ports, queries, schemas
from app.identity.forms import ChangeEmailForm, ChangePasswordForm, ErasureForm, PressForm, ProfileForm
from app.identity.models import MailTokenPurpose, Person, SignIn
from app.identity.views import bp
from app.identity.views.sign_ins import begin
from app.kernel import access, clock, db, limits
from app.kernel.errors import check_version
from app.kernel.redirects import see_other, to_path
from app.kernel.tokens import token_hash

Answer = Response | str | tuple[str, int]


def me() -> Person:
    """The person who is signed in, as a row."""
    return db.session().get_one(Person, access.current_actor().id)


def _page(name: str, form: Any, **context: Any) -> str | tuple[str, int]:
    page = render_template(name, form=form, person=me(), **context)
    return (page, 422) if form.errors else page


def _done(message: str, endpoint: str = ".settings") -> Response:
    flash(message, "success")
    return see_other(endpoint)


@bp.get("/settings")
@access.requires(access.signed_in)
def settings() -> str:
    return render_template("identity/settings.html", person=me())


@bp.route("/settings/profile", methods=["GET", "POST"])
@access.requires(access.signed_in)
@limits.limit(limits.UPLOADS)
def edit_profile() -> Answer:
    person = me()
    form = ProfileForm(obj=person)
    if not form.validate_on_submit():
        return _page("identity/edit_profile.html", form)
    check_version(person, form.version_seen)
    wanted = {name: form.data[name] for name in ("name", "about", "language", "without_photo")}
    wanted |= {"municipality_id": form.municipality_id.data or None, "photo": form.new_photo.data}
    actions.save_profile(person, by=access.current_actor(), **wanted)
    session["language"] = person.language
    return _done(_("Your profile is saved."))


@bp.route("/settings/password", methods=["GET", "POST"])
@access.requires(access.signed_in)
@limits.limit(limits.SIGN_IN)
def change_password() -> Answer:
    form = ChangePasswordForm(person=me())
    if not form.validate_on_submit():
        return _page("identity/change_password.html", form)
    person = me()
    actions.change_password(person, str(form.password.data), by=access.current_actor())
    begin(person)
    return _done(_("Your password is changed. In all other browsers you are signed out."))


@bp.route("/settings/email", methods=["GET", "POST"])
@access.requires(access.signed_in)
@limits.limit(limits.MAIL)
def change_email() -> Answer:
    form = ChangeEmailForm(person=me())
    if not form.validate_on_submit():
        return _page("identity/change_email.html", form)
    actions.ask_for_new_email(me(), str(form.email.data), by=access.current_actor())
    session["sent_to"], session["joins"] = form.email.data, False
    return see_other(".sent")


@bp.route("/settings/email/<token>", methods=["GET", "POST"])
@access.public
@limits.limit(limits.SIGN_IN, by_address=True)
def confirm_email(token: str) -> Answer:
    link = db.session().scalar(queries.link_of(token, MailTokenPurpose.CHANGE_EMAIL))
    form = PressForm()
    if link is None or not link.usable or link.person.erased:
        return render_template("identity/link_gone_email.html"), 410
    if not form.validate_on_submit():
        return render_template("identity/confirm_email.html", form=form, link=link, token=token)
    try:
        actions.confirm_new_email(link)
    except Gone:
        return render_template("identity/link_gone_email.html"), 410
    return _done(_("Your e-mail address is changed."))


@bp.get("/settings/sign-ins")
@access.requires(access.signed_in)
def sign_ins() -> str:
    rows = db.session().scalars(queries.sign_ins_of(access.current_actor())).all()
    return render_template("identity/sign_ins.html", sign_ins=rows, this=token_hash(current_user.get_id()))


@bp.post("/settings/sign-ins/<int:id>/end")
@access.requires(access.signed_in, one=queries.sign_ins_of)
def end_sign_in(row: SignIn) -> Response:
    actions.end_sign_in(row)
    return _done(_("That browser is signed out."), ".sign_ins")


@bp.post("/settings/sign-ins/end-all")
@access.requires(access.signed_in)
def sign_out_everywhere() -> Response:
    actions.end_all(me())
    logout_user()
    flash(_("You are signed out everywhere, here too."), "success")
    return see_other(".sign_in")


@bp.get("/settings/export")
@access.requires(access.signed_in)
def export() -> Response:
    answer = jsonify(schemas.export_of(me()))
    answer.headers["Content-Disposition"] = f'attachment; filename="torvet-{clock.today().isoformat()}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/settings/erasure", methods=["GET", "POST"])
@access.requires(access.signed_in)
@limits.limit(limits.SIGN_IN)
def erasure() -> Answer:
    person, form = me(), ErasureForm(person=me())
    if not form.validate_on_submit():
        return _page("identity/erasure.html", form, hindrances=ports.hindrances(person.id))
    actions.erase(person, by=access.current_actor())
    logout_user()
    session.clear()
    flash(_("Your account is erased. Thank you for being here."), "success")
    return to_path("/")
