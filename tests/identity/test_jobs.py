from __future__ import annotations

from datetime import timedelta

import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity import actions, jobs
from app.identity.models import MailToken, SignIn, SignUp
from app.kernel import clock
from tests.factories import identity


def count(session: Session, table: type[SignIn | SignUp | MailToken]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_old_wishes_links_and_sign_ins_are_forgotten_and_fresh_ones_kept(session: Session) -> None:
    person = identity.person()
    values = {"name": "Ny", "password": "tre kloge kaniner", "language": "da", "browser_secret": "x", "carries": {}}
    with time_machine.travel(clock.now() - timedelta(days=40)):
        actions.sign_up(email="gammel@example.org", **values)
        actions.ask_for_reset(str(person.email), language="da")
        actions.sign_in(person, browser="Gammel")
    actions.sign_up(email="frisk@example.org", **values)
    actions.ask_for_reset(str(person.email), language="da")
    actions.sign_in(person, browser="Frisk")
    jobs.clean()
    assert [count(session, table) for table in (SignUp, MailToken, SignIn)] == [1, 1, 1]
    assert session.scalars(select(SignIn.browser)).one() == "Frisk"
