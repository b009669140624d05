from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.identity import rules
from app.identity.models import OfferOutcome, Person, Role, RoleName, RoleOffer
from app.kernel import clock
from app.kernel.access import SYSTEM, VISITOR, Actor, Grant

ACTORS = {
    "visitor": VISITOR,
    "citizen": Actor(7),
    "moderator": Actor(7, grants=frozenset({Grant("moderator", "municipality", 1)})),
    "administrator": Actor(7, grants=frozenset({Grant("administrator", "municipality", 1)})),
    "platform administrator": Actor(7, grants=frozenset({Grant("platform_administrator", "platform")})),
    "system": SYSTEM,
}
EVERYTHING = {"platform administrator", "system"}


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize(
    ("role", "municipality", "allowed"),
    [
        (RoleName.MODERATOR, 1, EVERYTHING | {"administrator"}),
        (RoleName.MODERATOR, 2, EVERYTHING),
        (RoleName.ADMINISTRATOR, 1, EVERYTHING),
        (RoleName.PLATFORM_ADMINISTRATOR, None, EVERYTHING),
    ],
)
def test_who_may_give_and_end_which_role(
    app: Flask, actor: str, role: RoleName, municipality: int | None, allowed: set[str]
) -> None:
    held = Role(name=role, municipality_id=municipality)
    assert bool(rules.may_give_role(ACTORS[actor], role, municipality)) == (actor in allowed)
    assert bool(rules.may_end_role(ACTORS[actor], held, only_one=False)) == (actor in allowed)


@pytest.mark.parametrize("actor", ACTORS)
def test_the_last_platform_administrator_stays(app: Flask, actor: str) -> None:
    last = Role(name=RoleName.PLATFORM_ADMINISTRATOR)
    assert not rules.may_end_role(ACTORS[actor], last, only_one=True)


def test_a_role_ends_once(app: Flask) -> None:
    ended = Role(name=RoleName.MODERATOR, municipality_id=1, ended_at=clock.now())
    assert not rules.may_end_role(SYSTEM, ended, only_one=False)


GIVER, NO_GIVER = ACTORS["administrator"], ACTORS["moderator"]
ADDRESS = "karen@example.org"
HOUR = timedelta(hours=1)


def offered(**values: Any) -> RoleOffer:
    place = {"name": RoleName.MODERATOR, "municipality_id": 1}
    return RoleOffer(**({"email": ADDRESS, "expires_at": clock.now() + HOUR} | place | values))


@pytest.mark.parametrize("actor", ACTORS)
def test_an_offer_is_withdrawn_by_whoever_may_give_the_role_until_it_is_answered(app: Flask, actor: str) -> None:
    may = actor in EVERYTHING | {"administrator"}
    for outcome in (None, OfferOutcome.WITHDRAWN, OfferOutcome.EXPIRED):
        assert bool(rules.may_withdraw_offer(ACTORS[actor], offered(outcome=outcome))) == may
    for outcome in (OfferOutcome.ACCEPTED, OfferOutcome.DECLINED):
        assert not rules.may_withdraw_offer(ACTORS[actor], offered(outcome=outcome))


@pytest.mark.parametrize(
    ("actor", "address", "accepts", "declines"),
    [
        (VISITOR, None, False, True),
        (Actor(8), ADDRESS, True, True),
        (Actor(8), "en.anden@example.org", False, False),
        (Actor(8), None, False, False),
    ],
)
def test_only_the_account_with_the_address_accepts(
    app: Flask, actor: Actor, address: str | None, accepts: bool, declines: bool
) -> None:
    facts: dict[str, Any] = {"giver": GIVER, "address": address}
    assert bool(rules.may_accept_offer(actor, offered(), **facts)) == accepts
    assert bool(rules.may_decline_offer(actor, offered(), **facts)) == declines


@pytest.mark.parametrize(
    ("giver", "values"),
    [
        (NO_GIVER, {}),
        (GIVER, {"municipality_id": 2}),
        (GIVER, {"expires_at": clock.now() - HOUR}),
        *((GIVER, {"outcome": outcome}) for outcome in OfferOutcome),
    ],
)
def test_an_offer_that_is_over_or_whose_giver_lost_the_right_cannot_be_answered(
    app: Flask, giver: Actor, values: dict[str, Any]
) -> None:
    for rule in (rules.may_accept_offer, rules.may_decline_offer):
        assert not rule(Actor(8), offered(**values), giver=giver, address=ADDRESS)
    assert not rules.may_decline_offer(VISITOR, offered(**values), giver=giver, address=None)


@pytest.mark.parametrize("actor", ACTORS)
def test_who_sees_roles_and_dead_mails(app: Flask, actor: str) -> None:
    assert bool(rules.may_see_roles(ACTORS[actor])) == (actor in {"administrator", "platform administrator"})
    assert bool(rules.may_see_mails(ACTORS[actor])) == (actor in {"administrator", *EVERYTHING})


def test_an_account_is_changed_and_erased_by_its_owner_only(app: Flask) -> None:
    mine = Person(id=7)
    assert rules.may_change(Actor(7), mine)
    assert rules.may_change(SYSTEM, mine)
    assert not rules.may_change(Actor(8), mine)
    assert rules.may_be_erased(Actor(7), mine, hindrances=[])
    assert not rules.may_be_erased(Actor(7), mine, hindrances=["Først skal noget ordnes."])
    assert not rules.may_be_erased(Actor(8), mine, hindrances=[])


def test_somebody_alone_in_charge_is_told_so(app: Flask) -> None:
    assert rules.alone_in_charge(Person(id=7), [7])
    assert not rules.alone_in_charge(Person(id=7), [7, 8])
    assert not rules.alone_in_charge(Person(id=7), [8])


@pytest.mark.parametrize(
    "password",
    [
        "",
        "ni tegn .",
        "password123",
        "qwertyuiop",
        "1234567890",
        "velkommen123",
        "sommer2024!",
        "aarhus2020!",
        "mettelund80",
        "mette.lund",
        "iloveyou2024",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "Password2024!",
    ],
)
def test_passwords_that_are_short_common_or_ones_own_name_are_refused(app: Flask, password: str) -> None:
    assert not rules.may_use_password(password, "Mette Lund", "mette.lund@example.org")


@pytest.mark.parametrize(
    "password", ["tre kloge kaniner", "Xk29-mmQ1p7", "grøn cykel på havnen", "ø" * 5 + "k7Zq" * 40]
)
def test_a_few_random_words_make_a_good_password(app: Flask, password: str) -> None:
    assert rules.may_use_password(password, "Mette Lund", "mette.lund@example.org")
