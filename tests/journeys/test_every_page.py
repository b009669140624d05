"""Every page of the demo square, as everybody who can see it: accessible, quiet, from here, and narrow enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from playwright.sync_api import Browser

from app import create_app
from app.demo import actions
from app.demo.actions.square import PASSWORD
from app.kernel import db
from deploy.local import crawl
from tests.conftest import settings
from tests.support import database
from tests.support.live import Live, on_air
from tests.support.smtp import Catcher
from tests.support.visitor import NARROW, Visitor, listed

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900), pytest.mark.xdist_group("every page")]
NUMBER_IN_VALKEY = 16


@pytest.fixture(scope="module")
def demo(valkey_url: str, catcher: Catcher, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The demo square on the air."""
    folder = tmp_path_factory.mktemp("demo")
    base, _, number = valkey_url.rpartition("=")
    with database.clone("demo") as name:
        config = settings(name, f"{base}={int(number) + NUMBER_IN_VALKEY}", catcher.url, folder)
        app = create_app(config)
        with app.app_context():
            actions.load(seed=751)
            db.session().commit()
        database.hang_up(app)
        with on_air(config, folder) as live:
            yield live


def walk(visitor: Visitor, done: set[str]) -> None:
    """See every page that this visitor reaches and nobody saw before, also through a narrow window."""

    def see(path: str) -> Iterable[str]:
        visitor.page.set_viewport_size({"width": 1280, "height": 900})
        if path in done:
            visitor.page.goto(visitor.address + path)
        else:
            visitor.go(path)
            done.add(path)
            visitor.page.set_viewport_size(NARROW)
            visitor.faults += visitor.width()
        links: list[str] = visitor.page.eval_on_selector_all("a[href]:not([download])", crawl.LINKS)
        return links

    assert len(list(crawl.pages(see))) > 5


def signed_in(visitor: Visitor, address: str) -> Visitor:
    visitor.page.goto(f"{visitor.address}/sign-in")
    visitor.page.fill("main input[type=email]", address)
    visitor.page.fill("main input[type=password]", PASSWORD)
    visitor.page.press("main input[type=password]", "Enter")
    visitor.page.wait_for_url(lambda url: "sign-in" not in url)
    return visitor


def test_every_page_is_fit_for_everybody(demo: Live, browser: Browser) -> None:
    done: set[str] = set()
    faults: list[str] = []
    for address in ("", *actions.SIGN_INS):
        visitor = Visitor(browser, demo.address)
        walk(signed_in(visitor, address) if address else visitor, done)
        faults += visitor.close()
    assert not faults, listed(faults)


def test_every_public_page_is_fit_in_english_too(demo: Live, browser: Browser) -> None:
    visitor = Visitor(browser, demo.address, language="en")
    walk(visitor, set())
    assert not visitor.faults, listed(visitor.close())
