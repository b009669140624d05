"""What went wrong, in one sentence for the person at the keyboard."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.EROFS: "the file system is read-only",
    errno.ENOTDIR: "a file stands where a folder is needed",
    errno.EEXIST: "a file stands where a folder is needed",
    errno.EISDIR: "a folder stands where a file is needed",
    errno.ENAMETOOLONG: "the path is too long",
}


class Trouble(Exception):
    """Something outside the code is wrong; the message says what, and what to do."""


def reason(error: OSError) -> str:
    """Why the operating system refused, in plain words."""
    return REASONS.get(error.errno or 0, error.strerror or str(error))


@contextmanager
def while_doing(what: str, path: Path | None = None) -> Iterator[None]:
    """Turn the operating system's refusal into one sentence: “Cannot <what>: <why>.”"""
    try:
        yield
    except OSError as error:
        place = path or error.filename
        raise Trouble(f"Cannot {what}: {reason(error)}" + (f" ({place})." if place else ".")) from error
