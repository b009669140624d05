"""From the wish for an account to the account, and back into it when the password is forgotten.

Known and unknown addresses take the same way: one hash, one mail, one answer.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from werkzeug.exceptions import Gone

from app.identity import queries
from app.identity.actions.sign_ins import end_all
from app.identity.models import MailToken, MailTokenPurpose, Person, SignUp, hasher
from app.kernel import clock, db, mail
from app.kernel.tokens import token_hash

LINK_LASTS = timedelta(hours=24)


def sign_up(
    *, name: str, email: str, password: str, language: str, browser_secret: str, carries: dict[str, Any]
) -> None:
    """Send a link to the address; to the owner of a known address a note that they already have an account."""
    password_hash = hasher.hash(password)
    owner = db.session().scalar(queries.by_email(email))
    if owner is not None:
        mail.queue("account_exists", address=email, language=owner.language, person_id=owner.id, name=owner.name)
        return
    token = secrets.token_urlsafe(32)
    wish = SignUp(email=email, name=name, password_hash=password_hash, language=language, carries=carries)
    wish.token_hash, wish.browser_hash = token_hash(token), token_hash(browser_secret)
    wish.expires_at = clock.now() + LINK_LASTS
    db.session().add(wish)
    _mail_link(wish, token)


def send_sign_up_again(wish: SignUp) -> None:
    """A new link for an old wish; the old link is no good any more. A wish that was fulfilled gets none."""
    if wish.used_at is not None or db.session().scalar(queries.by_email(wish.email)) is not None:
        return
    token = secrets.token_urlsafe(32)
    wish.token_hash, wish.expires_at = token_hash(token), clock.now() + LINK_LASTS
    _mail_link(wish, token)


def _mail_link(wish: SignUp, token: str) -> None:
    mail.queue("confirm_sign_up", address=wish.email, language=wish.language, name=wish.name, token=token)


def confirm_sign_up(wish: SignUp) -> Person:
    """The address is theirs: make the account. The link is good once."""
    if not wish.usable or db.session().scalar(queries.by_email(wish.email)) is not None:
        raise Gone
    wish.used_at = clock.now()
    person = Person(email=wish.email, name=wish.name, password_hash=wish.password_hash, language=wish.language)
    person.email_verified_at = clock.now()
    wish.password_hash, wish.carries = "", {}
    db.session().add(person)
    db.session().flush()
    return person


def ask_for_reset(email: str, *, language: str) -> None:
    """Mail a link for a new password, or to an unknown address that there is no account."""
    person = db.session().scalar(queries.by_email(email))
    if person is None:
        mail.queue("no_account", address=email, language=language)
        return
    token = mail_token(person, MailTokenPurpose.RESET_PASSWORD)
    mail.queue(
        "reset_password", address=email, language=person.language, person_id=person.id, name=person.name, token=token
    )


def mail_token(person: Person, purpose: MailTokenPurpose, *, new_email: str | None = None) -> str:
    """A fresh token for a link; earlier ones of the same purpose are no good any more."""
    void_links(person, purpose)
    token = secrets.token_urlsafe(32)
    row = MailToken(person_id=person.id, purpose=purpose, token_hash=token_hash(token), new_email=new_email)
    row.expires_at = clock.now() + LINK_LASTS
    db.session().add(row)
    return token


def void_links(person: Person, *purposes: MailTokenPurpose) -> None:
    """The links of a person that were not followed yet are no good any more: those for a purpose, or all."""
    open_ones = (MailToken.person_id == person.id, MailToken.used_at.is_(None))
    named = MailToken.purpose.in_(purposes or MailTokenPurpose)
    db.session().execute(update(MailToken).where(*open_ones, named).values(used_at=clock.now()))


def reset_password(link: MailToken, password: str) -> Person:
    """A new password by a mailed link; every sign-in ends, and every other link."""
    if not link.usable:
        raise Gone
    link.person.set_password(password)
    end_all(link.person)
    void_links(link.person)
    mail.queue(
        "password_changed",
        address=str(link.person.email),
        language=link.person.language,
        person_id=link.person.id,
        name=link.person.name,
    )
    return link.person
