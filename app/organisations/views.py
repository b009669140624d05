"""The public pages of organisations: list, page, registration, invitations, asking to join."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.activity import queries as activity
from app.activity.models import SubjectType
from app.kernel import access, db
from app.kernel.forms import Form, once
from app.kernel.paging import Key, page
from app.kernel.redirects import see_other
from app.kernel.tokens import token_hash
from app.moderation.queries import status_of
from app.organisations import actions, cvr, queries, rules
from app.organisations.forms import KINDS, THEMES, AskToJoinForm, RegisterForm
from app.organisations.models import Invitation, Membership, Organisation, OrganisationKind
from app.places.models import Municipality

bp = Blueprint("organisations", __name__)
FILTERS = ("q", "kind", "municipality", "theme", "verified")


@bp.get("/organisations")
@access.public
def index() -> str:
    places = list(db.session().scalars(select(Municipality).order_by(Municipality.name)))
    chosen = _chosen(places)
    keys = (Key(Organisation.name, descending=False), Key(Organisation.id, descending=False))
    found = page(queries.listed(**chosen), *keys, after=request.args.get("after"))
    kept: dict[str, Any] = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    following = url_for(".index", **kept, after=found.next) if found.next else None
    template = "organisations/_list.html" if "HX-Request" in request.headers else "organisations/index.html"
    return render_template(
        template, found=found, next=following, kept=kept, places=places, chosen=chosen, kinds=KINDS, themes=THEMES
    )


def _chosen(places: list[Municipality]) -> dict[str, Any]:
    """The filters of the address; what makes no sense is left out."""
    place = next((place for place in places if place.slug == request.args.get("municipality")), None)
    theme = request.args.get("theme", type=int)
    return {
        "words": request.args.get("q", "").strip()[:200],
        "kind": request.args.get("kind", "") if request.args.get("kind") in KINDS else "",
        "municipality_id": place.id if place else None,
        "theme": theme if theme in THEMES else None,
        "verified": request.args.get("verified") == "1",
    }


@bp.get("/organisations/<int:id>")
@access.requires(access.anyone, one=queries.visible_to)
def show(organisation: Organisation) -> str:
    actor = access.current_actor()
    follows = activity.follows(actor, SubjectType.ORGANISATION, organisation.id)
    following = actor.signed_in and db.session().scalar(follows)
    status = status_of(organisation.case_id) if rules.may_edit(actor, organisation) else None
    return render_template(
        "organisations/show.html", organisation=organisation, following=following, status=status, themes=THEMES
    )


@bp.get("/organisations/new")
@access.public
def new() -> str:
    typed = request.args.get("cvr", "").strip()
    number, company, away = cvr.valid(typed), None, False
    try:
        company = cvr.register().find(number) if number else None
    except cvr.RegisterAway:
        away = True
    form = RegisterForm(**_prefilled(typed, company))
    looked_up = {"typed": typed, "number": number, "company": company, "away": away}
    return _registration(form, **looked_up)


def _prefilled(typed: str, company: cvr.Company | None) -> dict[str, str]:
    if company is None:
        return {"cvr": typed[:30]} if typed else {}
    code = select(Municipality.id).where(Municipality.code == company.municipality_code)
    home = db.session().scalar(code)
    prefilled = {"cvr": company.cvr, "name": company.name, "address": company.address}
    return {**prefilled, "kind": OrganisationKind.COMPANY.value, **({"municipality": str(home)} if home else {})}


def _registration(form: RegisterForm, **looked_up: Any) -> str:
    number = looked_up.get("number") or form.number
    existing = db.session().scalar(queries.by_cvr(number)) if number else None
    return render_template("organisations/new.html", form=form, existing=existing, looked_up=looked_up)


@bp.post("/organisations/new")
@access.requires(rules.may_register)
def create() -> Response | tuple[str, int]:
    form = RegisterForm()
    if not form.validate_on_submit():
        return _registration(form), 422
    existing = db.session().scalar(queries.by_cvr(form.number)) if form.number else None
    if existing is not None:
        return _known_already(form, existing)

    def register() -> str:
        organisation = actions.register(by=access.current_actor(), **_values(form))
        flash(_("%(name)s is on Torvet. A moderator now checks it.", name=organisation.name), "success")
        return url_for(".show", id=organisation.id)

    return once(form, register)


def _known_already(form: RegisterForm, existing: Organisation) -> Response | tuple[str, int]:
    """Lead to the page when it is a second click of the same person; else say whose number it is."""
    if existing.registered_by_id == access.current_actor().id:
        return see_other(".show", id=existing.id)
    form.cvr.errors = [_("%(name)s has this CVR number.", name=existing.name)]
    return _registration(form), 422


def _values(form: RegisterForm) -> dict[str, Any]:
    company = None
    try:
        company = cvr.register().find(form.number) if form.number else None
    except cvr.RegisterAway:
        flash(_("The CVR register did not answer. The moderator looks the number up."), "warning")
    return {
        "kind": OrganisationKind(form.kind.data),
        "cvr": form.number,
        "name": (form.name.data or "").strip(),
        "registered_name": company.name if company else "",
        "address": (form.address.data or "").strip() or (company.address if company else ""),
        "municipality": form.home,
        "summary": (form.summary.data or "").strip(),
    }


@bp.get("/organisations/<int:id>/join")
@access.requires(access.anyone, one=queries.visible_to)
def join(organisation: Organisation) -> str:
    return render_template("organisations/join.html", organisation=organisation, form=AskToJoinForm())


@bp.post("/organisations/<int:id>/join")
@access.requires(rules.may_ask_to_join, one=queries.visible_to)
def ask_to_join(organisation: Organisation) -> Response | tuple[str, int]:
    form = AskToJoinForm()
    if not form.validate_on_submit():
        return render_template("organisations/join.html", organisation=organisation, form=form), 422

    def ask() -> str:
        actions.ask_to_join(organisation, by=access.current_actor(), message=(form.message.data or "").strip())
        flash(_("Your request has been sent to those who run the organisation. They write to you."), "success")
        return url_for(".show", id=organisation.id)

    return once(form, ask)


@bp.get("/invitations/<token>")
@access.public
def invitation(token: str) -> str:
    found = _invitation(token)
    template = "organisations/invitation.html" if found.usable else "organisations/invitation_over.html"
    return render_template(template, invitation=found, form=Form(), token=token, member=_is_member(found))


@bp.post("/invitations/<token>")
@access.requires(access.signed_in)
def accept_invitation(token: str) -> Response | tuple[str, int]:
    found = _invitation(token)
    if found.usable:
        actions.accept_invitation(found, by=access.current_actor())
        flash(_("You are now a member of %(name)s.", name=found.organisation.name), "success")
    elif not _is_member(found):
        return render_template("organisations/invitation_over.html", invitation=found, member=False), 409
    return see_other(".show", id=found.organisation_id)


def _invitation(token: str) -> Invitation:
    found = db.session().scalar(select(Invitation).where(Invitation.token_hash == token_hash(token)))
    if found is None:
        abort(404)
    return found


def _is_member(invitation: Invitation) -> bool:
    mine = Membership.person_id == access.current_actor().id
    return db.session().scalar(queries.members(invitation.organisation_id).where(mine)) is not None
