from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _

from app.kernel import access, db, feeds
from app.proposals import queries
from app.proposals.feeds.schemas import entry_of
from app.proposals.views import bp


@bp.get("/proposals.atom")
@access.public
@feeds.in_named_language
def feed() -> Response:
    found = db.session().scalars(queries.newest(queries.Filters.of(request.args).select(), feeds.NEWEST))
    return feeds.of_list(_("Ideas"), queries.ARGUMENTS, map(entry_of, found))
