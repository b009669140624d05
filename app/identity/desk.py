"""Desk pages: who holds which role, offers of roles, the trail of both, and mails that could not be delivered."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func

from app.identity import actions, ports, queries, rules, views
from app.identity.forms import RoleOfferForm, reader_language, role_named
from app.identity.models import Role, RoleName, RoleOffer
from app.kernel import access, db, letters, limits, tasks
from app.kernel.forms import once
from app.kernel.mail import OutgoingMail
from app.kernel.paging import Key, beginning_after, cut, page
from app.kernel.redirects import see_other

TRAIL_SIZE = 50


@views.bp.get("/desk/roles")
@access.requires(rules.may_see_roles)
def roles() -> str:
    return _roles_page(RoleOfferForm())


@views.bp.post("/desk/roles")
@access.requires(rules.may_see_roles)
@limits.limit(limits.MAIL)
def offer_role() -> Response | tuple[str, int]:
    form = RoleOfferForm()
    if not form.validate_on_submit():
        return _roles_page(form), 422

    def offer() -> str:
        email = str(form.email.data)
        actions.offer_role(email, *form.chosen(), by=access.current_actor(), language=reader_language())
        flash(_("We have written to %(email)s. The role begins when they say yes.", email=email), "success")
        return url_for(".roles")

    return once(form, offer)


def _roles_page(form: RoleOfferForm) -> str:
    actor, session = access.current_actor(), db.session()
    held = session.scalars(queries.roles_held(actor)).all()
    administrators = [role.id for role in held if role.name == RoleName.PLATFORM_ADMINISTRATOR]
    endable = {role.id for role in held if rules.may_end_role(actor, role, only_one=administrators == [role.id])}
    offers = session.scalars(queries.offers_waiting(actor)).all()
    return render_template(
        "identity/roles.html", form=form, held=held, endable=endable, offers=offers, named=_role_names()
    )


def _role_names() -> Callable[[RoleName, int | None], str]:
    """Gives a role and its place in words."""
    places: dict[int | None, str] = {home.id: home.name for home in ports.homes()}
    return lambda name, municipality_id: role_named(name, places.get(municipality_id, ""))


@views.bp.post("/desk/roles/offers/<int:id>/withdrawal")
@access.requires(rules.may_withdraw_offer, one=queries.offers_seen_by)
def withdraw_offer(offer: RoleOffer) -> Response:
    actions.withdraw_offer(offer, by=access.current_actor())
    flash(_("The offer has been withdrawn. The link in the mail no longer works."), "success")
    return see_other(".roles")


@views.bp.get("/desk/roles/<int:id>/end")
@access.requires(rules.may_see_roles, one=queries.roles_seen_by)
def ask_about_role(role: Role) -> str:
    administrators = db.session().scalars(queries.platform_administrators()).all()
    only_one = [one.id for one in administrators] == [role.id]
    access.check(rules.may_end_role(access.current_actor(), role, only_one=only_one))
    return render_template("identity/end_role.html", role=role, named=_role_names())


@views.bp.post("/desk/roles/<int:id>/end")
@access.requires(rules.may_see_roles, one=queries.roles_seen_by)
def end_role(role: Role) -> Response:
    actions.end_role(role, by=access.current_actor())
    flash(_("The role of %(name)s has ended.", name=role.person.name), "success")
    return see_other(".roles")


@views.bp.get("/desk/roles/trail")
@access.requires(rules.may_see_roles)
def role_trail() -> str:
    trail = queries.role_trail(access.current_actor())
    keys = [Key(trail.selected_columns[name]) for name in ("at", "what", "id")]
    found = beginning_after(trail, *keys, after=request.args.get("after")).limit(TRAIL_SIZE + 1)
    lines = cut(list(db.session().execute(found)), *keys, size=TRAIL_SIZE)
    people = queries.names_of({one for line in lines.items for one in (line.person_id, line.by_id)})
    return render_template("identity/role_trail.html", lines=lines, people=people, named=_role_names())


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
