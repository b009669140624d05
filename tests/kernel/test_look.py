"""The look: the style guide holds every component, error pages speak, and the palette can be read in both schemes."""

from __future__ import annotations

import re

import pytest
from flask import Flask, render_template

from config import ROOT
from tests.support.client import Client
from tests.support.page_checks import Markup, faults

TOKENS = (ROOT / "static/css/tokens.css").read_text()
DARK = "@media (prefers-color-scheme: dark)"
ON_GROUNDS = ("ink", "fjord", "grey", "brick", "error", "plum")
GROUNDS = ("surface", "sand", "mist", "raised")
GREEN_ON = ("surface", "sand", "raised")
TINTS = ("amber-tint", "green-tint", "warn-tint", "error-tint", "plum-tint", "brick-tint", "fjord-tint", "sand-deep")
FILLS = ("fjord", "fjord-strong", "brick", "brick-strong", "error")


def palette(scheme: str) -> dict[str, str]:
    """The six-digit colours of a scheme; what the dark one does not name is as in the light one."""
    light, _, dark = TOKENS.partition(DARK)
    colours = _colours(light)
    return colours if scheme == "light" else colours | _colours(dark.partition("@media")[0])


def _colours(text: str) -> dict[str, str]:
    found = re.findall(r"--([\w-]+):\s*#([0-9a-f]{3,6});", text)
    return {name: value if len(value) == 6 else "".join(2 * digit for digit in value) for name, value in found}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_text_can_be_read_on_every_ground(scheme: str) -> None:
    colours = palette(scheme)
    pairs = [(text, ground) for text in ON_GROUNDS for ground in GROUNDS]
    pairs += [("green", ground) for ground in GREEN_ON]
    pairs += [("ink", tint) for tint in TINTS] + [("on-fill", fill) for fill in FILLS]
    pairs += [("on-amber", "amber"), ("on-night", "night"), ("on-night-quiet", "night")]
    weak = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_marks_and_focus_stand_out_from_the_ground(scheme: str) -> None:
    colours = palette(scheme)
    pairs = [(line, ground) for line in ("line-strong", "focus", "warn") for ground in ("surface", "sand")]
    weak = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("query", ["", "?faulty"])
def test_the_style_guide_shows_every_component(client: Client, language: str, query: str) -> None:
    page = client.get(f"/dev/styleguide{query}", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert page.one("html")["lang"] == language
    assert bool(page.all(".error-summary a[href^='#']")) == bool(query)


def test_error_summary_links_lead_to_fields(client: Client) -> None:
    page = client.get("/dev/styleguide?faulty")
    links = [str(link["href"]) for link in page.all(".error-summary a")]
    assert links == ["#title", "#text", "#municipality", "#level-0"]
    assert all(page.all(link) for link in links)


@pytest.mark.parametrize("code", [403, 404, 409, 413, 422, 429, 500, 503])
def test_every_error_page_is_whole_and_leads_on(app: Flask, code: int) -> None:
    with app.test_request_context("/somewhere"):
        text = render_template(f"errors/{code}.html", description=None)
    assert faults(Markup(text, policy="style-src-attr 'unsafe-inline'")) == []
    main = text.partition("<main")[2].partition("</main>")[0]
    assert 'class="button button-primary"' in main
