"""What must hold when two do the same at the same moment."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app.identity import actions, queries
from app.identity.models import Person, Role, SignUp
from app.kernel import db
from app.kernel.access import SYSTEM
from tests.factories import identity
from tests.support.concurrency import AtOnce


def test_two_platform_administrators_cannot_end_each_other_at_once(committed: Flask, at_once: AtOnce) -> None:
    for _ in range(2):
        identity.platform_administrator()
    db.session().commit()
    ids = list(db.session().scalars(select(Role.id)))

    def end(number: int) -> None:
        actions.end_role(db.session().get_one(Role, ids[number]), by=SYSTEM)
        db.session().commit()

    results = at_once(2, end, app=committed)
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Unauthorized"]
    db.session().expire_all()
    assert len(list(db.session().scalars(queries.platform_administrators()))) == 1


def test_one_link_followed_twice_at_once_makes_one_account(committed: Flask, at_once: AtOnce) -> None:
    values: dict[str, Any] = {"name": "Ny", "language": "da", "browser_secret": "x", "carries": {}}
    actions.sign_up(email="ny@example.org", password="tre kloge kaniner", **values)
    db.session().commit()

    def confirm(number: int) -> None:
        actions.confirm_sign_up(db.session().scalars(select(SignUp)).one())
        db.session().commit()

    results = at_once(4, confirm, app=committed)
    assert results.count(None) == 1, results
    db.session().expire_all()
    assert db.session().scalar(select(func.count(Person.id))) == 1
