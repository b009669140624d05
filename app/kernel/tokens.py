"""Secret tokens: the browser or the letter holds one, the tables only this of it."""

from __future__ import annotations

import hashlib


def token_hash(token: str) -> str:
    """What the tables hold of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()
