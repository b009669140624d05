"""Pages that exist only outside production: the mails that were caught, and the style guide."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from app.kernel import access, clock, samples
from app.kernel.settings import settings

bp = Blueprint("dev", __name__, url_prefix="/dev")


@bp.after_request
def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=default)


@bp.get("/mails")
@access.public
def mails() -> str:
    folder = Path(settings().mail_dir)
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)[:100]
    return render_template("dev/mails.html", mails=[(path.stem, _read(path)) for path in paths])


def _texts(name: str) -> tuple[EmailMessage, dict[str, str]]:
    path = Path(settings().mail_dir) / f"{Path(name).name}.eml"
    if not path.exists():
        raise NotFound
    message = _read(path)
    bodies = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    return message, {kind: body.get_content() for kind, body in bodies.items() if body is not None}


@bp.get("/mails/<name>")
@access.public
def mail(name: str) -> str:
    message, texts = _texts(name)
    return render_template("dev/mail.html", name=name, mail=message, texts=texts)


@bp.get("/mails/<name>/layout")
@access.public
def mail_layout(name: str) -> Response:
    """The HTML of a mail, for the frame on its page."""
    response = Response(_texts(name)[1].get("html", ""))
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@bp.get("/styleguide")
@access.public
def styleguide() -> str:
    return render_template("dev/styleguide.html", **samples.context(faulty="faulty" in request.args))


@bp.get("/styleguide/points.geojson")
@access.public
def points() -> dict[str, Any]:
    return samples.points()


@bp.get("/styleguide/outlines.geojson")
@access.public
def outlines() -> dict[str, Any]:
    return samples.outlines()


@bp.post("/styleguide")
@access.public
def draft() -> dict[str, str]:
    return {"saved_at": clock.now().isoformat()}
