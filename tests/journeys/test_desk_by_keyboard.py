"""A moderator works the desk without a mouse, and no key decides on something else than what is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.identity.models import Person
from app.kernel import db
from app.moderation.models import Case, CaseState
from tests.factories import challenges, identity, places
from tests.support.visitor import Visitor

pytestmark = pytest.mark.journey

NewVisitor = Callable[..., Visitor]
SignIn = Callable[[Visitor, Person], Visitor]
Queue = tuple[Visitor, list[int]]


@pytest.fixture
def queue(square: Flask, commit: Callable[[], None], visitors: NewVisitor, sign_in: SignIn) -> Queue:
    """Three challenges that wait, and the first of them opened."""
    home = places.municipality()
    waiting = [challenges.in_review(title=f"Nummer {n}", municipalities=[home], published_at=None) for n in (1, 2, 3)]
    cases = [challenge.case_id or 0 for challenge in waiting]
    moderator = identity.moderator(home)
    commit()
    desk = sign_in(visitors(), moderator).go(f"/desk/review/{cases[0]}")
    desk.page.wait_for_load_state("networkidle")
    return desk, cases


def states(cases: list[int]) -> list[str]:
    db.session().rollback()
    return [db.session().get_one(Case, case).state for case in cases]


def test_a_key_decides_on_what_it_moved_to(queue: Queue) -> None:
    desk, cases = queue
    items = desk.page.locator("[data-desk-item]")
    desk.press("j")
    expect(desk.page.locator("#desk-detail > h2")).to_have_text("Nummer 2")
    expect(items.nth(1)).to_be_focused()
    expect(items.nth(1)).to_have_attribute("aria-current", "true")
    with desk.see().page.expect_navigation():
        desk.page.keyboard.press("p")
    desk.reads("Afgjort: Nummer 2")
    assert states(cases) == [CaseState.WAITING, CaseState.PUBLISHED, CaseState.WAITING]


def test_no_key_decides_while_another_item_has_the_focus(queue: Queue) -> None:
    desk, cases = queue
    items = desk.page.locator("[data-desk-item]")
    items.nth(2).focus()
    desk.press("p", "r")
    assert desk.path == f"/desk/review/{cases[0]}"
    assert set(states(cases)) == {CaseState.WAITING}
    desk.press("Enter")
    expect(desk.page.locator("#desk-detail > h2")).to_have_text("Nummer 3")
    expect(desk.page.locator("#desk-detail")).to_be_focused()


def test_the_form_of_a_decision_opens_with_the_focus_on_it_below_what_was_written(queue: Queue) -> None:
    desk, _cases = queue
    for key, first in (("c", "[name=reason]"), ("r", "[name=reason_code]")):
        desk.go(desk.path)
        desk.page.wait_for_load_state("networkidle")
        with desk.page.expect_navigation():
            desk.page.keyboard.press(key)
        heading, reading = desk.see().page.locator("#desk-detail > h2"), desk.page.locator(".desk-reading")
        expect(heading).to_be_focused()
        field = desk.page.locator(f"#desk-detail {first}").first
        above, below = reading.bounding_box(), field.bounding_box()
        assert above
        assert below
        assert above["y"] < below["y"]
        desk.page.go_back()


def test_the_keys_of_the_desk_are_listed_with_the_one_that_merges(queue: Queue) -> None:
    desk, _cases = queue
    desk.press("?")
    desk.reads("læg idéer sammen")
    desk.reads("åbn den næste, den forrige")
