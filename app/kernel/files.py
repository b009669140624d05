"""Files people upload: pictures are drawn anew without their metadata, documents are what they say they are."""

from __future__ import annotations

import io
import secrets
import zipfile
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, send_file, url_for
from flask_babel import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound

from app.kernel import access, db, jobs
from app.kernel.settings import settings

bp = Blueprint("files", __name__)

WIDTHS = {"small": 480, "medium": 960, "large": 1600}
UNREADABLE = (UnidentifiedImageError, OSError, ValueError, SyntaxError)
Image.MAX_IMAGE_PIXELS = 40_000_000  # Pillow refuses pictures of more than twice as many before it unpacks them
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
DOCUMENTS = {
    "pdf": ("application/pdf", b"%PDF-"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    "odt": ("application/vnd.oasis.opendocument.text", b"PK\x03\x04"),
    "csv": ("text/csv", b""),
    "txt": ("text/plain", b""),
}


class UnusableFile(ValueError):
    """The file is not what it should be; the message says so to the person who sent it."""


class StoredFile(db.Base):
    """A file that was accepted. Its key cannot be guessed, and names its place on disk."""

    __tablename__ = "stored_files"
    id: Mapped[db.PrimaryKey]
    key: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(16))
    name: Mapped[db.Line]
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL", use_alter=True), index=True
    )
    created_at: Mapped[db.Created]

    @property
    def is_picture(self) -> bool:
        return self.width is not None

    def url(self, variant: str = "original") -> str:
        return url_for("files.show", key=self.key, variant=variant)


def save_picture(upload: FileStorage, *, by: access.Actor) -> StoredFile:
    """Keep a picture in three widths; raise UnusableFile unless it is one."""
    try:
        picture = _drawn_anew(upload.stream.read())
    except (*UNREADABLE, Image.DecompressionBombError) as fault:
        raise UnusableFile(_("This is not a picture we can read. Use JPEG, PNG or WebP.")) from fault
    stored = StoredFile(name="picture.webp", media_type="image/webp", size=0, created_by_id=by.id)
    stored.key, stored.width, stored.height = secrets.token_hex(16), picture.width, picture.height
    for variant, width in WIDTHS.items():
        copy = picture.copy()
        copy.thumbnail((width, width * 2))
        buffer = io.BytesIO()
        copy.save(buffer, "WEBP", quality=82)
        _write(stored.key, variant, buffer.getvalue())
        stored.size += buffer.tell()
    db.session().add(stored)
    db.session().flush()
    return stored


def _drawn_anew(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=PICTURE_FORMATS) as opened:
        upright = ImageOps.exif_transpose(opened)
        return upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")


def save_document(upload: FileStorage, *, by: access.Actor) -> StoredFile:
    """Keep a document; raise UnusableFile when its name and its content tell different stories."""
    name = "".join(filter(str.isprintable, Path(upload.filename or "").name))[-200:]
    kind = name.rsplit(".", 1)[-1].lower()
    content = upload.stream.read()
    if kind not in DOCUMENTS or not _is_what_it_says(kind, content):
        raise UnusableFile(_("Use a PDF, Word, Excel, OpenDocument, CSV or text file."))
    stored = StoredFile(name=name, media_type=DOCUMENTS[kind][0], size=len(content), created_by_id=by.id)
    stored.key = secrets.token_hex(16)
    _write(stored.key, "original", content)
    db.session().add(stored)
    db.session().flush()
    return stored


def _is_what_it_says(kind: str, content: bytes) -> bool:
    magic = DOCUMENTS[kind][1]
    if magic:
        return content.startswith(magic) and (magic != b"PK\x03\x04" or zipfile.is_zipfile(io.BytesIO(content)))
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _write(key: str, variant: str, content: bytes) -> None:
    path = _path(key, variant)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _path(key: str, variant: str) -> Path:
    return Path(settings().files_dir) / key[:2] / f"{key}-{variant}"


@bp.get("/files/<key>/<variant>")
@access.public
def show(key: str, variant: str) -> Response:
    stored = db.session().scalar(select(StoredFile).where(StoredFile.key == key))
    if stored is None or variant not in {*WIDTHS, "original"}:
        raise NotFound
    path = _path(stored.key, "large" if stored.is_picture and variant == "original" else variant)
    if not path.exists():
        raise NotFound
    response = send_file(
        path, stored.media_type, as_attachment=not stored.is_picture, download_name=stored.name, max_age=31536000
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def picture_or_none(upload: Any, *, by: access.Actor) -> StoredFile | None:
    """The picture of an optional file field."""
    return save_picture(upload, by=by) if upload and upload.filename else None


def remove(stored: StoredFile) -> None:
    """Forget a file; its copies on disk go after the commit."""
    db.session().delete(stored)
    jobs.enqueue("files.remove", stored.key)


@jobs.job("files.remove")
def remove_copies(key: str) -> None:
    if db.session().scalar(select(StoredFile.id).where(StoredFile.key == key)) is None:
        for variant in (*WIDTHS, "original"):
            _path(key, variant).unlink(missing_ok=True)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
