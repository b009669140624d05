from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.ports import homes
from app.places import actions
from app.places.models import Municipality


def test_the_twelve_are_seeded_once_however_often(app: Flask, session: Session) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["places", "seed"]).output.startswith("12 municipalities are new")
    session.scalars(select(Municipality).where(Municipality.code == "0741")).one().welcome = "Velkommen til øen"
    session.commit()
    assert runner.invoke(args=["places", "seed"]).output.startswith("0 municipalities are new")
    rows = session.scalars(select(Municipality)).all()
    assert len(rows) == 12
    assert sum(row.population for row in rows) == 1_000_653
    assert next(row.welcome for row in rows if row.code == "0741") == "Velkommen til øen"


def test_the_danish_alphabet_ends_with_aarhus(session: Session) -> None:
    actions.seed()
    assert [home.name for home in homes()][:2] == ["Favrskov", "Hedensted"]
    assert [home.name for home in homes()][-2:] == ["Viborg", "Aarhus"]
