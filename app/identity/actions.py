"""Verbs of identity."""

from __future__ import annotations

import secrets

from app.identity.models import Person, SignIn
from app.identity.ports import token_hash
from app.kernel import db


def sign_in(person: Person, *, browser: str) -> str:
    """Start a sign-in; the token goes into the cookie of this browser and nowhere else."""
    token = secrets.token_urlsafe(32)
    db.session().add(SignIn(person=person, token_hash=token_hash(token), browser=browser[:200]))
    db.session().flush()
    person.sign_in_token = token
    return token
