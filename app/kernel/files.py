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


class FileFacts:
    """What is known of a file that was accepted. Its key cannot be guessed, and names its place on disk."""

    key: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(16))
    name: Mapped[db.Line]
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]

    @property
    def is_picture(self) -> bool:
        return self.width is not None


class StoredFile(FileFacts, db.Base):
    """A file that something on the square shows or offers."""

    __tablename__ = "stored_files"
    id: Mapped[db.PrimaryKey]
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL", use_alter=True), index=True
    )
    created_at: Mapped[db.Created]

    def url(self, variant: str = "original") -> str:
        return url_for("files.show", key=self.key, variant=variant)


Facts = dict[str, Any]


def most_megabytes() -> int:
    """How large one file may be."""
    return settings().max_upload_bytes // 1024**2


def check_size(sent: FileStorage) -> None:
    """Raise UnusableFile when a file is too large."""
    size = sent.stream.seek(0, io.SEEK_END)
    sent.stream.seek(0)
    if size > settings().max_upload_bytes:
        words = {"name": name_of(sent), "most": most_megabytes()}
        raise UnusableFile(
            _("“%(name)s” is too large: a file may be at most %(most)s MB. Choose a smaller one.", **words)
        )


def picture(content: bytes) -> Facts:
    """Write a picture in three widths, drawn anew; raise UnusableFile unless it is one."""
    try:
        drawn = _drawn_anew(content)
    except (*UNREADABLE, Image.DecompressionBombError) as fault:
        raise UnusableFile(_("This is not a picture we can read. Use JPEG, PNG or WebP.")) from fault
    facts: Facts = {"name": "picture.webp", "media_type": "image/webp", "size": 0, "key": secrets.token_hex(16)}
    facts["width"], facts["height"] = drawn.width, drawn.height
    for variant, width in WIDTHS.items():
        copy = drawn.copy()
        copy.thumbnail((width, width * 2))
        buffer = io.BytesIO()
        copy.save(buffer, "WEBP", quality=82)
        _write(facts["key"], variant, buffer.getvalue())
        facts["size"] += buffer.tell()
    return facts


def _drawn_anew(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=PICTURE_FORMATS) as opened:
        upright = ImageOps.exif_transpose(opened)
        return upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")


def document(content: bytes, name: str) -> Facts:
    """Write a document; raise UnusableFile when its name and its content tell different stories."""
    kind = name.rsplit(".", 1)[-1].lower()
    if kind not in DOCUMENTS or not _is_what_it_says(kind, content):
        raise UnusableFile(_("Use a PDF, Word, Excel, OpenDocument, CSV or text file."))
    facts: Facts = {"name": name, "media_type": DOCUMENTS[kind][0], "size": len(content), "key": secrets.token_hex(16)}
    _write(facts["key"], "original", content)
    return facts


def name_of(upload: FileStorage) -> str:
    """The name under which a file was sent, without folders."""
    name = Path((upload.filename or "").replace("\\", "/")).name
    return "".join(filter(str.isprintable, name))[-200:]


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


def forget(key: str) -> None:
    """Take the copies of a file off the disk."""
    for variant in (*WIDTHS, "original"):
        _path(key, variant).unlink(missing_ok=True)


def answer(file: FileFacts, variant: str) -> Response:
    """The file as a response in which nothing can run; 404 when there is no such copy."""
    path = _path(file.key, "large" if file.is_picture and variant == "original" else variant)
    if variant not in {*WIDTHS, "original"} or not path.exists():
        raise NotFound
    response = send_file(
        path, file.media_type, as_attachment=not file.is_picture, download_name=file.name, max_age=31536000
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@bp.get("/files/<key>/<variant>")
@access.public
def show(key: str, variant: str) -> Response:
    stored = db.session().scalar(select(StoredFile).where(StoredFile.key == key))
    if stored is None:
        raise NotFound
    return answer(stored, variant)


def same(stored: StoredFile, other: FileFacts) -> bool:
    """Whether two pictures, drawn anew, are one picture that was sent twice."""
    facts = ("media_type", "size", "width", "height")
    if any(getattr(stored, name) != getattr(other, name) for name in facts):
        return False
    pair = [_path(file.key, "large" if file.is_picture else "original") for file in (stored, other)]
    return all(path.exists() for path in pair) and pair[0].read_bytes() == pair[1].read_bytes()


def remove(stored: StoredFile) -> None:
    """Forget a file; its copies on disk go after the commit."""
    db.session().delete(stored)
    jobs.enqueue("files.remove", stored.key)


@jobs.job("files.remove")
def remove_copies(key: str) -> None:
    if db.session().scalar(select(StoredFile.id).where(StoredFile.key == key)) is None:
        forget(key)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
