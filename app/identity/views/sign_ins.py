"""Signing in and out, and the choice of language."""

from __future__ import annotations

from hashlib import sha256

from flask import Response, flash, render_template, request, session
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from app.identity import actions, queries
from app.identity.forms import SignInForm, own_path
from app.identity.models import Person, matches
from app.identity.views import bp
from app.kernel import access, db, limits
from app.kernel.forms import csrf
from app.kernel.i18n import LANGUAGES
from app.kernel.redirects import to_path

PER_ACCOUNT = "8 per 10 minutes; 40 per day"
STAYS = ("kept", "keeper", "language", "_flashes")


def address_key() -> str:
    """What attempts on one account count against: the address typed, unreadable in Valkey."""
    return "account:" + sha256(request.form.get("email", "").strip().lower().encode()).hexdigest()


def begin(person: Person) -> None:
    """Sign the person in here, with a new token and a new session; what was typed before is kept."""
    if current_user.is_authenticated:
        actions.sign_out(current_user.get_id())
    stays = {name: session[name] for name in STAYS if name in session}
    session.clear()
    session.update(stays)
    session.permanent = True
    actions.sign_in(person, browser=request.user_agent.string)
    login_user(person)


@bp.route("/sign-in", methods=["GET", "POST"])
@access.public
@limits.limit(limits.SIGN_IN, by_address=True)
@limits.limit(PER_ACCOUNT, by=address_key, counts=lambda response: response.status_code == 422)
def sign_in() -> Response | str | tuple[str, int]:
    target = own_path(request.args.get("next"))
    if current_user.is_authenticated and request.method == "GET":
        return to_path(target)
    form = SignInForm()
    if form.validate_on_submit():
        person = _owner(str(form.email.data), str(form.password.data))
        if person is not None:
            begin(person)
            return to_path(target)
        form.form_errors.append(_("The address and the password do not fit together. Check both and try again."))
    page = render_template("identity/sign_in.html", form=form, next=request.args.get("next"))
    return (page, 422) if form.errors else page


def _owner(email: str, password: str) -> Person | None:
    """Whose address and password these are. An unknown address costs the same time as a known one."""
    person = db.session().scalar(queries.by_email(email))
    if person is None:
        matches(None, password)
        return None
    return person if person.has_password(password) else None


@bp.post("/sign-out")
@access.public
def sign_out() -> Response:
    if current_user.is_authenticated:
        actions.sign_out(current_user.get_id())
        logout_user()
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    flash(_("You are signed out."), "success")
    return to_path("/")


@bp.post("/language")
@access.public
@csrf.exempt  # type: ignore[untyped-decorator]
def language() -> Response:
    """Visitors send no token here, so that their pages can be cached; signed-in people do."""
    if current_user.is_authenticated:
        csrf.protect()
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if current_user.is_authenticated:
            actions.change_language(current_user, chosen)
    return to_path(own_path(request.form.get("next"), "/"))
