from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import joinedload

from app.identity.models import MailToken, MailTokenPurpose, Person, Role, RoleName, SignIn, SignUp
from app.kernel import db, mail
from app.kernel.access import Actor
from app.kernel.tokens import token_hash


def visible_to(actor: Actor) -> Select[Person]:
    """The people whose page may be seen: all but the erased."""
    return select(Person).where(Person.erased_at.is_(None))


def by_email(email: str) -> Select[Person]:
    """The account of an address, whatever the case of its letters."""
    return select(Person).where(func.lower(Person.email) == email.strip().lower())


def named(words: str) -> Select[Person]:
    """People by e-mail address or by a part of the name, for those who give roles."""
    if "@" in words:
        return by_email(words)
    pattern = "%" + words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    alive = and_(Person.erased_at.is_(None), Person.email.is_not(None))
    return select(Person).where(alive, Person.name.ilike(pattern)).order_by(Person.name, Person.id)


def sign_up_of(token: str) -> Select[SignUp]:
    return select(SignUp).where(SignUp.token_hash == token_hash(token))


def link_of(token: str, purpose: MailTokenPurpose) -> Select[MailToken]:
    wanted = (MailToken.token_hash == token_hash(token), MailToken.purpose == purpose)
    return select(MailToken).options(joinedload(MailToken.person)).where(*wanted)


def sign_ins_of(actor: Actor) -> Select[SignIn]:
    """The actor's own current sign-ins, the last used first."""
    mine = (SignIn.person_id == actor.id, SignIn.ended_at.is_(None))
    return select(SignIn).where(*mine).order_by(SignIn.seen_at.desc(), SignIn.id.desc())


def roles_seen_by(actor: Actor) -> Select[Role]:
    """Every role ever given, as far as the actor administers: the audit trail."""
    everyone = (joinedload(Role.person), joinedload(Role.given_by), joinedload(Role.ended_by))
    own: ColumnElement[bool] = Role.municipality_id.in_(actor.scope_ids("municipality", "administrator"))
    if actor.is_system or actor.has("platform_administrator", "platform"):
        own = true()
    return select(Role).options(*everyone).where(own)


def roles_held(actor: Actor) -> Select[Role]:
    """The roles that are held now, as far as the actor administers."""
    return (
        roles_seen_by(actor)
        .where(Role.ended_at.is_(None))
        .order_by(Role.municipality_id.nulls_first(), Role.name, Role.id)
    )


def platform_administrators() -> Select[Role]:
    return select(Role).where(Role.name == RoleName.PLATFORM_ADMINISTRATOR, Role.ended_at.is_(None)).order_by(Role.id)


def dead_mails(actor: Actor) -> Select[mail.OutgoingMail]:
    """Mails that were given up: all of them, or those to people of the municipalities that the actor administers."""
    dead = select(mail.OutgoingMail).where(mail.OutgoingMail.state == mail.MailState.DEAD)
    if actor.is_system or actor.has("platform_administrator", "platform"):
        return dead
    mine = Person.municipality_id.in_(actor.scope_ids("municipality", "administrator"))
    return dead.join(Person, Person.id == mail.OutgoingMail.person_id).where(mine)


def names_of(people: set[int | None]) -> dict[int, str]:
    """What people are called."""
    named = select(Person.id, Person.name).where(Person.id.in_(people))
    return {row.id: row.name for row in db.session().execute(named)}


def held_by(person_id: int) -> Select[Role]:
    return select(Role).where(Role.person_id == person_id).order_by(Role.id)
