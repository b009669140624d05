from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import joinedload

from app.identity.models import (
    MailToken,
    MailTokenPurpose,
    OfferOutcome,
    Person,
    Role,
    RoleName,
    RoleOffer,
    SignIn,
    SignUp,
)
from app.kernel import clock, db, mail
from app.kernel.access import Actor, Grant
from app.kernel.tokens import token_hash


def visible_to(actor: Actor) -> Select[Person]:
    """The people whose page may be seen: all but the erased."""
    return select(Person).where(Person.erased_at.is_(None))


def by_email(email: str) -> Select[Person]:
    """The account of an address, whatever the case of its letters."""
    return select(Person).where(func.lower(Person.email) == email.strip().lower())


def sign_up_of(token: str) -> Select[SignUp]:
    return select(SignUp).where(SignUp.token_hash == token_hash(token))


def link_of(token: str, purpose: MailTokenPurpose) -> Select[MailToken]:
    wanted = (MailToken.token_hash == token_hash(token), MailToken.purpose == purpose)
    return select(MailToken).options(joinedload(MailToken.person)).where(*wanted)


def sign_ins_of(actor: Actor) -> Select[SignIn]:
    """The actor's own current sign-ins, the last used first."""
    mine = (SignIn.person_id == actor.id, SignIn.ended_at.is_(None))
    return select(SignIn).where(*mine).order_by(SignIn.seen_at.desc(), SignIn.id.desc())


def _administered(municipality_id: Any, actor: Actor) -> ColumnElement[bool]:
    """What lies in a municipality that the actor administers; a platform administrator's is everything."""
    if actor.is_system or actor.has("platform_administrator", "platform"):
        return true()
    own: ColumnElement[bool] = municipality_id.in_(actor.scope_ids("municipality", "administrator"))
    return own


def roles_seen_by(actor: Actor) -> Select[Role]:
    """Every role ever given, as far as the actor administers."""
    everyone = (joinedload(Role.person), joinedload(Role.given_by), joinedload(Role.ended_by))
    return select(Role).options(*everyone).where(_administered(Role.municipality_id, actor))


def roles_held(actor: Actor) -> Select[Role]:
    """The roles that are held now, as far as the actor administers."""
    return (
        roles_seen_by(actor)
        .where(Role.ended_at.is_(None))
        .order_by(Role.municipality_id.nulls_first(), Role.name, Role.id)
    )


def offers_seen_by(actor: Actor) -> Select[RoleOffer]:
    """Every role ever offered, as far as the actor administers."""
    return select(RoleOffer).where(_administered(RoleOffer.municipality_id, actor))


def offers_waiting(actor: Actor) -> Select[RoleOffer]:
    """The offers that can still be answered, as far as the actor administers, newest first."""
    open_ones = (RoleOffer.outcome.is_(None), RoleOffer.expires_at > clock.now())
    seen = offers_seen_by(actor).options(joinedload(RoleOffer.offered_by))
    return seen.where(*open_ones).order_by(RoleOffer.id.desc())


def offer_of(token: str) -> Select[RoleOffer]:
    return select(RoleOffer).where(RoleOffer.token_hash == token_hash(token))


def unsettled_offers(*conditions: ColumnElement[bool]) -> Select[RoleOffer]:
    return select(RoleOffer).where(RoleOffer.outcome.is_(None), *conditions).order_by(RoleOffer.id)


def offers_to(email: str) -> Select[RoleOffer]:
    """Those whose address is remembered."""
    return select(RoleOffer).where(RoleOffer.email == email.lower()).order_by(RoleOffer.id)


def offers_of(person: Person) -> Select[RoleOffer]:
    """What was offered to somebody, as far as it is known that it was they."""
    taken = and_(RoleOffer.outcome == OfferOutcome.ACCEPTED, RoleOffer.settled_by_id == person.id)
    sent = RoleOffer.email == str(person.email).lower()
    return select(RoleOffer).where(or_(sent, taken)).order_by(RoleOffer.id)


def giver(person_id: int | None) -> Actor:
    """Somebody who offered a role, with the roles that they hold now."""
    grants = (
        Grant(row.name.value, "municipality" if row.municipality_id else "platform", row.municipality_id)
        for row in db.session().execute(held_now(person_id))
    )
    return Actor(person_id, grants=frozenset(grants))


def answering(offer: RoleOffer, actor: Actor) -> dict[str, Any]:
    """What the rules ask of somebody who answers an offer: what its giver may now, and their own confirmed address."""
    confirmed = select(func.lower(Person.email)).where(Person.id == actor.id, Person.email_verified_at.is_not(None))
    return {"giver": giver(offer.offered_by_id), "address": db.session().scalar(confirmed)}


def role_trail(actor: Actor) -> Select[Any]:
    """The audit trail, as far as the actor administers: a line for all that was done to a role or an offer of one."""
    over = or_(RoleOffer.outcome.is_not(None), RoleOffer.expires_at <= clock.now())
    outcome = func.coalesce(type_coerce(RoleOffer.outcome, String), OfferOutcome.EXPIRED.value)
    settled_at = func.coalesce(RoleOffer.settled_at, RoleOffer.expires_at)
    taker = case((RoleOffer.outcome == OfferOutcome.ACCEPTED, RoleOffer.settled_by_id))
    given, offered = _administered(Role.municipality_id, actor), _administered(RoleOffer.municipality_id, actor)
    role, offer = (Role.person_id, cast(null(), String)), (taker, RoleOffer.email)
    lines = union_all(
        _line(Role, literal("given"), Role.given_at, Role.given_by_id, *role).where(given),
        _line(Role, literal("ended"), Role.ended_at, Role.ended_by_id, *role).where(given, Role.ended_at.is_not(None)),
        _line(RoleOffer, literal("offered"), RoleOffer.offered_at, RoleOffer.offered_by_id, *offer).where(offered),
        _line(RoleOffer, outcome, settled_at, RoleOffer.settled_by_id, *offer).where(offered, over),
    )
    return select(*lines.subquery("lines").c)


def _line(table: type[Role | RoleOffer], what: Any, at: Any, by_id: Any, person_id: Any, email: Any) -> Select[Any]:
    """What happened to a role or an offer, when, by whom, and to which person or address."""
    named = {"at": at, "what": what, "by_id": by_id, "person_id": person_id, "email": email}
    columns = (column.label(name) for name, column in named.items())
    return select(table.id, table.name, table.municipality_id, *columns)


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


def row_of(person_id: int | None) -> Select[int]:
    """The row of a person, to be locked."""
    return select(Person.id).where(Person.id == person_id)


def held_now(person_id: int | None) -> Select[RoleName, int | None]:
    """Which roles somebody holds, and where; in the order in which roles are locked."""
    held = select(Role.name, Role.municipality_id).where(Role.person_id == person_id, Role.ended_at.is_(None))
    return held.order_by(Role.municipality_id.nulls_first(), Role.id)


def held_by(person_id: int) -> Select[Role]:
    return select(Role).where(Role.person_id == person_id).order_by(Role.id)
