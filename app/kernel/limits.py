"""Rate limits on every write, counted in Valkey by Flask-Limiter: per person when signed in, else per address."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import time
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, request
from flask_limiter import ApplicationLimit, Limiter
from limits import RateLimitItem
from limits.strategies import RateLimiter

from app.kernel.access import current_actor
from app.kernel.settings import settings

View = TypeVar("View", bound=Callable[..., Any])

WRITES = "60 per minute; 600 per hour"
SIGN_IN = "10 per minute; 60 per hour"
MAIL = "5 per minute; 20 per hour"
UPLOADS = "30 per minute; 200 per hour"

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def who() -> str:
    """Whom a request counts against."""
    me = current_actor().id
    return f"address:{address()}" if me is None else f"person:{me}"


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
    return current_actor().signed_in


class PerApplication(Limiter):
    """Flask-Limiter remembers one counter; here each application has its own, so that several live in one process."""

    @property
    def limiter(self) -> RateLimiter:
        counter: RateLimiter = current_app.extensions["limits"]
        return counter

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        app.extensions["limits"] = self._limiter


limiter = PerApplication(
    who,
    application_limits=[ApplicationLimit(WRITES, scope="writes")],
    key_prefix="limit",
    strategy="moving-window",
)


@limiter.request_filter
def _reads() -> bool:
    return request.method in SAFE_METHODS


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
    limited = limiter.limit(
        rate,
        key_func=by or (address if by_address else who),
        exempt_when=_signed_in if visitors else None,
        deduct_when=counts,
    )
    return cast("Callable[[View], View]", limited)


def hit(rate: RateLimitItem, scope: str, key: str) -> bool:
    """Count one more of something that is no request; whether there was room for it."""
    return limiter.limiter.hit(rate, "limit", key, scope)


def _say_when(response: Response) -> Response:
    """Whoever is turned away is told how long to wait; nobody else is, since to work it out asks Valkey once more."""
    if response.status_code == 429 and (breached := limiter.current_limit):
        response.headers["Retry-After"] = str(max(1, ceil(breached.window.reset_time - time())))
    return response


def init_app(app: Flask) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = settings(app).limits_url
    limiter.init_app(app)
    app.after_request(_say_when)
