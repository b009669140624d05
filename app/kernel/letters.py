"""What features say about their kinds of letters: what each is called, and whether the link in it is still good."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any, Protocol

DEAD_KEPT = timedelta(days=14)
"""How long the text of a letter that was given up is kept, so that it can be sent again."""

REMEMBERED = timedelta(days=90)
"""How long it is known that there was a letter at all."""


class Letter(Protocol):
    """A letter as its feature wrote it."""

    id: Any
    event: Any
    context: Any
    emptied_at: Any


GoodIds = Callable[[Collection[Letter]], Iterable[int]]


@dataclass(frozen=True)
class Kind:
    """`name` is what an administrator reads; `good` gives the ids of those letters whose links still work."""

    name: Any
    good: GoodIds | None = None


_kinds: dict[str, Kind] = {}


def describe(event: str, name: Any, good: GoodIds | None = None) -> None:
    """Register the letters of the templates `email/<event>/`. Those with a link that ends need `good`."""
    _kinds[event] = Kind(name, good)


def name_of(event: str) -> str:
    """What a kind of letter is called, in the reader's language."""
    return str(_kinds[event].name)


def described() -> set[str]:
    return set(_kinds)


def still_good(found: Collection[Letter]) -> set[int]:
    """The ids of the letters that say something true if they are sent now: one question per kind."""
    good: set[int] = set()
    whole = sorted((letter for letter in found if letter.emptied_at is None), key=lambda letter: letter.event)
    for event, same in groupby(whole, key=lambda letter: letter.event):
        letters, asked = list(same), _kinds[event].good or _ids
        good |= set(asked(letters))
    return good


def _ids(found: Collection[Letter]) -> set[int]:
    return {letter.id for letter in found}
