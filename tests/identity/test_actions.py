"""The verbs of accounts, mails and roles, asked again where a page has asked before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import Gone, HTTPException

from app.identity import actions
from app.identity.models import MailToken, MailTokenPurpose, RoleName, SignUp
from app.kernel import clock, mail
from app.kernel.access import SYSTEM
from app.kernel.mail import OutgoingMail
from tests.factories import identity


def wish(session: Session, email: str, **values: object) -> SignUp:
    hour = clock.now() + timedelta(hours=1)
    row = SignUp(email=email, name="Ny", password_hash="x", language="da", browser_hash="x", expires_at=hour)
    row.token_hash = f"token of {email}"
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return row


def letters(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(OutgoingMail)) or 0


def test_a_wish_that_was_fulfilled_or_whose_address_is_taken_gets_no_new_link(session: Session) -> None:
    owner = identity.person()
    for row in (wish(session, "ny@example.org", used_at=clock.now()), wish(session, str(owner.email))):
        actions.send_sign_up_again(row)
    assert letters(session) == 0


def test_a_link_that_is_over_makes_no_account_and_changes_no_password(session: Session) -> None:
    owner = identity.person(with_password=True)
    for row in (wish(session, "ny@example.org", expires_at=clock.now()), wish(session, str(owner.email))):
        with pytest.raises(Gone):
            actions.confirm_sign_up(row)
    link = MailToken(person=owner, purpose=MailTokenPurpose.RESET_PASSWORD, token_hash="x", expires_at=clock.now())
    with pytest.raises(Gone):
        actions.reset_password(link, "fire glade gæs")
    assert owner.has_password(identity.PASSWORD)


def test_a_mail_that_is_on_its_way_is_not_sent_again(session: Session) -> None:
    letter = mail.queue("no_account", address="ingen@example.org", language="da")
    with pytest.raises(HTTPException):
        actions.send_again(letter, by=SYSTEM)


def test_the_role_of_somebody_without_an_address_ends_without_a_mail(session: Session) -> None:
    identity.platform_administrator()
    holder = identity.person(email=None)
    role = identity.role(holder, RoleName.PLATFORM_ADMINISTRATOR)
    actions.end_role(role, by=SYSTEM)
    assert role.ended_at is not None
    assert letters(session) == 0


def test_a_known_and_an_unknown_address_are_each_sent_one_mail(session: Session) -> None:
    known = identity.person()
    for number, address in enumerate(("ny@example.org", str(known.email)), 1):
        actions.sign_up(
            name="Ny", email=address, password="fire glade gæs", language="da", browser_secret="x", carries={}
        )
        assert letters(session) == number
    assert session.scalars(select(SignUp.email)).all() == ["ny@example.org"]
