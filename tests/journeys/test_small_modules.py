"""The small modules of static/js at work on the style guide, which holds every component."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support.visitor import NARROW, PHONE, Visitor

pytestmark = pytest.mark.journey
GUIDE = "/dev/styleguide"
ALL_SIZES = pytest.mark.parametrize("viewport", [PHONE, NARROW], ids=["390", "320"])


@pytest.mark.parametrize("language", ["da", "en"])
@ALL_SIZES
def test_every_component_is_accessible_and_fits(
    visitors: Callable[..., Visitor], language: str, viewport: dict[str, int]
) -> None:
    visitor = visitors(language=language, viewport=viewport)
    visitor.go(GUIDE).go(f"{GUIDE}?faulty")


def test_the_dark_scheme_can_be_read(visitor: Visitor) -> None:
    visitor.page.emulate_media(color_scheme="dark")
    visitor.go(GUIDE).go(f"{GUIDE}?faulty")


def test_the_page_works_without_scripts_but_for_what_is_hidden_then(visitors: Callable[..., Visitor]) -> None:
    visitor = visitors(viewport=PHONE)
    visitor.page.route("**/*.js", lambda route: route.abort())
    visitor.expecting("Failed to load").page.goto(f"{visitor.address}{GUIDE}")
    visitor.page.locator(".site-menu summary").click()
    expect(visitor.page.locator(".site-menu-panel").get_by_role("link", name="Udfordringer")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="Et varmere vinterbad").first).to_be_visible()
    expect(visitor.page.locator("[data-position]")).to_be_hidden()


def test_what_was_typed_is_kept_here_until_the_square_has_it(visitor: Visitor) -> None:
    visitor.go(GUIDE)
    visitor.expecting("503").page.route(f"**{GUIDE}", lambda route: route.fulfill(status=503, body=""))
    visitor.fill("Hvad er din idé?", "Bænke langs åen")
    visitor.reads("Ikke gemt endnu.")
    visitor.page.unroute(f"**{GUIDE}")
    visitor.go(GUIDE)
    expect(visitor.page.get_by_label("Hvad er din idé?")).to_have_value("Bænke langs åen")
    visitor.fill("Hvad er din idé?", "Bænke langs hele åen")
    expect(visitor.page.locator("[data-saved-state]")).to_have_text(re.compile(r"^Gemt kl\. \d\d\.\d\d$"))
    assert visitor.page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('kept:'))") == []


def test_a_signed_out_writer_is_told_and_loses_nothing(visitor: Visitor) -> None:
    visitor.go(GUIDE)
    visitor.expecting("401").page.route(f"**{GUIDE}", lambda route: route.fulfill(status=401, body=""))
    visitor.fill("Hvad er din idé?", "Bænke langs åen").fill("Adgangskode", "hemmelig-8472")
    visitor.reads("Du er blevet logget ud.")
    visitor.page.unroute(f"**{GUIDE}")
    visitor.go(GUIDE)
    expect(visitor.page.get_by_label("Hvad er din idé?")).to_have_value("Bænke langs åen")
    assert "hemmelig" not in visitor.page.evaluate("JSON.stringify(sessionStorage)")


def test_a_form_that_was_sent_opens_empty_the_next_time(visitor: Visitor) -> None:
    visitor.expecting("404").go(GUIDE).fill("Hvad er din idé?", "Bænke langs åen")  # the answer has no icon
    visitor.page.get_by_role("button", name="Send til gennemsyn").click()
    visitor.page.wait_for_load_state()
    visitor.go(GUIDE)
    expect(visitor.page.get_by_label("Hvad er din idé?")).to_have_value("")


def test_a_form_that_met_an_error_page_gives_the_text_back(visitor: Visitor) -> None:
    visitor.expecting("404").go("/findes-ikke")
    error_page = visitor.page.request.get(f"{visitor.address}/findes-ikke").text()
    visitor.go(GUIDE).expecting("503").page.route(
        f"**{GUIDE}", lambda route: route.fulfill(status=503, body=error_page, content_type="text/html")
    )
    visitor.fill("Hvad er din idé?", "Bænke langs åen")
    visitor.page.get_by_role("button", name="Send til gennemsyn").click()
    visitor.page.locator(".error-page[data-unsent]").wait_for()
    visitor.page.wait_for_load_state("networkidle")
    visitor.page.unroute(f"**{GUIDE}")
    visitor.go(GUIDE)
    expect(visitor.page.get_by_label("Hvad er din idé?")).to_have_value("Bænke langs åen")


def test_the_counter_says_what_is_left_and_what_is_too_much(visitor: Visitor) -> None:
    visitor.go(GUIDE).fill("Fortæl om den", "x" * 3990)
    visitor.reads("10 tegn tilbage")
    visitor.fill("Fortæl om den", "x" * 4007)
    visitor.reads("7 tegn for meget")


def test_a_form_pressed_twice_is_sent_once(visitor: Visitor) -> None:
    visitor.go(GUIDE)
    visitor.page.evaluate("""() => {
        window.sent = 0;
        const form = document.querySelector(".desk-verb");
        form.addEventListener("submit", (event) => { if (!event.defaultPrevented) window.sent += 1; });
        form.target = "nowhere";
        form.querySelector("button").click();
        form.querySelector("button").click();
    }""")
    assert visitor.page.evaluate("window.sent") == 1


def test_the_errors_come_first_and_lead_to_their_fields(visitor: Visitor) -> None:
    visitor.go(f"{GUIDE}?faulty")
    expect(visitor.page.locator(".error-summary")).to_be_focused()
    visitor.follow("Hvor meget kan man bestemme? Vælg et svar.")
    expect(visitor.page.get_by_label("Vi lytter")).to_be_focused()


def test_the_menu_of_a_phone_opens_by_keyboard_and_closes_with_escape(visitors: Callable[..., Visitor]) -> None:
    visitor = visitors(viewport=PHONE).go(GUIDE)
    summary = visitor.page.locator(".site-menu summary")
    summary.focus()
    visitor.press("Enter")
    expect(visitor.page.locator(".site-menu-panel")).to_be_visible()
    visitor.press("Escape")
    expect(visitor.page.locator(".site-menu-panel")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_filters_of_a_phone_wait_behind_a_summary_that_counts_them(visitors: Callable[..., Visitor]) -> None:
    visitor = visitors(viewport=PHONE).go("/challenges")
    more, theme = visitor.page.locator(".more-filters summary"), visitor.page.get_by_label("Tema")
    expect(theme).to_be_hidden()
    visitor.page.get_by_label("Søgeord").focus()
    visitor.press("Tab", "Enter")
    theme.focus()
    with visitor.page.expect_response("**/challenges?*"):
        theme.select_option(index=3)
    expect(more).to_have_text(re.compile(r"Flere filtre: 1 valgt"))
    expect(theme).to_be_focused()
    visitor.see().page.reload()
    expect(theme).to_be_visible()
    theme.select_option(index=0)
    expect(visitor.page.locator(".more-filters .count-badge")).to_be_hidden()


def test_the_filters_of_a_wide_window_stand_open_and_are_reached_by_keyboard(visitor: Visitor) -> None:
    visitor.go("/challenges")
    expect(visitor.page.locator(".more-filters summary")).to_be_hidden()
    visitor.page.get_by_label("Søgeord").focus()
    visitor.press("Tab")
    expect(visitor.page.get_by_label("Kommune")).to_be_focused()


def test_a_desk_is_worked_by_single_keys_unless_one_writes_or_turns_them_off(visitor: Visitor) -> None:
    visitor.go(GUIDE).page.wait_for_load_state("networkidle")  # the small modules come after the page
    items = visitor.page.locator("[data-desk-item]")
    visitor.press("j")
    expect(items.nth(1)).to_be_focused()
    visitor.press("k")
    expect(items.nth(0)).to_be_focused()
    visitor.press("?")
    expect(visitor.page.locator(".desk-keys dl")).to_be_visible()
    visitor.page.get_by_label("Hvad er din idé?").focus()
    visitor.press("j")
    expect(visitor.page.get_by_label("Hvad er din idé?")).to_have_value("j")
    visitor.page.get_by_label("Enkelte taster virker").uncheck()
    visitor.page.locator("h1").click()
    visitor.press("j")
    expect(items.nth(1)).not_to_be_focused()


def test_points_of_a_map_that_lie_together_open_a_list(visitor: Visitor) -> None:
    visitor.go(GUIDE)
    cluster = visitor.page.locator("#map .map-icon", has_text="steder her").first
    cluster.focus()
    visitor.press("Enter")
    expect(visitor.page.locator(".map-popup a").first).to_have_text(re.compile("Prøvested"))


def test_a_place_is_chosen_on_the_map_by_keyboard_or_by_ones_own_position(visitor: Visitor) -> None:
    visitor.go(GUIDE)
    visitor.page.locator("[data-pick]").focus()
    visitor.press("Enter")
    visitor.reads("Stedet er markeret på kortet.")
    visitor.context.grant_permissions(["geolocation"])
    visitor.context.set_geolocation({"latitude": 55.8612, "longitude": 9.8503})
    visitor.click("Brug min position")
    visitor.reads("Din position er markeret på kortet.")
    assert visitor.page.locator("#lat").input_value() == "55.86120"


def test_a_mark_is_taken_off_the_map_again(visitor: Visitor) -> None:
    visitor.go(GUIDE)
    remove = visitor.page.get_by_role("button", name="Fjern mærket")
    expect(remove).to_be_hidden()
    visitor.page.locator("[data-pick]").focus()
    visitor.press("Enter")
    expect(visitor.page.locator("[data-pick] .map-stone-chosen")).to_be_visible()
    visitor.click("Fjern mærket").reads("Mærket er fjernet fra kortet.")
    expect(remove).to_be_hidden()
    expect(visitor.page.locator("[data-pick] .map-stone-chosen")).to_have_count(0)
    assert visitor.page.evaluate("document.activeElement.name") == "spot"
    assert visitor.page.locator("#lat").input_value() == visitor.page.locator("#lon").input_value() == ""
