"""Secret tokens: the browser or the letter holds one, the tables only this of it."""

from __future__ import annotations

import hashlib
import hmac

from app.kernel.settings import settings


def token_hash(token: str) -> str:
    """What the tables hold of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()


def lasting_token(purpose: str, id: int) -> str:
    """The secret token of one thing, the same each time it is asked for, so that a later letter can hold it too.

    It follows from the key of the square and is kept nowhere; whoever changes the key makes another token of it.
    """
    return hmac.new(settings().secret_key.encode(), f"{purpose}:{id}".encode(), hashlib.sha256).hexdigest()
