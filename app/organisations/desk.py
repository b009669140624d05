"""The pages of those who run an organisation: profile, members, verification, and what was done in its name."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import UnprocessableEntity

from app.activity.models import Activity
from app.activity.ports import cards
from app.identity.models import Person
from app.kernel import access, db, files
from app.kernel.errors import check_version
from app.kernel.forms import SelectChoice, once
from app.kernel.limits import MAIL, UPLOADS, limit
from app.kernel.paging import Key, page
from app.kernel.redirects import see_other
from app.kernel.uploads import claim
from app.organisations import actions, queries, rules
from app.organisations.forms import HandOverForm, InviteForm, ProfileForm, RoleForm
from app.organisations.models import Invitation, MemberRole, Membership, MembershipRequest, Organisation

bp = Blueprint("organisation_desk", __name__)
TEXTS = ("name", "address", "summary", "can_do", "seeks", "website", "logo_alt")


def _back(organisation_id: int, endpoint: str = ".members") -> Response:
    return see_other(endpoint, id=organisation_id)


@bp.get("/organisations/<int:id>/edit")
@access.requires(rules.may_edit, one=queries.visible_to)
def edit(organisation: Organisation) -> str:
    form = ProfileForm(
        **{name: getattr(organisation, name) for name in (*TEXTS, "themes", "version")},
        municipality=str(organisation.municipality_id),
        municipalities=[str(place.id) for place in organisation.municipalities],
        tags=", ".join(organisation.tags),
    )
    return render_template("organisations/edit.html", organisation=organisation, form=form)


@bp.post("/organisations/<int:id>/edit")
@limit(UPLOADS)
@access.requires(rules.may_edit, one=queries.visible_to)
def save(organisation: Organisation) -> Response | tuple[str, int]:
    form = ProfileForm()
    if form.validate_on_submit():
        check_version(organisation, form.version_seen)
        _keep_logo(form, organisation)
        actions.edit(organisation, by=access.current_actor(), **_profile(form))
        flash(_("The profile has been saved."), "success")
        return _back(organisation.id, "organisations.show")
    return render_template("organisations/edit.html", organisation=organisation, form=form), 422


def _keep_logo(form: ProfileForm, organisation: Organisation) -> None:
    """Put the new logo on the organisation, or take the old one away."""
    logo = claim(form.logo.data, by=access.current_actor())
    if logo is not None or form.remove_logo.data:
        if organisation.logo is not None:
            files.remove(organisation.logo)
        organisation.logo = logo


def _profile(form: ProfileForm) -> dict[str, object]:
    texts = {name: (form[name].data or "").strip() for name in TEXTS}
    places = {"municipality": form.home, "municipalities": form.works_in}
    return {**texts, **places, "tags": form.keywords, "themes": sorted(form.themes.data or [])}


@bp.get("/organisations/<int:id>/members")
@access.requires(rules.may_see_members, one=queries.visible_to)
def members(organisation: Organisation) -> str:
    return _members_page(organisation, InviteForm())


@bp.post("/organisations/<int:id>/members")
@limit(MAIL)
@access.requires(rules.may_invite, one=queries.visible_to)
def invite(organisation: Organisation) -> Response | tuple[str, int]:
    form = InviteForm()
    if not form.validate_on_submit():
        return _members_page(organisation, form), 422

    def send() -> str:
        email, role = (form.email.data or "").strip(), MemberRole(form.role.data)
        actions.invite(organisation, by=access.current_actor(), email=email, role=role, language=_language(email))
        flash(_("The invitation has been sent to %(email)s.", email=email), "success")
        return url_for(".members", id=organisation.id)

    return once(form, send)


def _language(email: str) -> str:
    """The language of the account with this address, else that of the one who invites."""
    known = db.session().scalar(select(Person.language).where(Person.email == email))
    return known or str(get_locale())[:2]


def _members_page(organisation: Organisation, form: InviteForm) -> str:
    actor, session = access.current_actor(), db.session()
    memberships = list(session.scalars(queries.members(organisation.id)))
    waiting = queries.requests_waiting(actor).where(MembershipRequest.organisation_id == organisation.id)
    return render_template(
        "organisations/members.html",
        organisation=organisation,
        memberships=memberships,
        roles={one.id: RoleForm(prefix=f"role-{one.id}", role=one.role) for one in memberships},
        invitations=list(session.scalars(queries.open_invitations(organisation.id))),
        asked=list(session.scalars(waiting)),
        form=form,
    )


@bp.post("/invitations/<int:id>/withdrawal")
@access.requires(rules.may_withdraw_invitation, one=queries.invitations_visible_to)
def withdraw_invitation(invitation: Invitation) -> Response:
    actions.withdraw_invitation(invitation, by=access.current_actor())
    flash(_("The invitation has been withdrawn."), "success")
    return _back(invitation.organisation_id)


@bp.post("/membership-requests/<int:id>/answer")
@access.requires(rules.may_answer_request, one=queries.requests_visible_to)
def answer(asked: MembershipRequest) -> Response:
    accept = request.form.get("accept") == "1"
    actions.answer_request(asked, by=access.current_actor(), accept=accept)
    flash(_("They have been taken in.") if accept else _("The request has been declined."), "success")
    return _back(asked.organisation_id)


@bp.post("/memberships/<int:id>/role")
@access.requires(rules.may_change_role, one=queries.memberships_visible_to)
def change_role(membership: Membership) -> Response:
    form = RoleForm(prefix=f"role-{membership.id}")
    if not form.validate_on_submit():
        raise UnprocessableEntity
    actions.change_role(membership, by=access.current_actor(), role=MemberRole(form.role.data))
    flash(_("The role has been changed."), "success")
    return _back(membership.organisation_id)


@bp.post("/memberships/<int:id>/end")
@access.requires(rules.may_remove, one=queries.memberships_visible_to)
def remove(membership: Membership) -> Response:
    actions.remove(membership, by=access.current_actor())
    flash(_("The membership has ended."), "success")
    return _back(membership.organisation_id)


@bp.get("/organisations/<int:id>/leave")
@access.requires(rules.may_leave, one=queries.visible_to)
def leaving(organisation: Organisation) -> str:
    others = queries.owners_beside(organisation.id, access.current_actor().id or 0)
    stays = rules.may_leave(access.current_actor(), organisation, other_owners=db.session().scalar(others) or 0)
    return render_template("organisations/leave.html", organisation=organisation, verdict=stays)


@bp.post("/organisations/<int:id>/leave")
@access.requires(rules.may_leave, one=queries.visible_to)
def leave(organisation: Organisation) -> Response:
    actions.leave(organisation, by=access.current_actor())
    flash(_("You have left %(name)s.", name=organisation.name), "success")
    return see_other("organisations.index")


@bp.get("/organisations/<int:id>/handover")
@access.requires(rules.may_hand_over, one=queries.visible_to)
def handover(organisation: Organisation) -> str:
    return render_template("organisations/handover.html", organisation=organisation, form=_heirs(organisation))


@bp.post("/organisations/<int:id>/handover")
@access.requires(rules.may_hand_over, one=queries.visible_to)
def hand_over(organisation: Organisation) -> Response | tuple[str, int]:
    form = _heirs(organisation)
    if not form.validate_on_submit():
        return render_template("organisations/handover.html", organisation=organisation, form=form), 422
    actions.hand_over(organisation, by=access.current_actor(), to_person_id=int(form.person.data))
    flash(_("The organisation has been handed over. You stay as admin."), "success")
    return _back(organisation.id)


def _heirs(organisation: Organisation) -> HandOverForm:
    form = HandOverForm()
    others = queries.members(organisation.id).where(Membership.person_id != access.current_actor().id)
    form.person.choices = [SelectChoice(str(one.person_id), one.person.name) for one in db.session().scalars(others)]
    return form


@bp.post("/organisations/<int:id>/verification")
@access.requires(rules.may_ask_for_verification, one=queries.visible_to)
def verification(organisation: Organisation) -> Response:
    actions.ask_for_verification(organisation, by=access.current_actor())
    flash(_("A moderator now checks the organisation."), "success")
    return _back(organisation.id, "organisations.show")


@bp.get("/organisations/<int:id>/acts")
@access.requires(rules.may_see_acts, one=queries.visible_to)
def acts(organisation: Organisation) -> str:
    done = page(queries.acts(organisation.id), Key(Activity.id), after=request.args.get("after"), size=30)
    ids = {who for one in done.items for who in (one.actor_id, one.data.get("person_id"))}
    people = select(Person.id, Person.name).where(Person.id.in_(ids - {None}))
    return render_template(
        "organisations/acts.html",
        organisation=organisation,
        done=done,
        names={row.id: row.name for row in db.session().execute(people)},
        cards=cards([(one.subject_type, one.subject_id) for one in done.items]),
    )
