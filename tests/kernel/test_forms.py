from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import clock, db, forms, kept
from app.kernel.forms import FormUse, OnceForm
from app.kernel.kept import KeptForm
from tests.support.client import Client


def create(app: Flask, done: list[int], token: str = "a-token") -> str:
    with app.test_request_context("/things/new", method="POST", data={"once": token}):
        form = OnceForm(meta={"csrf": False})

        def do() -> str:
            done.append(1)
            return f"/things/{len(done)}"

        return str(forms.once(form, do).location)


def test_a_form_sent_twice_creates_once_and_leads_to_the_same_place(app: Flask) -> None:
    done: list[int] = []
    assert create(app, done) == create(app, done) == "/things/1"
    assert create(app, done, "another") == "/things/2"


def test_a_double_click_creates_once(committed: Flask, at_once: Callable[..., list[Any]]) -> None:
    done: list[int] = []

    def click(_: int) -> str:
        led_to = create(committed, done)
        db.session().commit()
        return led_to

    assert at_once(6, click, app=committed) == ["/things/1"] * 6
    assert len(done) == 1


def test_what_a_visitor_posted_is_kept_without_passwords(app: Flask, client: Client, session: Session) -> None:
    page = client.send("/notifications/preferences", followed="weekly", password="hemmeligt")
    assert page.status_code == 303
    assert page.location.startswith("/sign-in?next=")
    assert session.scalars(select(KeptForm)).one().fields == {"followed": ["weekly"]}


def test_a_page_open_for_too_long_keeps_what_was_typed(client: Client, session: Session) -> None:
    page = client.post("/notifications/preferences", data={"followed": "weekly", "csrf_token": "old"})
    assert (page.status_code, page.location) == (303, "/notifications/preferences")
    assert session.scalars(select(KeptForm)).one().fields == {"followed": ["weekly"]}


@pytest.mark.parametrize("days", [0, 2])
def test_what_is_kept_is_given_back_for_a_day(app: Flask, session: Session, days: int) -> None:
    with app.test_request_context("/ideas", method="POST", data={"title": "En bænk"}) as context:
        kept.keep()
        held = dict(context.session)
    row = session.scalars(select(KeptForm)).one()
    row.created_at = clock.now() - days * kept.LASTS
    session.flush()
    with app.test_request_context("/ideas") as context:
        context.session.update(held)
        found = kept.typed("/ideas")
    assert (found.to_dict() if found else None) == (None if days else {"title": "En bænk"})


def test_old_tokens_and_kept_texts_are_cleaned_away(app: Flask, session: Session) -> None:
    long_ago = clock.now().replace(year=2020)
    session.add(FormUse(token="old", led_to="/", created_at=long_ago))
    session.add(KeptForm(token_hash="old", fields={}, created_at=long_ago))
    session.flush()
    forms.clean()
    assert session.scalars(select(FormUse)).all() == []
    assert session.scalars(select(KeptForm)).all() == []
