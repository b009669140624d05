"""Making an account, and a new password when it is forgotten."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Response, flash, render_template, request, session
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Gone

from app.identity import actions, queries
from app.identity.forms import ConfirmSignUpForm, EmailForm, NewPasswordForm, SignUpForm, own_path, reader_language
from app.identity.models import MailTokenPurpose, SignUp, matches
from app.identity.views import bp
from app.identity.views.sign_ins import address_key, begin
from app.kernel import access, db, limits
from app.kernel.redirects import see_other, to_path
from app.kernel.tokens import token_hash

Answer = Response | str | tuple[str, int]

MAILS_PER_ADDRESS = "4 per hour; 10 per day"

mails_per_address = limits.limit(MAILS_PER_ADDRESS, by=address_key, counts=lambda answer: answer.status_code == 303)


@bp.route("/sign-up", methods=["GET", "POST"])
@access.public
@limits.limit(limits.MAIL, by_address=True)
@mails_per_address
def sign_up() -> Answer:
    if current_user.is_authenticated:
        return to_path(own_path(request.args.get("next")))
    form = SignUpForm()
    if not form.validate_on_submit():
        page = render_template("identity/sign_up.html", form=form, next=request.args.get("next"))
        return (page, 422) if form.errors else page
    _send_link(form)
    return see_other(".sent")


def _send_link(form: SignUpForm) -> None:
    """Mail the link, and remember that it was asked for in this browser."""
    session["sign_up"] = session.get("sign_up") or secrets.token_urlsafe(24)
    session["sent_to"], session["joins"] = form.email.data, True
    actions.sign_up(
        name=str(form.name.data),
        email=str(form.email.data),
        password=str(form.password.data),
        language=reader_language(),
        browser_secret=session["sign_up"],
        carries={"next": own_path(request.args.get("next")), "kept": session.get("kept", {})} | _keeper(session),
    )


def _keeper(holder: Mapping[str, Any]) -> dict[str, Any]:
    """What opens the files that were kept with a form, to be carried into another browser."""
    return {"keeper": holder["keeper"]} if "keeper" in holder else {}


@bp.get("/sign-up/sent")
@access.public
def sent() -> str:
    return render_template("identity/sent.html", address=session.get("sent_to"), joins=session.get("joins", False))


@bp.route("/sign-up/<token>", methods=["GET", "POST"])
@access.public
@limits.limit(limits.SIGN_IN, by_address=True)
def confirm(token: str) -> Answer:
    wish = db.session().scalar(queries.sign_up_of(token))
    if wish is None or not wish.usable:
        return render_template("identity/link_gone.html", wish=wish, token=token), 410
    same_browser = token_hash(session.get("sign_up", "")) == wish.browser_hash
    form = ConfirmSignUpForm()
    if same_browser:
        del form.password
    if form.validate_on_submit():
        if same_browser or matches(wish.password_hash, str(form.password.data)):
            return _welcome(wish)
        form.password.errors = [_("This is not the password you chose when you signed up.")]
    page = render_template("identity/confirm.html", form=form, wish=wish, token=token)
    return (page, 422) if form.errors else page


def _welcome(wish: SignUp) -> Response | tuple[str, int]:
    carries: dict[str, Any] = dict(wish.carries)
    try:
        person = actions.confirm_sign_up(wish)
    except Gone:
        return render_template("identity/link_gone.html", wish=None, token=""), 410
    session["kept"] = carries.get("kept", {}) | session.get("kept", {})
    session.update(_keeper(carries))
    begin(person)
    flash(_("Welcome to the square, %(name)s. Your account is ready.", name=person.name), "success")
    return to_path(own_path(carries.get("next")))


@bp.post("/sign-up/<token>/again")
@access.public
@limits.limit(limits.MAIL, by_address=True)
def send_again(token: str) -> Response:
    wish = db.session().scalar(queries.sign_up_of(token))
    if wish is not None:
        actions.send_sign_up_again(wish)
    return see_other(".sent")


@bp.route("/forgotten-password", methods=["GET", "POST"])
@access.public
@limits.limit(limits.MAIL, by_address=True)
@mails_per_address
def forgotten() -> Answer:
    form = EmailForm()
    if not form.validate_on_submit():
        page = render_template("identity/forgotten.html", form=form)
        return (page, 422) if form.errors else page
    actions.ask_for_reset(str(form.email.data), language=reader_language())
    session["sent_to"], session["joins"] = form.email.data, False
    return see_other(".sent")


@bp.route("/forgotten-password/<token>", methods=["GET", "POST"])
@access.public
@limits.limit(limits.SIGN_IN, by_address=True)
def reset(token: str) -> Answer:
    link = db.session().scalar(queries.link_of(token, MailTokenPurpose.RESET_PASSWORD))
    if link is None or not link.usable or link.person.erased:
        return render_template("identity/link_gone_reset.html"), 410
    form = NewPasswordForm(person=link.person)
    if not form.validate_on_submit():
        page = render_template("identity/reset.html", form=form, token=token)
        return (page, 422) if form.errors else page
    begin(actions.reset_password(link, str(form.password.data)))
    flash(_("Your password is changed, and you are signed in here. Everywhere else you are signed out."), "success")
    return to_path(own_path(None))
