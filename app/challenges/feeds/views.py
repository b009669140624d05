from __future__ import annotations

from flask import Response
from flask_babel import gettext as _

from app.challenges import queries
from app.challenges.feeds.schemas import entry_of, events_of
from app.challenges.models import Challenge
from app.challenges.views import ARGUMENTS, bp, chosen
from app.kernel import access, calendars, db, feeds
from app.kernel.access import requires


@bp.get("/challenges.atom")
@access.public
@feeds.in_named_language
def feed() -> Response:
    found = db.session().scalars(queries.newest(queries.listed(**chosen()), feeds.NEWEST))
    return feeds.of_list(_("Challenges"), ARGUMENTS, map(entry_of, found))


@bp.get("/challenges/<int:id>.ics")
@requires(access.anyone, one=queries.dated)
@feeds.in_named_language
def calendar(challenge: Challenge) -> Response:
    return calendars.told(challenge.title, events_of(challenge))
