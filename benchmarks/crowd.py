"""People with a browser and a sign-in each, who press “support” and “withdraw” all at once, by real HTTP.

Each comes from an address of their own, as through a proxy (PROXIES=1): the rate limits hold for them as for anybody.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LOST = 0
"""The status of an answer that never came."""


@dataclass
class Visitor:
    """One browser: a connection that is kept open, cookies, an address."""

    host: str
    port: int
    base_url: str
    number: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def __post_init__(self) -> None:
        self.connection = HTTPConnection(self.host, self.port, timeout=60)

    def sign_in(self, email: str, password: str, then: str) -> None:
        """Sign in by the form and open a page, whose token the next posts carry."""
        self.token = self._token_of("/sign-in")
        status = self.post("/sign-in", email=email, password=password)
        if status != 303:
            raise SystemExit(f"{email} could not sign in: {status}")
        self.token = self._token_of(then)

    def post(self, path: str, **values: str) -> int:
        return self._ask("POST", path, urlencode({"csrf_token": self.token, **values}))[0]

    def _token_of(self, path: str) -> str:
        status, page = self._ask("GET", path)
        found = TOKEN.search(page)
        if found is None:
            raise SystemExit(f"{path} answered {status} without a form.")
        return found[1]

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        self.connection.request(method, path, body, self._headers())
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: cookie.value for name, cookie in SimpleCookie(line).items()}
        return answer.status, answer.read().decode()

    def _headers(self) -> dict[str, str]:
        site = urlsplit(self.base_url)
        return {
            "Host": site.netloc,
            "Referer": f"{self.base_url}/",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"10.0.{self.number // 250}.{self.number % 250 + 1}",
            "X-Forwarded-Proto": site.scheme,
        }


@dataclass
class Outcome:
    """What the crowd was answered, and what each of them wants in the end."""

    wanted: set[tuple[int, int]]
    """Person and idea, for each support that was pressed last."""
    statuses: Counter[int]
    times: list[float]
    seconds: float = 0.0
    lost: Counter[str] = field(default_factory=Counter)
    """Why answers never came."""

    @property
    def fine(self) -> bool:
        return set(self.statuses) == {303}

    def percentile(self, part: float) -> float:
        """So much of the posts was answered within so many milliseconds."""
        return sorted(self.times)[int(part * (len(self.times) - 1))] * 1000


def act(visitors: dict[int, Visitor], ideas: list[int], acts: int) -> Outcome:
    """All the signed-in visitors, by the id of their person, press at once: two supports for each withdrawal."""
    outcome, start = Outcome(set(), Counter(), []), threading.Barrier(len(visitors) + 1)

    def press(person: int, visitor: Visitor) -> None:
        chance = random.Random(person)
        start.wait()
        for _ in range(acts):
            idea, verb = chance.choice(ideas), chance.choice(["support", "support", "support/end"])
            began = time.perf_counter()
            try:
                status = visitor.post(f"/proposals/{idea}/{verb}")
            except (HTTPException, OSError) as error:
                status = LOST
                outcome.lost[type(error).__name__] += 1
            outcome.times.append(time.perf_counter() - began)
            outcome.statuses[status] += 1
            (outcome.wanted.add if verb == "support" else outcome.wanted.discard)((person, idea))
        visitor.connection.close()

    with ThreadPoolExecutor(len(visitors)) as pool:
        done = [pool.submit(press, person, visitor) for person, visitor in visitors.items()]
        start.wait()
        began = time.perf_counter()
        for one in done:
            one.result()
    outcome.seconds = time.perf_counter() - began
    return outcome


def sign_in(visitors: list[Visitor], emails: list[str], password: str, then: str) -> None:
    """Sign everybody in, and close the connections: they would be closed while others still sign in."""

    def one(pair: tuple[Visitor, str]) -> None:
        pair[0].sign_in(pair[1], password, then)
        pair[0].connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, zip(visitors, emails, strict=True)))
