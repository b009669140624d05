from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext as _

from app.kernel import access, db, feeds
from app.kernel.access import requires
from app.partnerships import queries
from app.partnerships.feeds.schemas import entry_of, entry_of_update
from app.partnerships.models import Partnership, Update
from app.partnerships.views import FILTERS, bp, chosen
from app.places.queries import everyone


@bp.get("/partnerships.atom")
@access.public
@feeds.in_named_language
def feed() -> Response:
    found = db.session().scalars(queries.told(queries.listed(**chosen(everyone())), feeds.NEWEST))
    return feeds.of_list(_("Partnerships"), FILTERS, map(entry_of, found))


@bp.get("/partnerships/<int:id>.atom")
@requires(access.anyone, one=queries.visible_to)
@feeds.in_named_language
def news(partnership: Partnership) -> Response:
    told = queries.updates(partnership.id).order_by(Update.id.desc()).limit(feeds.NEWEST)
    entries = [entry_of_update(update) for update in db.session().scalars(told)]
    here = url_for(".news", id=partnership.id, **feeds.named_language())
    return feeds.told(feeds.Feed(f"{partnership.title} – Torvet", here, f"/partnerships/{partnership.id}", entries))
