"""What everybody sees alike is made once and kept for a moment: parts of pages here, whole pages in `kernel/pages.py`.

Everything kept belongs to a generation, a random name in Valkey. Whoever commits a change to something that is shown
names the next one, and nothing of an older generation is served again. A request learns its generation before it reads
from the database, so what it makes is never kept for longer than it is true. Without Valkey nothing is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from secrets import token_hex, token_urlsafe
from threading import Lock
from time import monotonic
from typing import Any

from flask import Flask, current_app, g, has_app_context, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from redis import Redis, RedisError
from sqlalchemy import Table, event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from app.kernel import access, clock, i18n
from app.kernel.html import printable, rendered
from app.kernel.settings import settings

GENERATION = "torvet:generation"
HOLE = f"\ue000{token_hex(8)}\ue000"
"""Stands in what is kept where something of the reader's own goes; see `own`. Nobody can know it to write it."""
LARGEST, ALL = 512 * 1024, 48 * 1024 * 1024
"""Bytes of one thing kept, and of everything kept in one process."""
PATIENCE = 0.25
"""Seconds for which visitors' pages rely on the generation that their process knows."""
AWAY = 5.0
"""Seconds for which Valkey is not asked again after it did not answer."""

READER = access.Actor(id=0, facts=frozenset({"email_verified"}))
"""Somebody signed in who has no part in anything."""


class Store:
    """Things kept for a while, the oldest unused leaving first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[float, int, Any]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Any:
        with self._lock:
            until, _, value = self._kept.get(key, (0.0, 0, None))
            if value is not None and until > monotonic():
                self._kept.move_to_end(key)
                return value
            return None

    def put(self, key: Hashable, value: Any, size: int, seconds: int) -> None:
        if size > LARGEST:
            return
        with self._lock:
            self._size += size - self._kept.pop(key, (0, 0, None))[1]
            self._kept[key] = (monotonic() + seconds, size, value)
            while self._size > ALL:
                _, (_, gone, _) = self._kept.popitem(last=False)
                self._size -= gone


store = Store()


class Generations:
    """The name of the present generation, in Valkey. While Valkey is away it is asked only now and then."""

    def __init__(self, url: str) -> None:
        self._valkey = Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
        self._away_until = 0.0
        self._known: tuple[float, bytes | None] = (0.0, None)

    def present(self) -> bytes | None:
        """The generation now; None when nobody can tell."""
        began = monotonic()
        name = self._ask(lambda: self._valkey.get(GENERATION) or self._first())
        self._known = began, name
        return name

    def lately(self) -> bytes | None:
        """The generation as it was at most `PATIENCE` ago; what this process changed itself it knows at once."""
        asked, name = self._known
        return name if monotonic() - asked < PATIENCE else self.present()

    def next(self) -> None:
        name = _name()
        said = self._ask(lambda: self._valkey.set(GENERATION, name))
        self._known = monotonic(), name if said else None

    def _first(self) -> Any:
        self._valkey.set(GENERATION, _name(), nx=True)
        return self._valkey.get(GENERATION)

    def _ask(self, question: Callable[[], Any]) -> Any:
        if monotonic() < self._away_until:
            return None
        try:
            return question()
        except RedisError:
            self._away_until = monotonic() + AWAY
            return None


def _name() -> bytes:
    """A name that was never used before, even if Valkey forgot everything."""
    return token_hex(8).encode()


def generations(app: Flask) -> Generations | None:
    """None where nothing is kept."""
    return app.extensions.get("generations")


def part(
    name: str, *key: Hashable, make: Callable[[], Markup], reader: access.Actor = access.VISITOR, when: bool = True
) -> Markup:
    """A part of a page that is the same for everybody (`when` says so), as `reader` would see it.

    It is made for `reader` even when somebody else asks first, so that nothing personal can be kept.
    """
    now = g.get("generation")
    if now is None or not when:
        return make()
    place = (now, name, key, i18n.tongue(), clock.today())
    kept: Markup | None = store.get(place)
    if kept is None:
        with _seen_by(reader):
            kept = make()
        _check_nothing_personal(kept)
        store.put(place, kept, len(kept), settings().keep_seconds)
    return _filled(kept) if HOLE in kept else kept


def _filled(kept: Markup) -> Markup:
    for hole, value in _own.items():
        if hole in kept:
            kept = kept.replace(hole, value())
    return kept


def _check_nothing_personal(kept: str) -> None:
    secrets = [g.get(name) for name in ("csrf_token", "csp_nonce")]
    if any(secret in kept for secret in secrets if secret):
        raise RuntimeError("A part of a page that is kept for everybody holds somebody's own token.")


@contextmanager
def _seen_by(reader: access.Actor) -> Iterator[None]:
    actor = access.current_actor()
    g.actor, g.for_everybody = reader, True
    try:
        yield
    finally:
        g.actor, g.for_everybody = actor, False


_own: dict[str, Callable[[], str]] = {}


def own(name: str, value: Callable[[], str]) -> Callable[[], str]:
    """Something that every answer has of its own: in a part that is kept for everybody, the hole where it goes."""
    hole = f"{HOLE}{name};"
    _own[hole] = value
    return lambda: hole if g.get("for_everybody") else value()


token = own("token", lambda: str(generate_csrf()))
once = own("once", lambda: token_urlsafe(16))
here = own("here", lambda: printable(request.full_path.rstrip("?")) if request else "/")


def same_for_all(template: str, **facts: Hashable) -> Markup:
    """A template that depends on these facts and on the language alone, wherever it stands."""
    return part(template, *facts.items(), make=lambda: rendered(template, **facts))


def _notice(session: Session, table: Any) -> None:
    if isinstance(table, Table) and not table.info.get("quiet"):
        session.info["shows"] = True


@event.listens_for(Session, "after_flush")
def _flushed(session: Session, context: Any) -> None:
    for changed in (session.new, session.dirty, session.deleted):
        for row in changed:
            _notice(session, row.__table__)


@event.listens_for(Session, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    """A statement that changes a table inside a question says so itself, by its option `changes`."""
    if state.is_insert or state.is_update or state.is_delete:
        _notice(state.session, getattr(state.statement, "table", None))
    elif (changed := state.execution_options.get("changes")) is not None:
        _notice(state.session, changed)


@event.listens_for(Session, "after_transaction_end")
def _settled(session: Session, transaction: SessionTransaction) -> None:
    """Start a new generation after the end of a whole transaction that changed something shown."""
    shows = transaction.parent is None and session.info.pop("shows", False)
    if shows and has_app_context() and (known := generations(current_app)):
        known.next()


def _begin() -> None:
    if request.method == "GET" and request.endpoint != "static":
        known = request.environ.get("torvet.generation")
        asked = generations(current_app)
        g.generation = known or (asked.present() if asked else None)


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.jinja_env.globals.update(csrf_token=token, here=here, same_for_all=same_for_all)
    app.context_processor(lambda: {"csrf_token": token})
    if settings(app).keep_seconds:
        app.extensions["generations"] = Generations(settings(app).redis_url)
