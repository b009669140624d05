"""Reading ideas: the list, the map, one idea, its versions, and taking it back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise
from time import monotonic
from typing import Any

from flask import Blueprint, Response, flash, jsonify, render_template, request, session, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload, with_expression

from app.kernel import access, clock, db, feeds, paging, shared
from app.kernel.access import current_actor, requires
from app.kernel.html import rendered
from app.kernel.redirects import see_other, to_path
from app.moderation.queries import status_of
from app.places.ports import map_base
from app.places.queries import everyone
from app.proposals import actions, forms, queries, rules
from app.proposals.drafts.queries import was_changed
from app.proposals.models import Proposal, ProposalState, ProposalVersion

bp = Blueprint("proposals", __name__)
_kept_base: dict[str, tuple[float, dict[str, Any]]] = {}
Answer = Response | str | tuple[str, int]


@bp.get("/proposals")
@access.public
def index() -> str:
    filters, asked = queries.Filters.of(request.args), request.args.to_dict()
    swap, same = "HX-Request" in request.headers, filters.sort != "random"
    found = shared.part("ideas", swap, *sorted(asked.items()), make=lambda: _found(filters, asked), when=same)
    feed = feeds.address(".feed", queries.ARGUMENTS)
    return found if swap else render_template("proposals/index.html", found=found, feed=feed)


def _found(filters: queries.Filters, asked: dict[str, str]) -> Markup:
    """The list with its filters, or the list alone for a swap."""
    words = {"filters": filters, "found": _page(filters), "on_map": asked.get("view") == "map", "query": asked}
    words["feed"] = feeds.address(".feed", queries.ARGUMENTS)
    if "HX-Request" in request.headers:
        return rendered("proposals/_list.html", **words)
    return rendered("proposals/_found.html", places=everyone(), **words)


def _page(filters: queries.Filters) -> paging.Page[Proposal]:
    seed = _seed() if filters.sort == "random" else 0
    found = queries.with_row(filters.select())
    if filters.sort == "random":
        found = found.options(with_expression(Proposal.chance, queries.chance(seed)))
    return paging.page(found, *filters.keys(seed), after=request.args.get("after"))


def _seed() -> int:
    """The reader's own chance, kept for the visit so that the order stays while they read."""
    return int(session.setdefault("chance", secrets.randbelow(2**31)))


@bp.get("/proposals/points.geojson")
@access.public
def points() -> Response:
    return _collection(db.session().execute(queries.placed(queries.Filters.of(request.args))))


@bp.get("/proposals/<int:id>/point.geojson")
@requires(access.anyone, one=queries.visible_to)
def point(proposal: Proposal) -> Response:
    return _collection([proposal] if proposal.placed else [])


def _collection(rows: Iterable[Any]) -> Response:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row.longitude, row.latitude]},
            "properties": {"title": row.title, "href": url_for(".show", id=row.id), "kind": "proposal"},
        }
        for row in rows
    ]
    response = jsonify(type="FeatureCollection", features=features)
    response.mimetype = "application/geo+json"
    return response


@bp.get("/proposals/<int:id>")
@requires(access.anyone, one=queries.one_page)
def show(proposal: Proposal) -> Answer:
    if proposal.merged_into_id is not None:
        return to_path(url_for(".show", id=proposal.merged_into_id, merged=proposal.id), 302)
    return render_template("proposals/show.html", **_shown(proposal))


def _shown(proposal: Proposal) -> dict[str, Any]:
    """What the page of an idea needs besides the idea."""
    actor = current_actor()
    writes = rules.writes(actor, proposal)
    for_author = writes and (proposal.state != ProposalState.PUBLISHED or proposal.hidden_at)
    merged = request.args.get("merged", type=queries.number)
    alike = not (writes or rules.answers(actor, proposal) or rules.leads(actor))
    shown = {
        "proposal": proposal,
        "status": status_of(proposal.case_id) if for_author else None,
        "queue_length": db.session().scalar(queries.queue_length(proposal))
        if proposal.state == ProposalState.IN_REVIEW
        else 0,
        "came_from": db.session().get(Proposal, merged) if merged else None,
        "threshold_days": (proposal.threshold_ends_on - clock.today()).days if proposal.threshold_ends_on else None,
        "writes": writes,
        "support_refusal": rules.may_support(rules.SOMEBODY, proposal),
        **_alike(proposal, when=alike),
    }
    return shown | _beside(proposal, shown, when=alike and not actor.grants)


def _beside(proposal: Proposal, shown: dict[str, Any], *, when: bool) -> dict[str, Markup]:
    """What one can do with an idea: the same for all without an office who supported and follow it alike."""
    if not proposal.published:
        return {}
    actor = current_actor()
    how = (actor.signed_in, actor.facts, proposal.supported_by_me, proposal.followed_by_me, proposal.helped_by_me)
    reader = replace(shared.READER, facts=actor.facts) if actor.signed_in else access.VISITOR

    def part(stem: str) -> Markup:
        key = (stem, proposal.id, *how)
        return shared.part(
            "idea", *key, make=lambda: rendered(f"proposals/{stem}.html", **shown), reader=reader, when=when
        )

    bar = shown["support_refusal"] and not proposal.supported_by_me
    return {"beside": part("_aside"), "bar": part("_bar") if bar else Markup("")}


def _alike(proposal: Proposal, *, when: bool) -> dict[str, Markup]:
    """What an idea says and what grew from it: the same for all who can do nothing about it in an office of theirs."""

    @cache
    def whole() -> dict[str, Any]:
        db.session().scalars(queries.whole(proposal.id)).unique().one()
        similar = proposal.similar_ids if proposal.published else []
        return {
            "proposal": proposal,
            "writes": rules.writes(current_actor(), proposal),
            "changed": proposal.version > 1 and db.session().scalar(was_changed(proposal)),
            "similar": list(db.session().scalars(queries.by_ids(similar)).unique()) if similar else [],
            "due_in": (proposal.answer_due - clock.today()).days if proposal.answer_due else None,
            "base": _map_base() if proposal.placed else {},
        }

    def part(stem: str) -> Markup:
        return shared.part(
            "idea", stem, proposal.id, make=lambda: rendered(f"proposals/{stem}.html", **whole()), when=when
        )

    return {stem[1:]: part(stem) for stem in ("_byline", "_said", "_answered", "_grown", "_lineage", "_facts")}


def _map_base() -> dict[str, Any]:
    """What the map stands on, asked of the database at most once a minute."""
    moment, base = _kept_base.get("base", (-60.0, {}))
    if monotonic() - moment >= 60:
        base = map_base()
        _kept_base["base"] = (monotonic(), base)
    return base


@bp.get("/proposals/<int:id>/before-merge")
@requires(access.anyone, one=queries.one_page)
def before_merge(proposal: Proposal) -> Answer:
    """What a merged idea said, with its comments."""
    if proposal.merged_into_id is None:
        return see_other(".show", id=proposal.id)
    status = status_of(proposal.case_id) if rules.writes(current_actor(), proposal) else None
    return render_template("proposals/before_merge.html", proposal=proposal, status=status)


@bp.get("/proposals/<int:id>/versions")
@requires(access.anyone, one=queries.visible_to)
def versions(proposal: Proposal) -> Answer:
    """What was changed after publication, newest first."""
    kept = select(ProposalVersion).where(ProposalVersion.proposal_id == proposal.id)
    kept = kept.options(joinedload(ProposalVersion.edited_by)).order_by(ProposalVersion.number)
    rows = db.session().scalars(kept).all()
    changes = [(new, _difference(old.content, new.content)) for old, new in pairwise(rows)]
    first = rows[0] if rows else None
    return render_template("proposals/versions.html", proposal=proposal, first=first, changes=changes[::-1])


def _difference(old: dict[str, str], new: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    return {name: _word_by_word(old[name], new[name]) for name in new if old.get(name, "") != new[name]}


def _word_by_word(old: str, new: str) -> list[tuple[str, str]]:
    """The parts that stayed, came and went."""
    before, after = old.split(" "), new.split(" ")
    parts: list[tuple[str, str]] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("equal", " ".join(before[i1:i2]) + " "))
            continue
        if i2 > i1:
            parts.append(("delete", " ".join(before[i1:i2]) + " "))
        if j2 > j1:
            parts.append(("insert", " ".join(after[j1:j2]) + " "))
    return parts


@bp.route("/proposals/<int:id>/withdrawal", methods=["GET", "POST"])
@requires(rules.may_withdraw, one=queries.visible_to)
def withdraw(proposal: Proposal) -> Answer:
    form = forms.WithdrawalForm()
    if form.validate_on_submit():
        actions.withdraw(proposal, by=current_actor(), reason=form.reason.data or "")
        flash(_("Your idea is withdrawn."), "success")
        return see_other(".show", id=proposal.id)
    shown = render_template("proposals/withdraw.html", proposal=proposal, form=form)
    return (shown, 422) if form.is_submitted() else shown
