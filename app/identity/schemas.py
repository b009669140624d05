from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.identity import ports, queries
from app.identity.models import Person, SignIn
from app.kernel import clock, db
from app.kernel.files import StoredFile
from app.kernel.settings import settings


def export_of(person: Person) -> dict[str, Any]:
    """All that the square holds on a person, by feature."""
    session = db.session()
    sign_ins = session.scalars(select(SignIn).where(SignIn.person_id == person.id).order_by(SignIn.id))
    homes = {home.id: home.name for home in ports.homes()}
    account = {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "email_verified_at": _moment(person.email_verified_at),
        "language": person.language,
        "about": person.about,
        "municipality": homes.get(person.municipality_id or 0),
        "photo": _address(person.photo) if person.photo else None,
        "created_at": _moment(person.created_at),
    }
    seen = [
        {"browser": row.browser, "since": _moment(row.created_at), "last_seen": _moment(row.seen_at)}
        for row in sign_ins
    ]
    identity = {"account": account, **_roles(person, homes), "sign_ins": seen, "files": _files(person)}
    return {"exported_at": _moment(clock.now()), **identity, **ports.exported(person.id)}


def _roles(person: Person, homes: dict[int, str]) -> dict[str, list[dict[str, Any]]]:
    """The roles they were given, and the offers of roles that are known to have been sent to them."""
    held = [
        {
            "role": role.name.value,
            "municipality": homes.get(role.municipality_id or 0),
            "given_at": _moment(role.given_at),
            "ended_at": _moment(role.ended_at),
        }
        for role in db.session().scalars(queries.held_by(person.id))
    ]
    offered = [
        {
            "role": offer.name.value,
            "municipality": homes.get(offer.municipality_id or 0),
            "offered_at": _moment(offer.offered_at),
            "outcome": offer.outcome,
            "settled_at": _moment(offer.settled_at),
        }
        for offer in db.session().scalars(queries.offers_of(person))
    ]
    return {"roles": held, "role_offers": offered}


def _files(person: Person) -> list[dict[str, Any]]:
    """The pictures and documents that they sent, with the address at which each is fetched."""
    sent = select(StoredFile).where(StoredFile.created_by_id == person.id).order_by(StoredFile.id)
    return [
        {
            "id": file.id,
            "name": file.name,
            "media_type": file.media_type,
            "created_at": _moment(file.created_at),
            "address": _address(file),
        }
        for file in db.session().scalars(sent)
    ]


def _address(file: StoredFile) -> str:
    return settings().base_url + file.url("large" if file.is_picture else "original")


def _moment(at: Any) -> str | None:
    return at.isoformat() if at else None
