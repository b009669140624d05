"""Pages that exist only outside production: the mails that were caught, and the style guide."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from app.kernel import access
from app.kernel.settings import settings

bp = Blueprint("dev", __name__, url_prefix="/dev")


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


@bp.get("/mails")
@access.public
def mails() -> str:
    folder = Path(settings().mail_dir)
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)[:100]
    return render_template("dev/mails.html", mails=[(path.stem, _read(path)) for path in paths])


@bp.get("/mails/<name>")
@access.public
def mail(name: str) -> str:
    path = Path(settings().mail_dir) / f"{Path(name).name}.eml"
    if not path.exists():
        raise NotFound
    message = _read(path)
    bodies = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    texts = {kind: body.get_content() for kind, body in bodies.items() if body is not None}
    return render_template("dev/mail.html", name=name, mail=message, texts=texts)


@bp.get("/styleguide")
@access.public
def styleguide() -> str:
    return render_template("dev/styleguide.html")
