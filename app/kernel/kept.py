"""What somebody typed and chose before they had to sign in (again), kept for a day and given back to the form."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from flask import Flask, Response, g, request, session
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict

from app.kernel import clock, db, uploads
from app.kernel.redirects import page_before
from app.kernel.tokens import token_hash

LASTS = timedelta(days=1)
NEVER_KEPT = {"csrf_token", "once", "version"}


class KeptForm(db.Base):
    __tablename__ = "kept_forms"
    __table_args__ = db.QUIET
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[db.Created] = mapped_column(index=True)


def keep() -> str:
    """Keep what this request posted and return the path of the page that its form stood on.

    Commits by itself: it is called while an error is answered, after the request's own work was rolled back.
    """
    fields = {
        name: values for name, values in request.form.lists() if name not in NEVER_KEPT and "password" not in name
    }
    fields |= uploads.keep_all()
    if fields:
        token = secrets.token_urlsafe(24)
        db.session().add(KeptForm(token_hash=token_hash(token), fields=fields))
        db.session().commit()
        g.kept_now = True
        session["kept"] = {**dict(list(session.get("kept", {}).items())[-2:]), request.path: token}
    return _page_of_form()


def waits(path: str) -> bool:
    """Whether something may be kept that was typed into the form that posts to this path."""
    return path in session.get("kept", {})


def typed(path: str) -> MultiDict[str, str] | None:
    """What was typed into the form that posts to this path, if it was kept."""
    token = session.get("kept", {}).get(path)
    if token is None:
        return None
    recent = clock.now() - LASTS
    fields = db.session().scalar(
        select(KeptForm.fields).where(KeptForm.token_hash == token_hash(token), KeptForm.created_at > recent)
    )
    return MultiDict(fields) if fields else None


def _page_of_form() -> str:
    return page_before(request.full_path.rstrip("?"))


def _drop_when_sent(response: Response) -> Response:
    sent = request.method == "POST" and response.status_code in {200, 204, 303}
    if sent and "kept_now" not in g and request.path in session.get("kept", {}):
        forget(request.path)
        db.session().commit()
    return response


def forget(path: str) -> None:
    """What was typed into the form that posts to this path has arrived."""
    remaining = dict(session.get("kept", {}))
    if (token := remaining.pop(path, None)) is not None:
        session["kept"] = remaining
        db.session().execute(delete(KeptForm).where(KeptForm.token_hash == token_hash(token)))


def init_app(app: Flask) -> None:
    app.after_request(_drop_when_sent)
