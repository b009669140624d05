from __future__ import annotations

import pytest
from flask import Flask

from app.kernel.access import SYSTEM, VISITOR, Actor, Grant
from app.places import rules
from app.places.models import Municipality

HERE = Municipality(id=1, name="Her")

ACTORS = {
    "visitor": VISITOR,
    "citizen": Actor(7),
    "moderator": Actor(7, grants=frozenset({Grant("moderator", "municipality", 1)})),
    "administrator": Actor(7, grants=frozenset({Grant("administrator", "municipality", 1)})),
    "administrator elsewhere": Actor(7, grants=frozenset({Grant("administrator", "municipality", 2)})),
    "platform administrator": Actor(7, grants=frozenset({Grant("platform_administrator", "platform")})),
    "system": SYSTEM,
}


@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_edit_the_page(app: Flask, actor: str) -> None:
    wanted = actor in {"administrator", "platform administrator", "system"}
    assert bool(rules.may_edit(ACTORS[actor], HERE)) == wanted


@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_import_boundaries(app: Flask, actor: str) -> None:
    wanted = actor in {"platform administrator", "system"}
    assert bool(rules.may_import(ACTORS[actor])) == wanted
