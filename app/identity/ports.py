"""How the rest of the house knows who is signed in and which roles they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from flask import Flask
from flask_login import LoginManager
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.identity.models import Person, Role, RoleName, SignIn
from app.kernel import db
from app.kernel.access import Grant, grants_from

login_manager = LoginManager()


def token_hash(token: str) -> str:
    """What the tables hold of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()


@login_manager.user_loader  # type: ignore[untyped-decorator]
def person_of(token: str) -> Person | None:
    """The person whose sign-in has this token, unless it was ended."""
    found = select(SignIn).options(joinedload(SignIn.person))
    sign_in = db.session().scalar(found.where(SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None)))
    if sign_in is None or sign_in.person.erased:
        return None
    sign_in.person.sign_in_token = token
    return sign_in.person


@grants_from
def roles_of(person_id: int) -> Iterable[Grant]:
    held = select(Role.name, Role.municipality_id).where(Role.person_id == person_id, Role.ended_at.is_(None))
    for name, municipality_id in db.session().execute(held):
        if name == RoleName.PLATFORM_ADMINISTRATOR:
            yield Grant(name, "platform")
        else:
            yield Grant(name, "municipality", municipality_id)


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
