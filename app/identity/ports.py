"""How the house knows who is signed in and which roles they hold, and what later features add to a person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Flask, session
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager
from sqlalchemy import ColumnElement, Executable, Select, String, bindparam, case, or_, select, type_coerce
from sqlalchemy.orm import joinedload, load_only

from app.identity.models import MailToken, Person, Role, RoleOffer, SignIn, SignUp
from app.kernel import clock, db, letters
from app.kernel.access import Actor, granted, grants_from, grants_of
from app.kernel.mail import OutgoingMail
from app.kernel.tokens import token_hash

login_manager = LoginManager()

SIGN_IN_LASTS, STAFF_SIGN_IN_LASTS = timedelta(days=30), timedelta(hours=12)
"""How long a sign-in may rest before it is over: anybody's, and that of people with a role, who see more."""
ROLES_IN = {"municipality", "platform"}
"""The scopes in which roles are held."""
SEEN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class Home:
    """A municipality as identity needs it: a person lives there, a role is held there."""

    id: int
    name: str
    path: str


HomesProvider = Callable[[], list[Home]]
Exporter = Callable[[int], Any]
Eraser = Callable[[int], None]
Hindrance = Callable[[int], Iterable[str]]
RoleReader = Callable[[Role, Actor], None]

_homes: list[HomesProvider] = []
_exporters: dict[str, Exporter] = {}
exported_columns: set[str] = set()
"""The columns, as "table.column", by which the export finds what a person has, did and wrote."""
INTERNAL = {"search", "version", "case_id", "thread_id", "draft_key", "similar_ids", "token_hash"}
_erasers: list[Eraser] = []
_hindrances: list[Hindrance] = []
_role_readers: list[RoleReader] = []


def homes_by(provider: HomesProvider) -> HomesProvider:
    """Register the function that lists the municipalities, in the order of the Danish alphabet."""
    _homes.append(provider)
    return provider


def homes() -> list[Home]:
    return [home for provider in _homes for home in provider()]


def home_name(id: int | None) -> str:
    """What a municipality is called; nothing for none."""
    return next((home.name for home in homes() if home.id == id), "") if id else ""


def exports(name: str) -> Callable[[Exporter], Exporter]:
    """Register what a feature holds on a person, as plain JSON, for the person's own export: fn(person_id)."""

    def register(exporter: Exporter) -> Exporter:
        _exporters[name] = exporter
        return exporter

    return register


def exports_rows(name: str, of: Callable[[int], Executable], *whose: Any) -> None:
    """Register the rows that a statement finds for a person: `of(person_id)` selects columns by name.

    `whose` are the columns that name the person; a test asks that every such column of the house is exported.
    """

    def rows(person_id: int) -> list[dict[str, Any]]:
        found = db.session().execute(of(person_id)).mappings()
        return [{name: _plain(value) for name, value in row.items()} for row in found]

    _exporters[name] = rows
    exported_columns.update(f"{column.class_.__tablename__}.{column.key}" for column in whose)


def exports_table(name: str, *whose: Any, hide: Collection[str] = ()) -> None:
    """Register all that the rows of one table say in which a column of `whose` names the person, without `hide`."""

    def of(person_id: int) -> Executable:
        mine = or_(*(column == person_id for column in whose))
        return select(*whole(whose[0].class_, *hide)).where(mine).order_by(*whose[0].class_.__table__.primary_key)

    exports_rows(name, of, *whose)


def whole(model: Any, *hidden: str) -> list[Any]:
    """The columns of a table that mean something outside the square, and name no other person."""
    people = {column.name for column in model.__table__.c if column.references(Person.__table__.c.id)}
    left_out = {*people, *hidden, *INTERNAL}
    return [column for column in model.__table__.c if column.name not in left_out]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float, str, list, dict)) else str(value)


def exported(person_id: int) -> dict[str, Any]:
    return {name: exporter(person_id) for name, exporter in _exporters.items()}


def on_erasure(eraser: Eraser) -> Eraser:
    """Register what a feature does when a person is erased, in the same transaction: fn(person_id)."""
    _erasers.append(eraser)
    return eraser


def erase(person_id: int) -> None:
    for eraser in _erasers:
        eraser(person_id)


def hinders_erasure(hindrance: Hindrance) -> Hindrance:
    """Register a function that gives sentences on what has to be settled before a person can be erased."""
    _hindrances.append(hindrance)
    return hindrance


def hindrances(person_id: int) -> list[str]:
    return [sentence for hindrance in _hindrances for sentence in hindrance(person_id)]


def on_role_change(reader: RoleReader) -> RoleReader:
    """Register a function that hears of each role given or ended: fn(role, by)."""
    _role_readers.append(reader)
    return reader


def role_changed(role: Role, by: Actor) -> None:
    for reader in _role_readers:
        reader(role, by)


def _good_links(table: Any) -> letters.GoodIds:
    """Of letters whose context holds the token of a link: those whose link was neither used, replaced nor forgotten."""

    def good(found: Collection[letters.Letter]) -> set[int]:
        ids = {token_hash(letter.context["token"]): letter.id for letter in found}
        links = db.session().scalars(select(table).where(table.token_hash.in_(ids)))
        return {ids[link.token_hash] for link in links if link.usable}

    return good


exported_columns.update(("sign_ins.person_id", "roles.person_id", "stored_files.created_by_id"))  # schemas.export_of
exports_table("links_mailed", MailToken.person_id)
exports_table("roles_given_and_ended", Role.given_by_id, Role.ended_by_id)
exports_table("role_offers_made", RoleOffer.offered_by_id, RoleOffer.settled_by_id, hide={"email"})
NOT_SAID = {"context", "headers", "message_id", "last_error", "attempts", "due_at"}
exports_table("letters", OutgoingMail.person_id, hide=NOT_SAID)


letters.describe("account_exists", _l("There is an account already"))
letters.describe("confirm_new_email", _l("The link that confirms a new e-mail address"), _good_links(MailToken))
letters.describe("confirm_sign_up", _l("The link that confirms a new account"), _good_links(SignUp))
letters.describe("email_changed", _l("The e-mail address was changed"))
letters.describe("no_account", _l("There is no account"))
letters.describe("password_changed", _l("The password was changed"))
letters.describe("reset_password", _l("The link to choose a new password"), _good_links(MailToken))
letters.describe("role_ended", _l("A role has ended"))
letters.describe("role_given", _l("A role was given"))
letters.describe("role_offered", _l("The offer of a role"), _good_links(RoleOffer))

_along: dict[str, Callable[[Any], ColumnElement[Any]]] = {}


def reads_along(name: str, of: Callable[[Any], ColumnElement[Any]]) -> None:
    """Register a value that every page needs of whoever is signed in: it is read in the same statement as they are.

    `of` makes it of the column with the person's id; pages find it as `current_user.along[name]`.
    """
    _along[name] = of


ON_EVERY_PAGE = (
    *(Person.name, Person.language, Person.municipality_id, Person.version),
    *(Person.email_verified_at, Person.erased_at),
)
"""What is read of whoever is signed in; their own pages read the rest."""


@cache
def _with_token() -> Select[Any]:
    """The sign-in with a token, its person, the values read along, and all grants."""
    along = [of(SignIn.person_id) for of in _along.values()]
    person = joinedload(SignIn.person).load_only(*ON_EVERY_PAGE)
    signed_in = load_only(SignIn.person_id, SignIn.seen_at)
    found: Select[Any] = select(SignIn, *along, *grants_of(SignIn.person_id)).options(signed_in, person)
    return found.where(SignIn.token_hash == bindparam("token_hash"), SignIn.ended_at.is_(None))


@login_manager.user_loader  # type: ignore[untyped-decorator]
def person_of(token: str) -> Person | None:
    """The person whose sign-in has this token, unless it was ended or has rested for too long."""
    found = db.session().execute(_with_token(), {"token_hash": token_hash(token)}).one_or_none()
    if found is None:
        return None
    sign_in, *others = found
    person: Person = sign_in.person
    person.grants = granted(others[len(_along) :])
    lasts = STAFF_SIGN_IN_LASTS if any(one.scope in ROLES_IN for one in person.grants) else SIGN_IN_LASTS
    if person.erased or sign_in.seen_at < clock.now() - lasts:
        return None
    if sign_in.seen_at < clock.now() - SEEN_EVERY:
        sign_in.seen_at = clock.now()
        session.modified = True  # so that the cookie lasts as long as the sign-in
    person.sign_in_token = token
    person.along = dict(zip(_along, others, strict=False))
    return person


IN_MUNICIPALITY = Role.municipality_id.is_not(None)
grants_from(
    lambda person_id: select(
        type_coerce(Role.name, String),
        case((IN_MUNICIPALITY, "municipality"), else_="platform"),
        Role.municipality_id,
    ).where(Role.person_id == person_id, Role.ended_at.is_(None))
)


def init_app(app: Flask) -> None:
    login_manager.session_protection = None  # a sign-in is ended by its row, not by a change of address or browser
    login_manager.init_app(app)
    app.config["PERMANENT_SESSION_LIFETIME"] = SIGN_IN_LASTS
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
