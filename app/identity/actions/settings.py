"""What people change about their own account."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, update
from werkzeug.exceptions import Gone

from app.identity import ports, queries, rules
from app.identity.actions.accounts import mail_token, void_links
from app.identity.actions.offers import forget_address, withdraw_unbacked
from app.identity.actions.sign_ins import end_all
from app.identity.models import ERASED_NAME, MailToken, MailTokenPurpose, Person, Role, SignIn, SignUp
from app.kernel import clock, db, files, mail, uploads
from app.kernel.access import Actor, check
from app.kernel.mail import OutgoingMail
from app.kernel.uploads import Upload


def save_profile(
    person: Person, *, by: Actor, photo: Upload | None = None, without_photo: bool = False, **values: Any
) -> None:
    """Name, about, municipality, language and photo."""
    check(rules.may_change(by, person))
    for name in ("name", "about", "municipality_id", "language"):
        setattr(person, name, values[name])
    stored = uploads.claim(photo, by=by)
    if stored is not None or without_photo:
        _drop_photo(person)
        person.photo = stored


def _drop_photo(person: Person) -> None:
    if person.photo is not None:
        files.remove(person.photo)
        person.photo = None


def change_language(person: Person, language: str) -> None:
    person.language = language


def change_password(person: Person, password: str, *, by: Actor) -> None:
    """A new password; every sign-in and every mailed link ends, and the caller starts a new one for this browser."""
    check(rules.may_change(by, person))
    person.set_password(password)
    end_all(person)
    void_links(person)
    mail.queue("password_changed", **_addressed(person))


def ask_for_new_email(person: Person, new_email: str, *, by: Actor) -> None:
    """Mail a link to the new address; to the owner of a known one a note that somebody tried."""
    check(rules.may_change(by, person))
    owner = db.session().scalar(queries.by_email(new_email))
    if owner is not None:
        mail.queue("account_exists", **_addressed(owner))
        return
    token = mail_token(person, MailTokenPurpose.CHANGE_EMAIL, new_email=new_email)
    mail.queue("confirm_new_email", **(_addressed(person) | {"address": new_email}), token=token)


def confirm_new_email(link: MailToken) -> Person:
    """The new address is theirs; the old one is told. The link is good once, and as long as nobody else took it."""
    taken = link.new_email is not None and db.session().scalar(queries.by_email(link.new_email)) is not None
    if not link.usable or taken:
        raise Gone
    void_links(link.person)
    mail.queue("email_changed", **_addressed(link.person), new_email=link.new_email)
    link.person.email, link.person.email_verified_at = link.new_email, clock.now()
    return link.person


def _addressed(person: Person) -> dict[str, Any]:
    return {
        "address": str(person.email),
        "language": person.language,
        "person_id": person.id,
        "name": person.name,
    }


def erase(person: Person, *, by: Actor) -> None:
    """Empty the row of everything personal and end all that hangs on it; acts stay, without a name."""
    session, moment = db.session(), clock.now()
    in_charge = session.scalars(queries.platform_administrators().with_for_update())
    session.execute(queries.row_of(person.id).with_for_update(key_share=True))
    hindrances = [*ports.hindrances(person.id), *rules.alone_in_charge(person, [row.person_id for row in in_charge])]
    check(rules.may_be_erased(by, person, hindrances=hindrances))
    ports.erase(person.id)
    held = (Role.person_id == person.id, Role.ended_at.is_(None))
    session.execute(update(Role).where(*held).values(ended_at=moment, ended_by_id=by.id))
    withdraw_unbacked(person, by=by)
    forget_address(str(person.email))
    session.execute(delete(SignIn).where(SignIn.person_id == person.id))
    session.execute(delete(MailToken).where(MailToken.person_id == person.id))
    session.execute(delete(SignUp).where(SignUp.email == person.email))
    letters = or_(OutgoingMail.person_id == person.id, OutgoingMail.address == person.email)
    session.execute(delete(OutgoingMail).where(letters))
    _drop_photo(person)
    person.email = person.password_hash = person.municipality_id = person.email_verified_at = None
    person.name, person.about, person.erased_at = ERASED_NAME, "", moment
