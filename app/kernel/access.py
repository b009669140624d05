"""Who may do what: actors, grants, rule results, and the decorator by which every route declares its rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, wraps
from importlib import import_module
from typing import Any, cast

from flask import Flask, current_app, g, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, func, select
from werkzeug.exceptions import Forbidden, NotFound, Unauthorized

from app.kernel import db


@dataclass(frozen=True)
class Allowed:
    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Refusal:
    """No, and why. The reason is a translated sentence for the person refused."""

    reason: Any

    def __bool__(self) -> bool:
        return False


Verdict = Allowed | Refusal
ALLOWED = Allowed()


@dataclass(frozen=True)
class Grant:
    """A role held in a scope, such as ("owner", "organisation", 17); a scope_id of None means everywhere."""

    role: str
    scope: str
    scope_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a signed-in person, a visitor (id None), or the system itself."""

    id: int | None = None
    name: str = ""
    grants: frozenset[Grant] = field(default_factory=frozenset)
    facts: frozenset[str] = field(default_factory=frozenset)

    @property
    def signed_in(self) -> bool:
        return self.id is not None

    @property
    def is_system(self) -> bool:
        return "system" in self.facts

    def has(self, role: str | Iterable[str], scope: str, scope_id: int | None = None) -> bool:
        """Whether the actor holds one of the roles in this scope. Grants are exact: no scope contains another."""
        roles = {role} if isinstance(role, str) else set(role)
        return any(g.role in roles and g.scope == scope and g.scope_id == scope_id for g in self.grants)

    def scope_ids(self, scope: str, *roles: str) -> set[int]:
        """The ids of the scopes in which the actor holds one of the roles (any role when none is named)."""
        found = (g for g in self.grants if g.scope == scope and (not roles or g.role in roles))
        return {g.scope_id for g in found if g.scope_id is not None}


LARGEST_ID = 2**63 - 1
VISITOR = Actor()
SYSTEM = Actor(facts=frozenset({"system"}))

_holders: list[Callable[[Any], Any]] = []


def grants_from(held: Callable[[Any], Any]) -> None:
    """Register where roles are held: from a column with a person's id to a statement of role, scope and scope_id."""
    _holders.append(held)


def grants_of(person_id: Any) -> list[ColumnElement[Any]]:
    """Columns that hold all grants of a person, to be read together with something else; see `granted`."""
    held = (holder(person_id) for holder in _holders)
    arrays = (one.with_only_columns(func.json_agg(func.json_build_array(*one.selected_columns))) for one in held)
    return [array.scalar_subquery() for array in arrays]


def granted(columns: Iterable[list[Any] | None]) -> frozenset[Grant]:
    """The grants in the columns of `grants_of`."""
    return frozenset(Grant(*one) for column in columns for one in column or ())


@cache
def _all_grants() -> Select[Any]:
    return select(*grants_of(bindparam("person_id")))


def actor_for(person: Any) -> Actor:
    """The actor of a person row (`id`, `name`, `facts`), with all that was granted to them.

    `person.grants` holds what was read together with the person; None means that nothing was.
    """
    held: frozenset[Grant] | None = person.grants
    if held is None:
        held = granted(db.session().execute(_all_grants(), {"person_id": person.id}).one())
    return Actor(person.id, person.name, held, frozenset(person.facts))


def current_actor() -> Actor:
    """The actor of this request, found once."""
    if "actor" not in g:
        g.actor = actor_for(current_user) if current_user and current_user.is_authenticated else VISITOR
    return g.actor


def check(verdict: Verdict, *, sign_in_helps: bool = True) -> None:
    """Raise 401 for a visitor whom a sign-in might help, and 403 for anybody else, unless the verdict allows."""
    if isinstance(verdict, Refusal):
        failure = Unauthorized if sign_in_helps and not current_actor().signed_in else Forbidden
        raise failure(description=str(verdict.reason))


def one_or_404(select: Select[Any], id: int) -> Any:
    """The one row of a visibility query with this id; 404 for rows that do not exist or must not be seen."""
    return _fetched(_with_id(select), id, None)


def _with_id(select: Select[Any]) -> Select[Any]:
    return select.where(select.column_descriptions[0]["entity"].id == bindparam("one_id"))


def _fetched(select: Select[Any], id: int, me: int | None) -> Any:
    if id > LARGEST_ID:
        raise NotFound
    thing = db.session().scalars(select, {"one_id": id, "me": me}).unique().one_or_none()
    if thing is None:
        raise NotFound
    return thing


ME = cast(int, bindparam("me", type_=BigInteger))


def unnamed(actor: Actor) -> Actor:
    """Anybody who holds the same grants: a statement made for them fits the actor when `me` is given with it.

    To write a statement costs more than to run it, so those that every page needs are written once for each.
    """
    return replace(actor, id=ME, name="") if actor.signed_in else actor


@lru_cache(maxsize=512)
def _statement_for(one: Callable[[Actor], Select[Any]], actor: Actor) -> Select[Any]:
    return _with_id(one(actor))


def requires(rule: Callable[..., Verdict], *, one: Callable[[Actor], Select[Any]] | None = None) -> Callable[..., Any]:
    """Declare a route's rule. With `one` the route's `<int:id>` is loaded through it and handed to rule and view.

    `one` depends on the actor alone, neither on the hour nor on anything else of the request, and the actor's id is
    to it a value that it puts into the query: it is written once for all who hold the same grants.
    """

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            if rule is anyone and one is None:
                return view(**values)
            actor = current_actor()
            if one is None:
                check(rule(actor))
                return view(**values)
            thing = _fetched(_statement_for(one, unnamed(actor)), values.pop("id"), actor.id)
            check(rule(actor, thing))
            return view(thing, **values)

        guarded.access = rule  # type: ignore[attr-defined]
        return guarded

    return declare


def anyone(actor: Actor, thing: Any = None) -> Verdict:
    """Open to all."""
    return ALLOWED


def signed_in(actor: Actor, thing: Any = None) -> Verdict:
    """Open to everybody with an account."""
    return ALLOWED if actor.signed_in else Refusal(_("Sign in to go on."))


public = requires(anyone)


def may(name: str, *things: Any, **facts: Any) -> Verdict:
    """Ask a rule by name from a template: may("proposals.withdraw", proposal)."""
    feature, verb = name.split(".")
    return _rule(feature, verb)(current_actor(), *things, **facts)


@cache
def _rule(feature: str, verb: str) -> Callable[..., Verdict]:
    rule: Callable[..., Verdict] = getattr(import_module(f"app.{feature}.rules"), f"may_{verb}")
    return rule


def deny_undeclared() -> None:
    """Refuse any route that forgot to declare its rule."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and request.endpoint != "static" and not hasattr(view, "access"):
        raise Forbidden


def init_app(app: Flask) -> None:
    app.before_request(deny_undeclared)
    app.context_processor(lambda: {"actor": current_actor(), "may": may})
