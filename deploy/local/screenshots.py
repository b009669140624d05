"""`make screenshots`: every page of the running square, as each role, small and large, in both languages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from deploy.local import browser, crawl, place, processes, say, services, setup
from deploy.local.servers import answers
from deploy.local.trouble import Trouble

FOLDER = place.VAR / "screenshots"
WIDTHS = {390: 844, 1280: 900}
LANGUAGES = {"da": "da-DK", "en": "en-GB"}
PATIENCE = 120_000
"""Milliseconds for one step, on a machine that does other things too."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PASSWORD = re.compile(r"password (\S+)")
PERSON = re.compile(r"^\s*(?P<email>[\w.+-]+@[\w.-]+\w)\s+(?P<role>\S.*)$", re.MULTILINE)


def screenshots(arguments: list[str]) -> int:
    """Take them all; with arguments, only of pages whose path contains one of them."""
    setup.build()
    chromium = browser.ensure()
    shutil.rmtree(FOLDER, ignore_errors=True)
    done: set[str] = set()
    faults: list[str] = []
    with _square() as address, sync_playwright() as playwright:
        window = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for person in [("visitor", "", ""), *_sign_ins()]:
            faults += Round(window, address, person, arguments, done).go()
        window.close()
    for fault in faults:
        say.fault(fault)
    say.line(f"{len(list(FOLDER.rglob('*.png')))} pictures in {FOLDER}")
    return 1 if faults else 0


@dataclass
class Round:
    """One person's way through the square: in Danish along the links, then in English over what was found."""

    window: Browser
    address: str
    person: tuple[str, str, str]
    wanted: list[str]
    done: set[str]
    """Paths that somebody before took pictures of."""
    taken: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def go(self) -> list[str]:
        """Take the pictures; give back what went wrong."""
        role, began = self.person[0], time.monotonic()
        with _visit(self.window, self.address, "da", self.person) as page:
            for _ in crawl.pages(lambda path: self._links(page, path)):
                pass
        with _visit(self.window, self.address, "en", self.person) as page:
            for path in self.taken:
                if self._open(page, path):
                    self._take(page, path, "en")
        self.done |= set(self.taken)
        say.line(f"{role}: {len(self.taken)} pages in {time.monotonic() - began:.0f} s")
        return self.faults

    def _links(self, page: Page, path: str) -> list[str]:
        """Look at a page, take its picture if nobody did, and tell where it leads."""
        if not self._open(page, path):
            return []
        if path not in self.done and (not self.wanted or any(part in path for part in self.wanted)):
            self.taken.append(path)
            say.line(f"{self.person[0]:<22} {len(self.taken):3} {path}")
            self._take(page, path, "da")
        return [str(link) for link in page.eval_on_selector_all("a[href]:not([download])", crawl.LINKS)]

    def _open(self, page: Page, path: str) -> bool:
        try:
            answer = page.goto(self.address + path, wait_until="load")
        except PlaywrightError as error:
            if "Download is starting" not in str(error):
                self.faults.append(f"{self.person[0]}: {path} did not open: {str(error).splitlines()[0]}")
            return False
        if answer is not None and answer.status >= 400:
            self.faults.append(f"{self.person[0]}: {path} answered {answer.status}.")
        return True

    def _take(self, page: Page, path: str, language: str) -> None:
        name = re.sub(r"[^\w-]+", "_", path.strip("/")) or "front"
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("document.fonts.ready.then(() => true)")
            file = FOLDER / self.person[0].replace(" ", "-") / f"{name}-{language}-{width}.png"
            page.screenshot(path=file, full_page=True)


def _sign_ins() -> list[tuple[str, str, str]]:
    """Role, address and password of the demo sign-ins, as they were printed at the start."""
    told = place.VAR / "stamps" / "sign-ins"
    text = told.read_text() if told.exists() else ""
    password = PASSWORD.search(text)
    people = PERSON.finditer(text) if password else []
    return [(found["role"].strip().lower(), found["email"], password[1]) for found in people if password]


@contextmanager
def _visit(window: Browser, address: str, language: str, person: tuple[str, str, str]) -> Iterator[Page]:
    """A page in a language, signed in if the person has an address."""
    context = window.new_context(locale=LANGUAGES[language], reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(address)
    _, email, password = person
    if email:
        page.goto(f"{address}/sign-in")
        page.fill("main input[type=email]", email)
        page.fill("main input[type=password]", password)
        with page.expect_navigation():
            page.press("main input[type=password]", "Enter")
    if page.locator("html").get_attribute("lang") != language:
        with page.expect_navigation():
            page.click(f"form.language button[value={language}]")
    yield page
    context.close()


@contextmanager
def _square() -> Iterator[str]:
    """The address of the square that runs here; one is started if none does."""
    if (address := _address()) and answers(address):
        yield address
        return
    say.line("Starting the square …")
    command = [sys.executable, "-m", "deploy.local", "run"]
    running = processes.start(command, output=subprocess.DEVNULL, env={**os.environ, "PORT": "0"}, cwd=place.ROOT)
    try:
        yield _wait_for(running)
    finally:
        processes.stop(running, patience=30)


def _wait_for(running: subprocess.Popen[bytes]) -> str:
    while running.poll() is None:
        if (address := _address()) and answers(address):
            return address
        time.sleep(0.5)
    raise Trouble("The square did not start: `make run` tells why.")


def _address() -> str | None:
    written = place.VAR / services.NAME
    lines = written.read_text().splitlines() if written.exists() else []
    return next((line.removeprefix("BASE_URL=") for line in lines if line.startswith("BASE_URL=")), None)
