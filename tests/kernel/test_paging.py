from __future__ import annotations

import base64
import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.kernel.paging import Key, page
from tests.factories import identity

KEYS = (Key(Person.name, descending=False), Key(Person.id))


def all_pages(size: int) -> list[list[int]]:
    pages, after = [], None
    while True:
        found = page(select(Person), *KEYS, after=after, size=size)
        pages.append([person.id for person in found.items])
        after = found.next
        if after is None:
            return pages


@pytest.mark.parametrize("size", [1, 3, 7, 8, 50])
def test_paging_shows_every_row_once_in_order(session: Session, size: int) -> None:
    for number in range(8):
        identity.person(name=f"Person {number // 3}")
    expected = list(session.scalars(select(Person.id).order_by(Person.name, Person.id.desc())))
    assert [number for part in all_pages(size) for number in part] == expected
    assert all(part for part in all_pages(size))


def test_names_with_unusual_spaces_are_paged_like_others(session: Session) -> None:
    for name in ("Å\u00a0se", "Bo\u00adel", "Ærø\u2009"):
        identity.person(name=name)
    assert [len(part) for part in all_pages(1)] == [1, 1, 1]


def token(values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "=",
        "%",
        token(1),
        token([1, 2]),
        token(["a", 2**80]),
        token(["a", True]),
        token([{"t": "x"}, 1]),
        token(["\ud800", 1]),
        token(["\0", 1]),
        base64.urlsafe_b64encode(b"[" * 2500).decode(),
    ],
)
def test_a_token_that_is_not_ours_starts_from_the_beginning(session: Session, after: str) -> None:
    identity.person()
    assert len(page(select(Person), *KEYS, after=after).items) == 1
