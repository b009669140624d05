"""Rate limits on every write, counted in Valkey: per person when signed in, else per address."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from time import time
from typing import Any, TypeVar, cast

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_login import current_user

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


limiter = Limiter(key_func=who, key_prefix="limit", strategy="moving-window")


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
    return cast(
        "Callable[[View], View]",
        limiter.limit(
            rate,
            key_func=by or (address if by_address else who),
            exempt_when=lambda: request.method in SAFE_METHODS or (visitors and _signed_in()),
            deduct_when=counts,
        ),
    )


def init_app(app: Flask) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = settings(app).limits_url
    limiter.init_app(app)
    app.before_request(_count_write)
    app.after_request(_say_when)


@limiter.shared_limit(WRITES, scope="writes", key_func=who)
def _count() -> None: ...


def _count_write() -> None:
    if request.method not in SAFE_METHODS:
        _count()


def _say_when(response: Response) -> Response:
    """Only whoever has to wait is told how long: to work it out asks Valkey once more."""
    if response.status_code == 429 and (limit := limiter.current_limit):
        response.headers["Retry-After"] = str(max(1, limit.reset_at - int(time())))
    return response
