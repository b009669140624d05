"""Rate limits on every write, counted in Valkey: per person when signed in, else per address."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial, wraps
from ipaddress import IPv6Address, ip_address, ip_network
from time import time
from typing import Any, TypeVar, cast

from flask import Flask, Response, after_this_request, current_app, request
from flask_login import current_user
from limits import RateLimitItem, parse_many
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from app.kernel.settings import settings

View = TypeVar("View", bound=Callable[..., Any])

WRITES = "60 per minute; 600 per hour"
SIGN_IN = "10 per minute; 60 per hour"
MAIL = "5 per minute; 20 per hour"
UPLOADS = "30 per minute; 200 per hour"

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def who() -> str:
    """Whom a request counts against."""
    if _signed_in():
        return f"person:{current_user.id}"
    return f"address:{address()}"


def address() -> str:
    """Where a request comes from. Of IPv6 it is the network: whoever has one address there has all of it."""
    told = request.remote_addr or "127.0.0.1"
    try:
        given = ip_address(told)
    except ValueError:
        return told
    if isinstance(given, IPv6Address):
        return str(given.ipv4_mapped or ip_network((given, 64), strict=False))
    return str(given)


def _signed_in() -> bool:
    return bool(current_user and current_user.is_authenticated)


@dataclass(frozen=True)
class Limit:
    """So many of something in so much time, counted by whoever `key` names."""

    rates: tuple[RateLimitItem, ...]
    scope: str
    key: Callable[[], str]

    def take(self) -> None:
        """Count one more; raise where there is no room for it."""
        self._ask(_counter().hit)

    def look(self) -> None:
        """Raise where there is no room for one more."""
        self._ask(_counter().test)

    def _ask(self, question: Callable[..., bool]) -> None:
        key = self.key()
        for rate in self.rates:
            if not question(rate, "limit", self.scope, key):
                over = _counter().get_window_stats(rate, "limit", self.scope, key).reset_time
                raise TooManyRequests(retry_after=max(1, int(over - time())))


def limit(
    rate: str,
    *,
    by_address: bool = False,
    visitors: bool = False,
    by: Callable[[], str] | None = None,
    counts: Callable[[Response], bool] | None = None,
) -> Callable[[View], View]:
    """A tighter limit for one route's writes, on top of the limit that every write has.

    `by` names what is counted; with `counts` only the answers it holds true for are, with `visitors` only those of
    people who are not signed in.
    """
    rates, key = tuple(parse_many(rate)), by or (address if by_address else who)

    def declare(view: View) -> View:
        mine = Limit(rates, f"{view.__module__}.{view.__qualname__}", key)

        @wraps(view)
        def limited(*things: Any, **values: Any) -> Any:
            if request.method not in SAFE_METHODS and not (visitors and _signed_in()):
                if counts is None:
                    mine.take()
                else:
                    mine.look()
                    after_this_request(partial(_take_if, counts, mine))
            return view(*things, **values)

        return cast(View, limited)

    return declare


def _take_if(counts: Callable[[Response], bool], limit: Limit, response: Response) -> Response:
    """Count an answer of the kind that counts; it has been given, so there is no more to refuse."""
    if counts(response):
        with suppress(TooManyRequests):
            limit.take()
    return response


def hit(rate: RateLimitItem, scope: str, key: str) -> bool:
    """Count one more of something that is no request; whether there was room for it."""
    return _counter().hit(rate, "limit", scope, key)


WRITTEN = Limit(tuple(parse_many(WRITES)), "writes", who)


def _count_write() -> None:
    if request.method not in SAFE_METHODS:
        WRITTEN.take()


def _counter() -> MovingWindowRateLimiter:
    return cast(MovingWindowRateLimiter, current_app.extensions["limits"])


def init_app(app: Flask) -> None:
    app.extensions["limits"] = MovingWindowRateLimiter(storage_from_string(settings(app).limits_url))
    app.before_request(_count_write)
