"""Forms: one base class, CSRF on all of them, text that survives, and writes that are safe to repeat."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, Response, request
from flask_wtf import CSRFProtect, FlaskForm
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import BadRequest
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined] # younger than its stubs

from app.kernel import clock, db, jobs, kept, shared, uploads
from app.kernel.redirects import to_path

csrf = CSRFProtect()


def number(typed: str | int | None) -> int | None:
    """A whole number that the database can hold, or none when something else was typed."""
    typed = str(typed or "")
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 19 else None


class Form(FlaskForm):
    """A form that is filled again with what was typed before a sign-in or an expired session.

    `posts_to` is the path the form is sent to, when that is not the page's own.
    """

    def __init__(self, formdata: Any = None, *, posts_to: str | None = None, **values: Any) -> None:
        if request.method in {"GET", "HEAD"}:
            super().__init__(formdata=formdata or kept.typed(posts_to or request.path), **values)
        else:
            super().__init__(**({"formdata": formdata} if formdata is not None else {}), **values)


class OnceForm(Form):
    """A form that creates something: sent twice, it creates once."""

    once = HiddenField(default=shared.once)


class VersionedForm(Form):
    """A form that changes something which others may be changing too."""

    version = HiddenField()

    @property
    def version_seen(self) -> int:
        seen = number(self.version.data)
        return -1 if seen is None else seen


class FormUse(db.Base):
    """A form that was carried out, and where its sender was led."""

    __tablename__ = "form_uses"
    __table_args__ = db.QUIET
    token: Mapped[str] = mapped_column(primary_key=True)
    led_to: Mapped[str] = mapped_column(default="")
    created_at: Mapped[db.Created] = mapped_column(index=True)


def once(form: OnceForm, do: Callable[[], str]) -> Response:
    """Carry out `do` the first time this form is sent; redirect to the address it gave, then and ever after."""
    token = (form.once.data or secrets.token_urlsafe(16))[:64]
    session = db.session()
    claim = (
        insert(FormUse).values(token=token, created_at=clock.now()).on_conflict_do_nothing().returning(FormUse.token)
    )
    if session.scalar(claim) is None:
        return to_path(session.scalars(select(FormUse.led_to).where(FormUse.token == token)).one())
    led_to = do()
    session.get_one(FormUse, token).led_to = led_to
    return to_path(led_to)


@jobs.job("forms.clean", cron="17 * * * *")
def clean() -> None:
    """Forget old form tokens and what was kept for people who never came back."""
    db.session().execute(delete(FormUse).where(FormUse.created_at < clock.now() - timedelta(days=7)))
    db.session().execute(delete(kept.KeptForm).where(kept.KeptForm.created_at < clock.now() - kept.LASTS))
    uploads.clean()


def _refuse_nul() -> None:
    """No text holds a NUL character: PostgreSQL and HTML both refuse it, later and less kindly."""
    if any("\0" in value for sent in (request.args, request.form) for _, values in sent.lists() for value in values):
        raise BadRequest


def init_app(app: Flask) -> None:
    app.before_request(_refuse_nul)
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf.init_app(app)
