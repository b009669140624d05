"""Finding every page of a square: from the front page along its links, one address for each kind of page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urljoin, urlsplit

NUMBER = re.compile(r"\d+")
LINKS = "all => all.map(one => one.getAttribute('href'))"
"""What to ask a browser about all `a[href]:not([download])`."""
NOT_PAGES = re.compile(
    r"\.(png|jpe?g|webp|svg|pdf|csv|json|geojson|ics|atom|pb|gz|zip|ttl|jsonld|txt|xml)$|^/(static|files)/"
)
ENDS_THE_VISIT = re.compile(r"sign-out|/dev/|/settings/export")
PER_KIND = 2

Fetch = Callable[[str], Iterable[str]]
"""Looks at a path and gives the addresses that its page links to."""


def kind_of(path: str, slugs_after: Iterable[str] = ("kommuner", "municipalities", "places")) -> str:
    """Pages of one kind differ only in the number or the name of what they show."""
    kind = NUMBER.sub("N", path)
    for folder in slugs_after:
        kind = re.sub(rf"^/{folder}/[^/]+", f"/{folder}/NAME", kind)
    return kind


def pages(fetch: Fetch, start: Iterable[str] = ("/",), limit: int = 300) -> Iterator[str]:
    """Paths in the order in which they were found; `fetch` is called once for each."""
    waiting, seen, counted = list(start), set(start), dict.fromkeys(map(kind_of, start), 1)
    visited = 0
    while waiting and visited < limit:
        path = waiting.pop(0)
        visited += 1
        yield path
        for link in fetch(path):
            there = urlsplit(urljoin(f"http://square{path}", link))
            kind, address = kind_of(there.path), there.path + (f"?{there.query}" if there.query else "")
            foreign = there.netloc != "square" or address in seen or counted.get(kind, 0) >= PER_KIND
            if not foreign and not NOT_PAGES.search(there.path) and not ENDS_THE_VISIT.search(there.path):
                seen.add(address)
                counted[kind] = counted.get(kind, 0) + 1
                waiting.append(address)
