from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext as _

from app.kernel import access, calendars, feeds
from app.places import ports
from app.places.views import bp, called


@bp.get("/municipalities/<slug>.atom")
@access.public
@feeds.in_named_language
def feed(slug: str) -> Response:
    place = called(slug)
    here, page = url_for(".feed", slug=slug, **feeds.named_language()), url_for(".show", slug=slug)
    title = _("New in %(name)s", name=place.name)
    return feeds.told(feeds.Feed(f"{title} – Torvet", here, page, ports.news_of(place)))


@bp.get("/municipalities/<slug>.ics")
@access.public
@feeds.in_named_language
def calendar(slug: str) -> Response:
    place = called(slug)
    return calendars.told(_("Challenges in %(name)s", name=place.name), ports.dates_of(place))
