from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app.kernel import files
from app.kernel.files import StoredFile
from tests.support.client import Client


def picture(kind: str = "JPEG", size: tuple[int, int] = (2000, 1000), **extra: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "#1f6f78").save(buffer, kind, **extra)
    return buffer.getvalue()


def stored(session: Session, facts: files.Facts) -> StoredFile:
    row = StoredFile(**facts)
    session.add(row)
    session.commit()
    return row


def located() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    exif.get_ifd(0x8825)[2] = (56.0, 9.0, 0.0)
    exif[0x0112] = 6
    return picture(exif=exif)


def test_a_picture_is_drawn_anew_without_metadata_and_upright(app: Flask, session: Session, client: Client) -> None:
    row = stored(session, files.picture(located()))
    assert (row.width, row.height) == (1000, 2000), "the camera lay on its side"
    with app.test_request_context():
        address = row.url("small")
    answer = client.get(address)
    assert answer.mimetype == "image/webp"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    shown = Image.open(io.BytesIO(answer.data))
    assert shown.width == 480
    assert not shown.getexif()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\x00" * 40,
        picture()[:300],
        b"MZ" + b"\x00" * 500,
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(app: Flask, content: bytes) -> None:
    with app.test_request_context(), pytest.raises(files.UnusableFile, match="JPEG"):
        files.picture(content)


def test_a_picture_that_unpacks_to_a_mountain_is_refused(app: Flask) -> None:
    bomb = picture("PNG", (12_000, 12_000))
    assert len(bomb) < 1_000_000
    with app.test_request_context(), pytest.raises(files.UnusableFile):
        files.picture(bomb)


def document(kind: str) -> bytes:
    if kind == "pdf":
        return b"%PDF-1.7\n%%EOF"
    if kind in {"csv", "txt"}:
        return "navn;antal\nbænk;3\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize("kind", sorted(files.DOCUMENTS))
def test_a_document_is_handed_back_as_an_attachment(app: Flask, session: Session, client: Client, kind: str) -> None:
    row = stored(session, files.document(document(kind), f"plan.{kind}"))
    with app.test_request_context():
        address = row.url()
    answer = client.get(address)
    assert answer.data == document(kind)
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", b"<html>"),
        ("plan.docx", b"PK\x03\x04nej"),
        ("plan.exe", b"MZ"),
        ("plan.csv", b"a\x00b"),
        ("", b"x"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(app: Flask, name: str, content: bytes) -> None:
    with app.test_request_context(), pytest.raises(files.UnusableFile, match="PDF"):
        files.document(content, name)


@pytest.mark.parametrize("path", ["/files/0000/original", "/files/..%2f..%2fetc/passwd", "/files/0000/huge"])
def test_a_file_that_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["plan\r\nSet-Cookie: x=1.pdf", "\u202efdp.pdf", "../../etc/plan.pdf", "år\x00.pdf"])
def test_the_name_of_a_document_does_no_harm(app: Flask, session: Session, client: Client, name: str) -> None:
    safe = files.name_of(FileStorage(filename=name))
    row = stored(session, files.document(document("pdf"), safe))
    with app.test_request_context():
        answer = client.get(row.url())
    assert answer.status_code == 200
    assert safe.isprintable()
    assert "/" not in safe
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
