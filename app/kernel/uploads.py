"""Files sent with a form: checked at once, and kept for a day when the form could not be carried out.

Nobody has to choose a file twice: a form that comes back with errors, or after signing in, names what is kept and uses
it when it is sent again. What is kept can be reached only by the session that sent it: by a secret of that session and
a token that cannot be guessed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from flask import Blueprint, Flask, Response, g, request, session
from flask_babel import gettext as _
from flask_wtf.file import FileField
from limits import parse
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound
from wtforms.validators import StopValidation

from app.kernel import access, answers, clock, db, files, jobs, limits
from app.kernel.tokens import token_hash

bp = Blueprint("uploads", __name__)

LASTS = timedelta(days=1)
MOST_FILES, MOST_BYTES = 12, 40 * 1024 * 1024
"""What one session may have kept; beyond it the oldest go."""
ROOM = 2 * 1024**3
"""What all sessions together may have kept; beyond it nothing more is kept, and the form says to choose again."""
TURNED_AWAY = parse("30 per hour")
"""How many files are kept of requests that could not be carried out at all, per person or address."""

Kind = Literal["picture", "document"]


class KeptFile(files.FileFacts, db.Base):
    """A file that waits for its form to be sent again. `keeper` is the session's secret, hashed."""

    __tablename__ = "kept_files"
    __table_args__ = db.QUIET
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    keeper: Mapped[str] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    created_at: Mapped[db.Created] = mapped_column(index=True)


@dataclass
class Upload:
    """A file of a form that was accepted: just now (`fresh`), or when the form was sent before."""

    token: str
    row: KeptFile
    fresh: bool = True
    shown: bool = False
    claimed: bool = False

    @property
    def filename(self) -> str:
        return self.row.name

    @property
    def is_picture(self) -> bool:
        return self.row.is_picture


def accept(sent: FileStorage, kind: Kind) -> Upload:
    """Check a file and write it down; raise UnusableFile unless it is of the kind and small enough."""
    files.check_size(sent)
    name, content = files.name_of(sent), sent.stream.read()
    facts = files.picture(content) if kind == "picture" else files.document(content, name)
    token = secrets.token_urlsafe(24)
    row = KeptFile(**facts | {"name": name}, token_hash=token_hash(token), keeper=_keeper(), created_at=clock.now())
    upload = Upload(token, row)
    g.setdefault("uploads", []).append(upload)
    return upload


def found(token: str) -> Upload | None:
    """What this session has kept under a token."""
    mine = (KeptFile.token_hash == token_hash(token), KeptFile.keeper == _keeper())
    row = db.session().scalar(select(KeptFile).where(*mine, KeptFile.created_at > clock.now() - LASTS))
    return Upload(token, row, fresh=False) if row is not None else None


def claim(upload: Upload | None, *, by: access.Actor) -> files.StoredFile | None:
    """Take a file for good; none when there is none, or when it was taken by an earlier sending of the same form."""
    if upload is None or not (upload.fresh or _first_use(upload)):
        return None
    row, name = upload.row, "picture.webp" if upload.is_picture else upload.filename
    facts = {column: getattr(row, column) for column in ("key", "media_type", "size", "width", "height")}
    stored = files.StoredFile(**facts, name=name, created_by_id=by.id)
    db.session().add(stored)
    db.session().flush()
    upload.claimed = True
    return stored


def _first_use(upload: Upload) -> bool:
    unused = (KeptFile.token_hash == upload.row.token_hash, KeptFile.used_at.is_(None))
    used = update(KeptFile).where(*unused).values(used_at=clock.now()).returning(KeptFile.token_hash)
    return db.session().scalar(used) is not None


class UploadField(FileField):
    """A file to choose, or the one that was kept from the last time the form was sent."""

    data: Any

    def __init__(self, label: Any = None, validators: Any = None, *, kind: Kind = "picture", **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.kind: Kind = kind
        self.lost, self.most = False, files.most_megabytes()
        self.dropped: Upload | None = None

    def process(self, formdata: Any, *args: Any, **options: Any) -> None:
        super().process(formdata, *args, **options)
        token = formdata.get(f"{self.name}-kept") if formdata else None
        if not token:
            return
        if formdata.get(f"{self.name}-drop"):
            self.dropped = found(token[:100])
        elif not self.data:
            self.data = found(token[:100])
            self.lost = self.data is None

    def pre_validate(self, form: Any) -> None:
        if self.lost:
            raise StopValidation(_("The file you chose is no longer kept. Choose it again."))
        try:
            self._take()
        except files.UnusableFile as fault:
            raise StopValidation(str(fault)) from fault
        if self.data and self.data.is_picture != (self.kind == "picture"):
            self.data = None
            raise StopValidation(_("This kind of file does not belong here. Choose another."))

    def _take(self) -> None:
        """Check what was chosen."""
        sent, self.data = self.data, None
        self.data = (accept(sent, self.kind) if sent else None) if isinstance(sent, FileStorage) else sent

    @property
    def kept(self) -> Upload | None:
        """What is kept for the next time the form is sent; the page that asks promises so to the reader."""
        if isinstance(self.data, FileStorage):
            try:
                self._take()
            except files.UnusableFile as fault:
                self.errors = [str(fault)]
        upload: Upload | None = self.data
        if upload is None or (upload.fresh and not _room()):
            return None
        upload.shown = True
        return upload


def keep_all() -> dict[str, list[str]]:
    """Keep the files of a request that cannot be carried out now; gives what their fields are to say.

    Called while an error is answered: what the file is for is not known, so it is kept as what it turns out to be.
    """
    said: dict[str, list[str]] = {}
    for name, sent in request.files.items():
        if not sent or not _room() or not limits.hit(TURNED_AWAY, "kept-files", limits.who()):
            continue
        upload = _as_it_is(sent)
        if upload is not None:
            upload.shown = True
            said[f"{name}-kept"] = [upload.token]
    return said


def _as_it_is(sent: FileStorage) -> Upload | None:
    for kind in ("picture", "document"):
        try:
            return accept(sent, kind)
        except files.UnusableFile:
            sent.stream.seek(0)
    return None


def _room() -> bool:
    used = db.session().scalar(select(func.coalesce(func.sum(KeptFile.size), 0)).where(KeptFile.used_at.is_(None)))
    return int(used or 0) < ROOM


def _keep_shown(response: Response) -> Response:
    """After the request's own transaction: keep what its page names, forget what nothing came of."""
    fresh = [upload for upload in g.pop("uploads", []) if not (upload.claimed and answers.lasts(response))]
    for upload in fresh:
        if not upload.shown:
            files.forget(upload.row.key)
    if any(upload.shown for upload in fresh):
        db.session().add_all([upload.row for upload in fresh if upload.shown])
        _make_room()
        db.session().commit()
        jobs.send_queued()
    return response


def _make_room() -> None:
    """Let the oldest of this session's go when it keeps too much."""
    db.session().flush()
    mine = (KeptFile.keeper == _keeper(), KeptFile.used_at.is_(None))
    total = 0
    found = db.session().scalars(select(KeptFile).where(*mine).order_by(KeptFile.created_at.desc()))
    for number, row in enumerate(found, 1):
        total += row.size
        if number > MOST_FILES or total > MOST_BYTES:
            _drop(row)


def _drop(row: KeptFile) -> None:
    db.session().delete(row)
    jobs.enqueue("files.remove", row.key)


def clean() -> None:
    """Forget what nobody came back for."""
    old = KeptFile.created_at < clock.now() - LASTS
    for row in db.session().scalars(select(KeptFile).where(old, KeptFile.used_at.is_(None))):
        _drop(row)
    db.session().flush()
    db.session().execute(delete(KeptFile).where(old))


def _keeper() -> str:
    return token_hash(session.setdefault("keeper", secrets.token_urlsafe(24)))


@bp.get("/kept-files/<token>")
@access.public
def show(token: str) -> Response:
    """A kept picture, small, for those who sent it."""
    upload = found(token) if "keeper" in session else None
    if upload is None or not upload.is_picture:
        raise NotFound
    response = files.answer(upload.row, "small")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.after_request(_keep_shown)
