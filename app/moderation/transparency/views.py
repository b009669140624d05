"""Moderation in figures: a page for everybody, and the same as CSV and JSON."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass
from typing import Any

from flask import Response, jsonify, render_template, request
from werkzeug.exceptions import NotFound

from app.kernel import access, clock
from app.moderation.models import ReasonCode
from app.moderation.transparency import queries
from app.moderation.views import bp
from app.places.models import Municipality
from app.places.queries import everyone

COLUMNS = ("municipality", "measure", "category", "detail", "by", "number")
VERSION = 1
"""Of the shape of the JSON; it rises when something that was there is gone or means something else."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a year, and one municipality or all."""

    year: int
    years: list[int]
    place: Municipality | None
    places: list[Municipality]

    @property
    def figures(self) -> queries.Figures:
        here = self.place.id if self.place else None
        return queries.figures(*queries.year(self.year), municipality_id=here)

    @property
    def address(self) -> dict[str, Any]:
        return {"year": self.year} | ({"municipality": self.place.slug} if self.place else {})

    @property
    def filename(self) -> str:
        return "-".join(["moderation", *map(str, self.address.values())])


def _asked() -> Asked:
    this_year, places = clock.today().year, everyone()
    years = list(range(this_year, min(queries.first_year(), this_year) - 1, -1))
    year, slug = request.args.get("year", this_year, type=int), request.args.get("municipality", "")
    place = next((one for one in places if one.slug == slug), None)
    if year not in years or (slug and place is None):
        raise NotFound
    return Asked(year, years, place, places)


@bp.get("/transparency")
@access.public
def transparency() -> str:
    asked = _asked()
    codes = {code.value: code.label for code in ReasonCode}
    return render_template("moderation/transparency.html", asked=asked, figures=asked.figures, codes=codes)


@bp.get("/transparency.csv")
@access.public
def transparency_csv() -> Response:
    buffer, asked = io.StringIO(), _asked()
    writer = csv.DictWriter(buffer, ("year", *COLUMNS))
    writer.writeheader()
    writer.writerows({"year": asked.year} | row for row in _rows(asked))
    response = Response(buffer.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{asked.filename}.csv"'
    return response


@bp.get("/transparency.json")
@access.public
def transparency_json() -> Response:
    asked = _asked()
    place = asked.place.name if asked.place else None
    return jsonify(version=VERSION, year=asked.year, municipality=place, figures=_rows(asked))


def _rows(asked: Asked) -> list[dict[str, Any]]:
    """One row per figure. Nothing is found or decided by machines, which is a figure too."""
    figures, names = asked.figures, {place.id: place.name for place in asked.places}
    rows = [_named(asdict(count), names) for count in figures.counts]
    everywhere = {"municipality": asked.place.name if asked.place else "", "category": "", "by": ""}
    for detail in ("detection", "decision"):
        rows.append(everywhere | {"measure": "automated_means", "detail": detail, "number": 0})
    for detail, hours in (("notices", figures.medians.notices), ("complaints", figures.medians.complaints)):
        for place_id, median in hours.items():
            if (asked.place.id if asked.place else place_id) == place_id:
                row = everywhere | {"measure": "median_hours", "detail": detail, "number": round(median, 1)}
                rows.append(row | {"municipality": names.get(place_id or 0, "")})
    return rows


def _named(count: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    return {"municipality": names.get(count.pop("municipality_id"), "")} | count
