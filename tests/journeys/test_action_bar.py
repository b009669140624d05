"""The bar at the bottom of a narrow phone covers nothing that stands beside an idea."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.identity.models import Person
from tests.factories import identity, proposals
from tests.support.visitor import NARROW, Visitor

pytestmark = pytest.mark.journey


def test_what_stands_beside_an_idea_can_be_touched_wherever_one_scrolls(
    square: Flask,
    commit: Callable[[], None],
    visitors: Callable[..., Visitor],
    sign_in: Callable[[Visitor, Person], Visitor],
) -> None:
    person, idea = identity.person(), proposals.proposal(body="En bænk i solen. " * 60)
    commit()
    reader = sign_in(visitors(viewport=NARROW), person).go(f"/proposals/{idea.id}")
    bar = reader.page.locator(".action-bar")
    expect(bar).to_be_visible()
    reader.page.get_by_role("link", name="Jeg vil hjælpe").scroll_into_view_if_needed()
    expect(bar).to_be_hidden()
    end = reader.page.evaluate("document.documentElement.scrollHeight")
    for place in range(0, end, 160):
        reader.page.evaluate("place => window.scrollTo(0, place)", place)
        reader.page.wait_for_timeout(60)
        reader.looked_at.clear()
        reader.see()
