"""The public pages of partnerships: list, page, opening one, asking to join, leaving."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.activity import queries as activity
from app.activity.models import SubjectType
from app.challenges.models import Challenge
from app.kernel import access, db, feeds
from app.kernel.forms import number, once
from app.kernel.paging import Key, page
from app.kernel.redirects import see_other
from app.moderation.queries import status_of
from app.partnerships import actions, queries, rules
from app.partnerships.forms import PLEDGES, AskForm, OpenForm
from app.partnerships.joining import actions as joining
from app.partnerships.models import PUBLIC, JoinRequest, Partner, Partnership, PledgeKind, RequestState, Update
from app.places.models import Municipality
from app.proposals.models import Proposal, ProposalState

bp = Blueprint("partnerships", __name__)
FILTERS = ("q", "state", "municipality")


def to_page(partnership_id: int) -> Response:
    return see_other("partnerships.show", id=partnership_id)


@bp.get("/partnerships")
@access.public
def index() -> str:
    places = list(db.session().scalars(select(Municipality).order_by(Municipality.name)))
    filters, kept = chosen(places), feeds.narrowing(FILTERS)
    keys = (Key(Partnership.published_at), Key(Partnership.id))
    found = page(queries.listed(**filters), *keys, after=request.args.get("after"))
    shown: dict[str, Any] = {"next": url_for(".index", **kept, after=found.next) if found.next else None, "kept": kept}
    shown |= {"chosen": filters, "places": places, "feed": feeds.address(".feed", FILTERS)}
    template = "partnerships/_list.html" if "HX-Request" in request.headers else "partnerships/index.html"
    return render_template(template, found=found, **shown)


def chosen(places: list[Municipality]) -> dict[str, Any]:
    """What the address narrows the list to; what makes no sense is left out."""
    place = next((one for one in places if one.slug == request.args.get("municipality")), None)
    state = request.args.get("state", "")
    return {
        "words": request.args.get("q", "").strip()[:200],
        "state": state if state in PUBLIC else "",
        "municipality_id": place.id if place else None,
    }


@bp.get("/partnerships/<int:id>")
@access.requires(access.anyone, one=queries.visible_to)
def show(partnership: Partnership) -> str:
    actor, session = access.current_actor(), db.session()
    follows = activity.follows(actor, SubjectType.PARTNERSHIP, partnership.id)
    leads = rules.leads(actor, partnership)
    return render_template(
        "partnerships/show.html",
        partnership=partnership,
        source=_proposal_challenge(partnership),
        following=actor.signed_in and session.scalar(follows),
        leads=leads,
        status=status_of(partnership.case_id) if leads else None,
        requests=_requests(partnership),
        news=page(queries.updates(partnership.id), Key(Update.id), after=request.args.get("after"), size=10),
        pledges=PLEDGES,
        figures={kind: partnership.covered(kind) for kind in (PledgeKind.MONEY, PledgeKind.HOURS)},
    )


def _proposal_challenge(partnership: Partnership) -> Challenge | None:
    """The challenge on the line from idea to outcome."""
    if partnership.challenge is not None or partnership.proposal is None:
        return partnership.challenge
    return partnership.proposal.challenge


def _requests(partnership: Partnership) -> list[JoinRequest]:
    """What the reader has asked, or has to answer, here."""
    actor = access.current_actor()
    if not actor.signed_in:
        return []
    here = queries.requests_visible_to(actor).where(JoinRequest.partnership_id == partnership.id)
    return list(db.session().scalars(here.order_by(JoinRequest.id.desc())).unique())


@bp.get("/partnerships/new")
@access.public
def new() -> str:
    form = OpenForm(**{name: request.args[name] for name in ("challenge", "proposal") if name in request.args})
    challenge, proposal = _grows_from(form)
    if not form.municipality.data:
        form.municipality.data = str(_home_of(challenge, proposal) or "")
    return render_template("partnerships/new.html", form=form, challenge=challenge, proposal=proposal)


@bp.post("/partnerships/new")
@access.requires(rules.may_open)
def create() -> Response | tuple[str, int]:
    form = OpenForm()
    challenge, proposal = _grows_from(form)
    if not form.validate_on_submit() or not (challenge or proposal):
        return render_template("partnerships/new.html", form=form, challenge=challenge, proposal=proposal), 422

    def write() -> str:
        by, draft = access.current_actor(), "draft" in request.form
        source = {"challenge": challenge, "proposal": proposal, "municipality": form.home, **form.values}
        opened = actions.create(by=by, organisation_id=form.organisation_id, draft=draft, **source)
        flash(_("The draft has been saved.") if draft else _("The partnership has been sent to review."), "success")
        return url_for(".show", id=opened.id)

    return once(form, write)


def _grows_from(form: OpenForm) -> tuple[Challenge | None, Proposal | None]:
    """The public challenge and idea that a new partnership grows from."""
    session = db.session()
    idea = select(Proposal).where(Proposal.state == ProposalState.PUBLISHED, Proposal.hidden_at.is_(None))
    proposal = session.scalar(idea.where(Proposal.id == number(form.proposal.data)))
    challenge_id = proposal.challenge_id if proposal else number(form.challenge.data)
    challenge = session.scalar(select(Challenge).where(Challenge.public, Challenge.id == challenge_id))
    return challenge, proposal


def _home_of(challenge: Challenge | None, proposal: Proposal | None) -> int | None:
    if proposal is not None and proposal.municipality_id:
        return proposal.municipality_id
    return challenge.municipalities[0].id if challenge and challenge.municipalities else None


@bp.get("/partnerships/<int:id>/join")
@access.requires(access.anyone, one=queries.visible_to)
def join(partnership: Partnership) -> str:
    return render_template("partnerships/join.html", partnership=partnership, form=AskForm())


@bp.post("/partnerships/<int:id>/join")
@access.requires(rules.may_ask, one=queries.visible_to)
def ask(partnership: Partnership) -> Response | tuple[str, int]:
    form = AskForm()
    if not form.validate_on_submit():
        return render_template("partnerships/join.html", partnership=partnership, form=form), 422

    def send() -> str:
        role, message = ((form[name].data or "").strip() for name in ("role", "message"))
        asked = joining.Asked(form.organisation_id, role, message, form.contribution)
        joining.ask(partnership, by=access.current_actor(), asked=asked)
        flash(_("Your request has been sent to the lead. You are told when it is answered."), "success")
        return url_for(".show", id=partnership.id)

    return once(form, send)


@bp.post("/join-requests/<int:id>/withdrawal")
@access.requires(access.signed_in, one=queries.requests_visible_to)
def withdraw_request(asked: JoinRequest) -> Response:
    if asked.state != RequestState.WITHDRAWN:
        joining.withdraw_request(asked, by=access.current_actor())
        flash(_("Your request has been taken back."), "success")
    return to_page(asked.partnership_id)


@bp.get("/partners/<int:id>/leave")
@access.requires(rules.may_leave, one=queries.partners_visible_to)
def leaving(partner: Partner) -> str:
    return render_template("partnerships/leave.html", partner=partner, partnership=partner.partnership)


@bp.post("/partners/<int:id>/leave")
@access.requires(rules.may_stand_for, one=queries.partners_visible_to)
def leave(partner: Partner) -> Response:
    if partner.left_at is None:
        joining.leave(partner, by=access.current_actor())
        flash(_("You have left the partnership."), "success")
    return to_page(partner.partnership_id)
