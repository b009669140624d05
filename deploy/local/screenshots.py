"""`make screenshots`: every page of the running square, as each role, small and large, in both languages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from deploy.local import browser, crawl, place, processes, say, services, setup
from deploy.local.trouble import Trouble

FOLDER = place.VAR / "screenshots"
WIDTHS = {390: 844, 1280: 900}
LANGUAGES = {"da": "da-DK", "en": "en-GB"}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PASSWORD = re.compile(r"password (\S+)")
PERSON = re.compile(r"^\s*(?P<email>[\w.+-]+@[\w.-]+\w)\s+(?P<role>\S.*)$", re.MULTILINE)


def screenshots(arguments: list[str]) -> int:
    """Take them all; with arguments, only of pages whose path contains one of them."""
    setup.build()
    chromium = browser.ensure()
    shutil.rmtree(FOLDER, ignore_errors=True)
    with _square() as address, sync_playwright() as playwright:
        window = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        done: set[str] = set()
        for role, email, password in [("visitor", "", ""), *_sign_ins()]:
            found = _find(window, address, email, password)
            paths = [path for path in found if path not in done and _wanted(path, arguments)]
            done |= set(found)
            say.line(f"{role}: {len(paths)} pages")
            _take(window, address, (role, email, password), paths)
        window.close()
    say.line(f"{len(list(FOLDER.rglob('*.png')))} pictures in {FOLDER}")
    return 0


def _wanted(path: str, arguments: list[str]) -> bool:
    return not arguments or any(part in path for part in arguments)


def _sign_ins() -> list[tuple[str, str, str]]:
    """The demo sign-ins, as they were printed at the start."""
    told = place.VAR / "stamps" / "sign-ins"
    text = told.read_text() if told.exists() else ""
    password = PASSWORD.search(text)
    people = PERSON.finditer(text) if password else []
    return [(found["role"].strip().lower(), found["email"], password[1]) for found in people if password]


def _find(window: Browser, address: str, email: str, password: str) -> list[str]:
    """Every kind of page this person reaches."""
    with _visit(window, address, "da", 1280, email, password) as page:

        def links(path: str) -> Iterable[str]:
            page.goto(address + path)
            return [str(link) for link in page.eval_on_selector_all("a[href]:not([download])", crawl.LINKS)]

        return list(crawl.pages(links))


def _take(window: Browser, address: str, person: tuple[str, str, str], paths: list[str]) -> None:
    role, email, password = person
    for language in LANGUAGES:
        for width in WIDTHS:
            with _visit(window, address, language, width, email, password) as page:
                for path in paths:
                    page.goto(address + path)
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=_file(role, path, language, width), full_page=True)


def _file(role: str, path: str, language: str, width: int) -> Path:
    name = re.sub(r"[^\w-]+", "_", path.strip("/")) or "front"
    return FOLDER / role.replace(" ", "-") / f"{name}-{language}-{width}.png"


@contextmanager
def _visit(window: Browser, address: str, language: str, width: int, email: str, password: str) -> Iterator[Page]:
    """A window in a language and of a width, signed in if an e-mail address is given."""
    size = {"width": width, "height": WIDTHS[width]}
    context = window.new_context(locale=LANGUAGES[language], viewport=size, reduced_motion="reduce")
    page = context.new_page()
    if email:
        page.goto(f"{address}/sign-in")
        page.fill("main input[type=email]", email)
        page.fill("main input[type=password]", password)
        page.press("main input[type=password]", "Enter")
        page.wait_for_load_state("networkidle")
    if page.url != "about:blank" and page.locator("html").get_attribute("lang") != language:
        page.click(f"form.language button[value={language}]")
    yield page
    context.close()


@contextmanager
def _square() -> Iterator[str]:
    """The address of the square that runs here; one is started if none does."""
    if (address := _address()) and _answers(address):
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
        if (address := _address()) and _answers(address):
            return address
        time.sleep(0.5)
    raise Trouble("The square did not start: `make run` tells why.")


def _address() -> str | None:
    written = place.VAR / services.NAME
    lines = written.read_text().splitlines() if written.exists() else []
    return next((line.removeprefix("BASE_URL=") for line in lines if line.startswith("BASE_URL=")), None)


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/healthz", timeout=5):
            return True
    except (URLError, OSError):
        return False
