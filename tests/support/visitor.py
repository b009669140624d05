"""Somebody at a real browser. Every page they see is checked: accessibility, console, foreign requests, width."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, ViewportSize

from config import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})"
VARYING = re.compile(r'nonce="[^"]*"|value="[^"]*"|content="[^"]*"')
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 640}


@cache
def axe() -> str:
    return AXE.read_text()


class Visitor:
    """A browser window of its own. `see` looks at the page one is on; all verbs below do so after they have acted."""

    def __init__(self, browser: Browser, address: str, language: str = "da", viewport: ViewportSize = DESKTOP) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(
            base_url=address,
            locale={"da": "da-DK", "en": "en-GB"}[language],
            viewport=viewport,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.looked_at: set[int] = set()
        self.expected: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: script error: {error}"))
        self.page.on("request", self._request)

    def go(self, path: str) -> Visitor:
        self.page.goto(urljoin(self.address, path))
        return self.see()

    def click(self, name: str | re.Pattern[str], role: Any = "button", *, exact: bool = False) -> Visitor:
        """Press the button (or link, tab …) with this name."""
        self.page.get_by_role(role, name=name, exact=exact).first.click()
        return self.see()

    def follow(self, name: str | re.Pattern[str], *, exact: bool = False) -> Visitor:
        return self.click(name, "link", exact=exact)

    def fill(self, label: str | re.Pattern[str], text: str) -> Visitor:
        self.page.get_by_label(label).first.fill(text)
        return self

    def choose(self, label: str | re.Pattern[str], option: str) -> Visitor:
        self.page.get_by_label(label).first.select_option(label=option)
        return self

    def tick(self, label: str | re.Pattern[str]) -> Visitor:
        self.page.get_by_label(label).first.check()
        return self

    def press(self, *keys: str) -> Visitor:
        for key in keys:
            self.page.keyboard.press(key)
        return self.see()

    def reads(self, text: str | re.Pattern[str]) -> Locator:
        """Wait until the page says something; fails when it does not."""
        found = self.page.get_by_text(text).first
        found.wait_for()
        return found

    @property
    def heading(self) -> str:
        return " ".join(self.page.locator("h1").first.inner_text().split())

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def expecting(self, *texts: str) -> Visitor:
        """Console lines that this test provokes on purpose, such as a 404."""
        self.expected += texts
        return self

    def see(self) -> Visitor:
        """Check the page as it stands, unless just this page was checked before."""
        self.page.wait_for_load_state("load")
        content = hash(VARYING.sub("", self.page.content()))
        if content not in self.looked_at:
            self.looked_at.add(content)
            self.faults += [*self._accessibility(), *self.width()]
        return self

    def close(self) -> list[str]:
        """End the visit; gives all that was wrong on the pages seen."""
        self.context.close()
        return self.faults

    def _accessibility(self) -> list[str]:
        self.page.evaluate(axe())
        violations = self.page.evaluate(RUN, RULES)["violations"]
        return [f"{self.page.url}: {_told(violation)}" for violation in violations]

    def width(self) -> list[str]:
        overflow = self.page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
        return [f"{self.page.url}: {overflow} px wider than the window"] if overflow > 1 else []

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(text in message.text for text in self.expected):
            self.faults.append(f"{self.page.url}: console: {message.text}")

    def _request(self, request: Request) -> None:
        there = urlsplit(request.url)
        if there.scheme in {"http", "https", "ws", "wss"} and there.netloc != urlsplit(self.address).netloc:
            self.faults.append(f"{self.page.url}: a request to {request.url}")


def _told(violation: dict[str, Any]) -> str:
    nodes = [
        f"    {node['html'][:160]} ({' '.join(map(str, node['target']))[:120]})" for node in violation["nodes"][:4]
    ]
    return f"{violation['id']} ({violation['impact']}): {violation['help']}\n" + "\n".join(nodes)


def listed(faults: list[str]) -> str:
    return json.dumps(sorted(set(faults)), indent=1, ensure_ascii=False).replace("\\n", "\n")
