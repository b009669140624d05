"""Desk pages: who holds which role, the trail of all roles, and mails that could not be delivered."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, request
from flask_babel import gettext as _
from sqlalchemy import func

from app.identity import actions, ports, queries, rules, views
from app.identity.forms import RoleForm
from app.identity.models import Role, RoleName
from app.kernel import access, db, letters, tasks
from app.kernel.mail import OutgoingMail
from app.kernel.paging import Key, page
from app.kernel.redirects import see_other

FOUND_AT_MOST = 20


def role_names() -> dict[str, str]:
    """What the roles are called."""
    return {
        "moderator": _("Moderator"),
        "administrator": _("Administrator"),
        "platform_administrator": _("Platform administrator"),
    }


def _choices(actor: access.Actor) -> dict[str, str]:
    """The roles this actor may give, and where."""
    places: dict[int | None, str] = {None: ""} | {home.id: home.name for home in ports.homes()}
    return {
        f"{name.value}:{home or ''}": f"{role_names()[name.value]}{', ' + where if where else ''}"
        for name in RoleName
        for home, where in places.items()
        if (home is None) == (name == RoleName.PLATFORM_ADMINISTRATOR) and rules.may_give_role(actor, name, home)
    }


def _roles_page(form: RoleForm, status: int = 200) -> tuple[str, int]:
    actor, words = access.current_actor(), request.args.get("q", "").strip()
    found = db.session().scalars(queries.named(words).limit(FOUND_AT_MOST)).all() if words else []
    held = db.session().scalars(queries.roles_held(actor)).all()
    administrators = [role.id for role in held if role.name == RoleName.PLATFORM_ADMINISTRATOR]
    endable = {role.id for role in held if rules.may_end_role(actor, role, only_one=administrators == [role.id])}
    context: dict[str, Any] = {"homes": {home.id: home for home in ports.homes()}, "names": role_names()}
    page = render_template(
        "identity/roles.html", form=form, words=words, found=found, held=held, endable=endable, **context
    )
    return page, status


@views.bp.get("/desk/roles")
@access.requires(rules.may_see_roles)
def roles() -> tuple[str, int]:
    form = RoleForm()
    form.role.choices = _choices(access.current_actor())
    return _roles_page(form)


@views.bp.post("/desk/roles")
@access.requires(rules.may_see_roles)
def give_role() -> Response | tuple[str, int]:
    actor, form = access.current_actor(), RoleForm()
    form.role.choices = _choices(actor)
    if not form.validate_on_submit():
        return _roles_page(form, 422)
    person = access.one_or_404(queries.visible_to(actor), form.person_id)
    name, municipality_id = form.chosen()
    actions.give_role(person, name, municipality_id, by=actor)
    flash(_("%(name)s has the role now and is told by mail.", name=person.name), "success")
    return see_other(".roles")


@views.bp.post("/desk/roles/<int:id>/end")
@access.requires(rules.may_see_roles, one=queries.roles_seen_by)
def end_role(role: Role) -> Response:
    actions.end_role(role, by=access.current_actor())
    flash(_("The role of %(name)s has ended.", name=role.person.name), "success")
    return see_other(".roles")


@views.bp.get("/desk/roles/trail")
@access.requires(rules.may_see_roles)
def role_trail() -> str:
    rows = page(queries.roles_seen_by(access.current_actor()), Key(Role.id), after=request.args.get("after"), size=50)
    homes = {home.id: home for home in ports.homes()}
    return render_template("identity/role_trail.html", rows=rows, homes=homes, names=role_names())


@views.bp.get("/desk/mails")
@access.requires(rules.may_see_mails)
def mails() -> str:
    actor = access.current_actor()
    rows = page(queries.dead_mails(actor), Key(OutgoingMail.id), after=request.args.get("after"), size=50)
    good = letters.still_good(rows.items)
    again = {letter.id: rules.may_send_again(actor, letter, good=letter.id in good) for letter in rows.items}
    names = queries.names_of({letter.person_id for letter in rows.items})
    all_seen = actor.has("platform_administrator", "platform")
    context = {"again": again, "names": names, "all_seen": all_seen, "faults": faults(), "name_of": letters.name_of}
    return render_template("identity/mails.html", rows=rows, **context)


def faults() -> dict[str, str]:
    """What went wrong, for those who read no logs."""
    return {
        "SMTPRecipientsRefused": _("The mail server refuses the address."),
        "WorkerStoppedWhileSending": _("It was interrupted while it was sent, so it may have arrived."),
        "LinkNoLongerGood": _("The link in it stopped working before it could be sent."),
    }


def _tasks_of(actor: access.Actor) -> tasks.Lists:
    """The number of mails that were given up, for an administrator."""
    if not rules.may_see_mails(actor):
        return {}
    dead = queries.dead_mails(actor).with_only_columns(func.count()).having(func.count() > 0)
    return {"dead": dead}


tasks.waits("identity/_tasks.html", _tasks_of)


@views.bp.post("/desk/mails/<int:id>/again")
@access.requires(rules.may_see_mails, one=queries.dead_mails)
def send_mail_again(letter: OutgoingMail) -> Response:
    actions.send_again(letter, by=access.current_actor())
    flash(_("The mail is on its way again."), "success")
    return see_other(".mails")
