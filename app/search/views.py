"""Home, search, "my square", and the pages that every public site must have."""

from __future__ import annotations

from email.utils import parseaddr

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup
from sqlalchemy import select

from app.activity.models import Follow
from app.activity.ports import cards
from app.challenges.models import Challenge
from app.kernel import access, clock, db, feeds, shared
from app.kernel.html import rendered
from app.kernel.settings import settings
from app.organisations.models import Organisation
from app.partnerships.models import Partnership
from app.places.names.queries import named
from app.places.ports import open_now as open_in_each
from app.places.queries import everyone
from app.proposals.models import Proposal
from app.search import queries

bp = Blueprint("search", __name__)

KINDS = {"challenges": Challenge, "proposals": Proposal, "partnerships": Partnership, "organisations": Organisation}


@bp.get("/")
@access.public
def home() -> str:
    parts = {"find": shared.part("home.find", make=_find), "square": shared.part("home.square", make=_square)}
    return render_template("search/home.html", **parts)


def _find() -> Markup:
    return rendered("search/_find_municipality.html", municipalities=everyone(), open_counts=open_in_each())


def _square() -> Markup:
    """What is open, what is being decided and what came of it."""
    open_now, being_decided = queries.open_and_being_decided()
    return rendered(
        "search/_square.html",
        open_now=open_now,
        being_decided=being_decided,
        outcomes=list(db.session().scalars(queries.outcomes()).unique()),
        figures=queries.figures(),
        today=clock.today(),
    )


@bp.get("/search")
@access.public
def results() -> str:
    words = request.args.get("q", "").strip()[:200]
    found = shared.part("search", words, make=lambda: _found(words))
    return render_template("search/results.html", words=words, found=found)


def _found(words: str) -> Markup:
    found = {kind: queries.find(model, words) for kind, model in KINDS.items()} if words else {}
    municipalities = named(words) if words else []
    nothing = words and not municipalities and not any(part.count for part in found.values())
    near = queries.alike(words) if nothing else []
    shown = {"words": words, "found": found, "municipalities": municipalities, "nothing": nothing, "near": near}
    return rendered("search/_answer.html", today=clock.today(), **shown)


@bp.get("/my")
@access.requires(access.signed_in)
def my_square() -> str:
    actor = access.current_actor()
    mine = select(Follow).where(Follow.person_id == actor.id).order_by(Follow.created_at.desc()).limit(50)
    followed = list(db.session().scalars(mine))
    named = cards([(follow.subject_type, follow.subject_id) for follow in followed])
    follows = [named[key] for follow in followed if (key := (follow.subject_type, follow.subject_id)) in named]
    return render_template("search/my_square.html", follows=follows)


@bp.get("/was")
@access.public
def accessibility() -> str:
    return render_template("search/accessibility.html")


@bp.get("/privacy")
@access.public
def privacy() -> str:
    return render_template("search/privacy.html")


@bp.get("/contact")
@access.public
def contact() -> str:
    return render_template("search/contact.html", contact_address=parseaddr(settings().mail_from)[1])


@bp.get("/robots.txt")
@access.public
def robots() -> Response:
    closed = "".join(f"Disallow: {path}\n" for path in ("/desk/", "/my", "/settings", "/notifications", "/search"))
    known = f"Sitemap: {feeds.absolute('/sitemap.xml')}\n"
    return Response(f"User-agent: *\n{closed}\n{known}", mimetype="text/plain")


@bp.get("/.well-known/security.txt")
@access.public
def security() -> Response:
    expires = clock.now().replace(year=clock.now().year + 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings().base_url}/contact",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: da, en",
        f"Canonical: {settings().base_url}/.well-known/security.txt",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
