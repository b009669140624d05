"""The place of an idea on the map: it opens where the idea belongs, and a mark can be taken away."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.identity.models import Person
from app.kernel import clock
from app.places.models import Municipality
from tests.factories import challenges, identity, places
from tests.support.visitor import PHONE, Visitor

pytestmark = pytest.mark.journey
SEND = "main form[method=post] button[type=submit]:not([name=draft])"


def square_at(longitude: float, name: str) -> Municipality:
    corners = [[0, 0], [0.2, 0], [0.2, 0.2], [0, 0.2], [0, 0]]
    boundary = {"type": "Polygon", "coordinates": [[[longitude + x, 56 + y] for x, y in corners]]}
    return places.municipality(name=name, boundary=boundary, boundary_at=clock.now())


def test_the_map_opens_on_the_challenge_and_a_wrong_mark_is_taken_away(
    square: Flask,
    commit: Callable[[], None],
    visitors: Callable[..., Visitor],
    sign_in: Callable[[Visitor, Person], Visitor],
) -> None:
    here, _there = square_at(9.3, "Vesterby"), square_at(10.4, "Østerby")
    person, challenge = identity.person(), challenges.challenge(title="Lys på stierne", municipalities=[here])
    path = f"/proposals/new?challenge={challenge.id}"
    commit()
    writer = sign_in(visitors(viewport=PHONE), person).go(path).expecting("422")
    writer.page.locator("#latitude-map").focus()
    writer.press("Enter")
    writer.reads("Stedet er markeret på kortet.")
    assert abs(float(writer.page.locator("#longitude").input_value()) - 9.4) < 0.1
    writer.page.locator("main input[name=title]").fill("Lamper langs søen")
    writer.page.locator("main textarea[name=body]").fill("Stien langs søen er mørk hele vinteren.")
    writer.page.locator("#longitude").evaluate("field => { field.value = 10.5; }")
    writer.page.locator(SEND).first.click()
    writer.page.locator(".error-summary").wait_for()
    writer.see().reads("Mærket ligger i Østerby, men udfordringen handler om Vesterby. Flyt mærket, eller fjern det.")
    expect(writer.page.locator(".map-stone-chosen")).to_be_visible()
    expect(writer.page.get_by_label("Fjern mærket fra kortet")).to_have_count(0)
    writer.click("Fjern mærket").page.locator(SEND).first.click()
    writer.page.wait_for_url(re.compile(r"/proposals/\d+$"))
    writer.see()


def test_the_map_follows_the_municipality_that_is_chosen_and_names_it(
    square: Flask,
    commit: Callable[[], None],
    visitors: Callable[..., Visitor],
) -> None:
    square_at(9.6, "Nordby"), square_at(10.8, "Sydby")
    commit()
    reader = visitors().go("/proposals/new").choose("Kommune", "Nordby")
    reader.page.locator("#latitude-map").focus()
    reader.press("Enter")
    assert abs(float(reader.page.locator("#longitude").input_value()) - 9.7) < 0.1
    place = reader.page.locator("#latitude-map").bounding_box()
    assert place
    reader.page.mouse.move(place["x"] + place["width"] / 2 + 40, place["y"] + place["height"] / 2 + 30)
    expect(reader.page.locator(".map-name")).to_have_text("Nordby")
