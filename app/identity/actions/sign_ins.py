"""Starting and ending sign-ins."""

from __future__ import annotations

import secrets

from sqlalchemy import update

from app.identity.models import Person, SignIn
from app.kernel import clock, db
from app.kernel.tokens import token_hash


def sign_in(person: Person, *, browser: str) -> str:
    """Start a sign-in; the token goes into the cookie of this browser and nowhere else."""
    token = secrets.token_urlsafe(32)
    db.session().add(SignIn(person=person, token_hash=token_hash(token), browser=browser[:200]))
    db.session().flush()
    person.sign_in_token = token
    return token


def sign_out(token: str) -> None:
    """End the sign-in of this token."""
    mine = update(SignIn).where(SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None))
    db.session().execute(mine.values(ended_at=clock.now()))


def end_sign_in(sign_in: SignIn) -> None:
    """End one sign-in; ended once, it stays ended."""
    sign_in.ended_at = sign_in.ended_at or clock.now()


def end_all(person: Person, *, but: str = "") -> None:
    """End every sign-in of a person, except the one with this token."""
    current = (SignIn.person_id == person.id, SignIn.ended_at.is_(None), SignIn.token_hash != token_hash(but))
    db.session().execute(update(SignIn).where(*current).values(ended_at=clock.now()))
