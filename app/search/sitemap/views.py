from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from xml.etree import ElementTree as ET

from flask import Response, url_for
from werkzeug.exceptions import NotFound

from app.kernel import access, db, feeds
from app.search.sitemap import queries
from app.search.views import bp

KIND = "application/xml"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST, MOST_PARTS = 50_000, 50_000
"""What the protocol allows in one list, and of lists in an index."""

Addresses = Iterable[tuple[str, datetime | None]]


@bp.get("/sitemap.xml")
@access.public
def sitemap() -> Response:
    rows = db.session().execute(queries.part(1, MOST, more=1)).all()
    if len(rows) <= MOST:
        return _told("urlset", "url", [(row.path, row.changed) for row in rows])
    number = db.session().scalars(queries.count()).one()
    parts = range(1, min(-(-number // MOST), MOST_PARTS) + 1)
    return _told("sitemapindex", "sitemap", [(url_for(".sitemap_part", number=part), None) for part in parts])


@bp.get("/sitemap-<int:number>.xml")
@access.public
def sitemap_part(number: int) -> Response:
    rows = db.session().execute(queries.part(number, MOST)).all() if 0 < number <= MOST_PARTS else []
    if not rows:
        raise NotFound
    return _told("urlset", "url", [(row.path, row.changed) for row in rows])


def _told(root_name: str, name: str, addresses: Addresses) -> Response:
    root = ET.Element(root_name, xmlns=NAMESPACE)
    for path, changed in addresses:
        one = ET.SubElement(root, name)
        ET.SubElement(one, "loc").text = feeds.absolute(path)
        if changed is not None:
            ET.SubElement(one, "lastmod").text = feeds.moment(changed)
    return feeds.answer(ET.tostring(root, encoding="utf-8", xml_declaration=True), KIND)
