"""The ground of all journeys: the living square answers, and what is wrong on a page is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.visitor import PHONE, Visitor

pytestmark = pytest.mark.journey


def test_an_address_that_is_nowhere_leads_to_a_page_that_says_what_to_do(visitor: Visitor) -> None:
    visitor.expecting("404").go("/findes-ikke")
    assert visitor.heading
    assert visitor.page.locator("main a").count() > 0


def test_a_phone_sees_the_same_page_in_english(visitors: Callable[..., Visitor]) -> None:
    visitor = visitors(language="en", viewport=PHONE)
    visitor.expecting("404").go("/findes-ikke")
    assert visitor.page.locator("html").get_attribute("lang") == "en"


def test_a_page_with_a_fault_is_found_out(visitor: Visitor) -> None:
    visitor.expecting("404").go("/findes-ikke")
    visitor.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x.png\"><input>')"
    )
    visitor.see()
    found = " ".join(visitor.faults)
    visitor.faults.clear()
    assert "image-alt" in found
    assert "label" in found
