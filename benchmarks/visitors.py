"""People who are signed in, for measuring: their cookies and tokens are made here, as a sign-in would make them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from benchmarks import load


@dataclass(frozen=True)
class Visitor:
    """A signed-in browser: its cookie, and the token that its forms carry."""

    cookie: str
    token: str

    def post(self, path: str, **fields: str) -> bytes:
        return load.post(path, self.cookie, urlencode({"csrf_token": self.token, **fields}))


def signed_in(app: Any, people: int) -> list[Visitor]:
    """Sign in so many people of the square."""
    from sqlalchemy import select

    from app.identity import actions
    from app.identity.models import Person
    from app.kernel import db

    with app.app_context():
        chosen = db.session().scalars(
            select(Person).where(Person.email_verified_at.is_not(None)).order_by(Person.id.desc()).limit(people)
        )
        tokens = [actions.sign_in(person, browser="benchmark") for person in chosen]
        db.session().commit()
    return [_visitor(app, token) for token in tokens]


def _visitor(app: Any, token: str) -> Visitor:
    from flask import session
    from flask_wtf.csrf import generate_csrf

    with app.test_request_context():
        session.update(_user_id=token, _fresh=True)
        form_token = generate_csrf()
        cookie = app.session_interface.get_signing_serializer(app).dumps(dict(session))
    return Visitor(cookie, form_token)


def supporting(visitors: list[Visitor], ideas: list[int]) -> Any:
    """Everybody supports one idea after the other and then withdraws again; nobody does the same twice."""
    for idea in cycle(ideas):
        for verb in ("support", "support/end"):
            for visitor in visitors:
                yield visitor.post(f"/proposals/{idea}/{verb}")


def beside_changes(question: bytes, changes: Iterator[bytes]) -> Iterator[bytes]:
    """The same question again and again, and once a second somebody's change beside it, as on a busy square."""
    changed = time.monotonic()
    while True:
        if time.monotonic() - changed > 1.0:
            changed = time.monotonic()
            yield next(changes)
        yield question


def proposing(visitors: list[Visitor], municipality: int) -> Any:
    """Everybody posts ideas of their own."""
    for visitor in cycle(visitors):
        word = secrets.token_hex(5)
        yield visitor.post(
            "/proposals/new",
            once=secrets.token_urlsafe(16),
            version="1",
            title=f"{word} {word[::-1]}",
            body=f"Vi vil prøve {word} af i en måned og se, om det virker.",
            municipality=str(municipality),
            challenge_id="",
        )
