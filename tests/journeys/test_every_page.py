"""Every page of the demo square, as everybody who sees it: valid, accessible, quiet, from here and narrow enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from app import create_app
from app.demo import actions
from app.demo.actions.square import PASSWORD, Square
from app.kernel import clock, db
from app.partnerships.models import Partnership
from deploy.local import crawl
from tests.conftest import settings
from tests.support import database
from tests.support.live import beside, on_air
from tests.support.page_checks import Markup, faults
from tests.support.smtp import Catcher
from tests.support.visitor import DESKTOP, NARROW, Visitor, listed

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900), pytest.mark.xdist_group("every page")]
NUMBER_IN_VALKEY = 16


@dataclass(frozen=True)
class Demo:
    address: str
    one_of_each: tuple[str, ...]
    """The front page, and a public page of each kind in every state that one can be in."""


@pytest.fixture(scope="module")
def demo(valkey_url: str, catcher: Catcher, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo square on the air."""
    folder = tmp_path_factory.mktemp("demo")
    with database.clone("demo") as name:
        config = replace(settings(name, beside(valkey_url, NUMBER_IN_VALKEY), catcher.url, folder), keep_seconds=30)
        app = create_app(config)
        with app.app_context():
            square = actions.load(seed=751)
            db.session().commit()
            one_of_each = tuple(dict.fromkeys(["/", *public_pages(square)]))
        database.hang_up(app)
        with on_air(config, folder) as live:
            yield Demo(live.address, one_of_each)


def public_pages(square: Square) -> Iterator[str]:
    """The first page of each state: challenges by phase, ideas by answer, partnerships, organisations."""
    ideas, today = square.proposals.values(), clock.today()
    partnerships = db.session().scalars(select(Partnership).where(Partnership.public))
    states: dict[tuple[object, ...], str] = {}
    for challenge in square.challenges.values():
        if challenge.public:
            open_now = tuple(phase.kind for phase in challenge.open_phases(today))
            states.setdefault((challenge.stage(today), open_now), f"/challenges/{challenge.id}")
    for idea in (one for one in ideas if one.published):
        states.setdefault((idea.answer_status, bool(idea.threshold), bool(idea.placed)), f"/proposals/{idea.id}")
    for partnership in partnerships:
        states.setdefault((partnership.state,), f"/partnerships/{partnership.id}")
    for organisation in square.organisations.values():
        states.setdefault((organisation.leg, organisation.verified), f"/organisations/{organisation.id}")
    yield from states.values()


@pytest.fixture(scope="module")
def built() -> set[frozenset[str]]:
    """What the pages looked at were built of."""
    return set()


class Outline(HTMLParser):
    """The links of a page, and what it is built of: a page built of the same as another has the same faults."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.parts: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.parts.add(f"{tag}.{values.get('class', '')}")
        if tag == "a" and values.get("href") and "download" not in values:
            self.links.append(str(values["href"]))


def walk(visitor: Visitor, start: tuple[str, ...], built: set[frozenset[str]]) -> None:
    """Go to every page that this visitor reaches; look at the first ones and at all that are built of something new."""

    def see(path: str) -> Iterable[str]:
        answer = visitor.context.request.get(visitor.address + path)
        if not answer.ok:
            visitor.faults.append(f"{path}: {answer.status}")
        outline = Outline(answer.text())
        if path in start or frozenset(outline.parts) not in built:
            built.add(frozenset(outline.parts))
            look(visitor, path)
        return outline.links

    assert len(list(crawl.pages(see, start))) > 5


def look(visitor: Visitor, path: str) -> None:
    """Look at a page in the window: its markup, and all that a visitor checks, wide and narrow."""
    visitor.page.set_viewport_size(DESKTOP)
    answer = visitor.page.goto(visitor.address + path)
    visitor.faults += [f"{path}: {fault}" for fault in faults(Markup(answer.text()))] if answer else []
    visitor.see()
    visitor.page.set_viewport_size(NARROW)
    visitor.faults += visitor.width()


def signed_in(visitor: Visitor, address: str) -> Visitor:
    visitor.page.goto(f"{visitor.address}/sign-in")
    visitor.page.fill("main input[type=email]", address)
    visitor.page.fill("main input[type=password]", PASSWORD)
    visitor.page.press("main input[type=password]", "Enter")
    visitor.page.wait_for_url(lambda url: "sign-in" not in url)
    return visitor


def test_every_public_page_is_fit_in_every_state(demo: Demo, browser: Browser, built: set[frozenset[str]]) -> None:
    visitor = Visitor(browser, demo.address)
    walk(visitor, demo.one_of_each, built)
    assert not visitor.faults, listed(visitor.close())


def test_every_public_page_is_fit_in_english_too(demo: Demo, browser: Browser) -> None:
    visitor = Visitor(browser, demo.address, language="en")
    walk(visitor, ("/",), set())
    assert not visitor.faults, listed(visitor.close())


@pytest.mark.parametrize("address", actions.SIGN_INS)
def test_every_page_of_somebody_signed_in_is_fit_for_them(
    demo: Demo, browser: Browser, built: set[frozenset[str]], address: str
) -> None:
    visitor = signed_in(Visitor(browser, demo.address), address)
    walk(visitor, ("/",), built)
    assert not visitor.faults, listed(visitor.close())
