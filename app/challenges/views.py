"""Public pages of challenges: the list, the page of one, its timeline, documents and versions."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request
from markupsafe import Markup

from app.activity import queries as activity
from app.activity.models import Activity, SubjectType
from app.challenges import queries, rules
from app.challenges.forms import LEVELS, PHASES
from app.challenges.models import Challenge, ChallengeVersion, PhaseKind
from app.kernel import access, clock, db, diff, feeds, paging, shared
from app.kernel.access import current_actor, requires
from app.kernel.html import rendered
from app.moderation import queries as moderation
from app.organisations.forms import THEMES
from app.places.queries import everyone

bp = Blueprint("challenges", __name__)
Answer = str | Response | tuple[str, int]

FILTERS = {name: name for name in ("municipality", "phase", "state", "owner")} | {"words": "q"}
ARGUMENTS = (*FILTERS.values(), "theme")
TOLD = ("opened", "edited", "promise_changed", "closed", "reopened", "withdrawn")


@bp.get("/challenges")
@access.public
def index() -> str:
    swap = "HX-Request" in request.headers
    found = shared.part("challenges", swap, *sorted(request.args.items()), make=lambda: _found(swap))
    return found if swap else render_template("challenges/index.html", found=found, feed=_feed())


def _feed() -> str:
    return feeds.address(".feed", ARGUMENTS)


def chosen() -> dict[str, Any]:
    """What the address narrows the list to."""
    theme = request.args.get("theme", type=int)
    named = {name: request.args.get(argument, "") for name, argument in FILTERS.items()}
    return named | {"theme": theme if theme in THEMES else None}


def _found(swap: bool) -> Markup:
    """The list with its filters, or the list alone for a swap."""
    filters = chosen()
    page = _sorted(queries.listed(**filters).options(*queries.ROW), request.args.get("sort", ""))
    context = {"chosen": filters, "found": page, "today": clock.today(), "feed": _feed()}
    if swap:
        return rendered("challenges/_list.html", **context)
    return rendered("challenges/_found.html", places=[(place.slug, place.name) for place in everyone()], **context)


def _sorted(found: Any, sort: str) -> paging.Page[Challenge]:
    after = request.args.get("after")
    if sort == "ending":
        found, closes_on = queries.ending(found)
        return paging.page(found, paging.Key(closes_on, False), paging.Key(Challenge.id, False), after=after)
    return paging.page(found, paging.Key(Challenge.published_at), paging.Key(Challenge.id), after=after)


@bp.get("/challenges/<int:id>")
@requires(access.anyone, one=queries.one_page)
def show(challenge: Challenge) -> str:
    return render_template("challenges/show.html", **page_of(challenge))


def page_of(challenge: Challenge) -> dict[str, Any]:
    """All that the page of a challenge shows, besides what other features put into its slots."""
    mine = rules.owns(current_actor(), challenge)
    parts = _alike(challenge, when=not mine)
    return {
        "challenge": challenge,
        "mine": mine,
        "status": moderation.status_of(challenge.case_id) if mine else None,
        "missing": rules.missing(challenge) if mine and not challenge.was_published else set(),
        **parts,
    }


PARTS = ("_description", "_head", "_doing", "_told", "_documents", "_references", "_lineage")


def _alike(challenge: Challenge, *, when: bool) -> dict[str, Markup]:
    """What a challenge says, with its ideas and partnerships: the same for all but its owner."""

    @cache
    def whole() -> dict[str, Any]:
        today = clock.today()
        db.session().scalars(queries.whole(challenge.id)).unique().one()
        changes = db.session().scalars(queries.promise_changes(challenge)) if challenge.promise_changed_at else ()
        open_phases = challenge.open_phases(today) if challenge.public else []
        return {"challenge": challenge, "today": today, "open_phases": open_phases, "promise_changes": list(changes)}

    def made(stem: str) -> Markup:
        return rendered(f"challenges/{stem}.html", **whole())

    def part(stem: str) -> Markup:
        return shared.part("challenge", stem, challenge.id, make=lambda: made(stem), when=when)

    return {stem[1:]: part(stem) for stem in PARTS}


@bp.get("/challenges/<int:id>/timeline")
@requires(access.anyone, one=queries.page_for)
def timeline(challenge: Challenge) -> str:
    told = activity.of_subject(SubjectType.CHALLENGE, challenge.id)
    kinds = [f"challenge.{verb}" for verb in TOLD]
    events = db.session().scalars(told.where(Activity.kind.in_(kinds)).limit(200)).all()
    return render_template("challenges/timeline.html", challenge=challenge, events=events)


@bp.get("/challenges/<int:id>/versions")
@requires(access.anyone, one=queries.visible_to)
def versions(challenge: Challenge) -> str:
    kept = list(db.session().scalars(queries.versions(challenge)))
    return render_template("challenges/versions.html", challenge=challenge, changes=_changes(kept))


def _changes(kept: list[ChallengeVersion]) -> list[dict[str, Any]]:
    """Each version after the first with what it changed, newest first."""
    pairs = pairwise(kept)
    return [{"version": new, "parts": parts_of(old.content, new.content)} for old, new in pairs][::-1]


def parts_of(old: dict[str, str], new: dict[str, str]) -> list[tuple[str, list[diff.Part]]]:
    """The names of the parts that differ, with their differences word by word."""
    names = [name for name in new if old.get(name, "") != new[name]]
    return [(name, diff.words(old.get(name, ""), new[name])) for name in names]


def init_app(app: Flask) -> None:
    words = {"themes": THEMES, "phases": PHASES, "levels": LEVELS, "kinds": PhaseKind}
    app.jinja_env.globals["challenge_words"] = words
