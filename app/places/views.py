from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app.kernel import access, db
from app.kernel.errors import check_version
from app.kernel.redirects import see_other
from app.places import actions, ports, queries, rules
from app.places.forms import FindForm, WelcomeForm
from app.places.models import Municipality
from app.places.names import queries as names

bp = Blueprint("places", __name__)

Answer = Response | str | tuple[str, int]
A_DAY = 86_400


def to(municipality: Municipality) -> Response:
    return see_other(".show", slug=municipality.slug)


@bp.get("/municipalities")
@access.public
def index() -> str:
    rows, open_now = queries.everyone(), ports.open_now()
    stones = {row.code: {"href": url_for(".show", slug=row.slug), "count": open_now.get(row.id)} for row in rows}
    return render_template("places/index.html", municipalities=rows, open_now=open_now, stones=stones)


@bp.get("/municipalities/<slug>")
@access.public
def show(slug: str) -> str:
    return render_template("places/show.html", municipality=called(slug))


def called(slug: str) -> Municipality:
    """The municipality of an address; 404 where there is none."""
    municipality = db.session().scalar(queries.visible_to(access.current_actor()).where(Municipality.slug == slug))
    if municipality is None:
        raise NotFound
    return municipality


@bp.route("/municipalities/find", methods=["GET", "POST"])
@access.public
def find() -> Answer:
    """By name in the address; a position is sent in the body, so that it stands in no log."""
    form = FindForm()
    if request.method == "GET":
        form.place.data = request.args.get("q", "")[: names.LONGEST] or form.place.data
    found = _looked_for(form) if request.method == "GET" or form.validate_on_submit() else names.Found()
    if found.municipality is not None:
        return to(found.municipality)
    asked = bool(form.place.data or form.lat.data)
    return _found_page(form, found, asked), 422 if request.method == "POST" else 200


def _looked_for(form: FindForm) -> names.Found:
    if form.lat.data is not None and form.lon.data is not None and not form.place.data:
        return names.Found(queries.municipality_at(form.lon.data, form.lat.data))
    return names.find(form.place.data or "")


def _found_page(form: FindForm, found: names.Found, asked: bool) -> str:
    rest = queries.everyone() if asked and not found.hits else []
    sources = names.sources()
    return render_template("places/find.html", form=form, hits=found.hits, asked=asked, rest=rest, sources=sources)


@bp.get("/municipalities/suggestions")
@access.public
def suggestions() -> str:
    """Names that begin with what is being typed, as options of a list."""
    words = request.args.get("q", "")[: names.LONGEST]
    found = db.session().execute(names.suggestions(words)).all() if words.strip() else []
    return render_template("places/_suggestions.html", municipalities=queries.everyone(), found=found)


@bp.route("/municipalities/<int:id>/welcome", methods=["GET", "POST"])
@access.requires(rules.may_edit, one=queries.visible_to)
def welcome(municipality: Municipality) -> Answer:
    form = WelcomeForm(obj=municipality)
    if not form.validate_on_submit():
        page = render_template("places/welcome.html", form=form, municipality=municipality)
        return (page, 422) if form.errors else page
    check_version(municipality, form.version_seen)
    actions.write_welcome(municipality, form.welcome.data or "", by=access.current_actor())
    flash(_("The text is on the page."), "success")
    return to(municipality)


@bp.get("/municipalities/outlines.geojson")
@access.public
def outlines() -> Response:
    """The boundaries for maps, with few points. The address carries their version, so they may be kept for long."""
    answer = jsonify(_collection())
    answer.mimetype = "application/geo+json"
    answer.headers["Cache-Control"] = f"public, max-age={A_DAY}"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _collection() -> dict[str, Any]:
    drawn = queries.atlas().outlines()
    rows = [row for row in queries.everyone() if row.id in drawn]
    features = [
        {
            "type": "Feature",
            "properties": {"code": row.code, "name": row.name, "href": url_for(".show", slug=row.slug)},
            "geometry": drawn[row.id],
        }
        for row in rows
    ]
    sources = sorted({row.boundary_source for row in rows})
    return {"type": "FeatureCollection", "attribution": " · ".join(sources), "features": features}
