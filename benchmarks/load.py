"""Sixteen readers at once over kept connections: requests per second, and how long each waited. One thread."""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

READERS = 16


@dataclass
class Figures:
    """What a run showed; times in seconds."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    def milliseconds(self, share: float) -> float:
        """The time within which this share of the answers came."""
        return sorted(self.times)[min(int(len(self.times) * share), len(self.times) - 1)] * 1000


class Reader:
    """One kept connection with one question on its way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self.socket = socket.create_connection(address, timeout=60)
        self.held = b""
        self.began = 0.0

    def ask(self, question: bytes) -> None:
        self.held, self.began = b"", time.perf_counter()
        try:
            self.socket.sendall(question)
        except OSError:
            self.again(question)

    def again(self, question: bytes) -> None:
        """A server may close a kept connection at any time; a reader opens another."""
        self.socket.close()
        self.socket = socket.create_connection(self.address, timeout=60)
        self.socket.sendall(question)

    def heard(self) -> int | None:
        """The status once the whole answer is there; 0 when the connection was closed before that."""
        got = self.socket.recv(262_144)
        self.held += got
        head, mark, body = self.held.partition(b"\r\n\r\n")
        if not got:
            return 0
        if not mark:
            return None
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
        return int(head[9:12]) if len(body) >= int(length or 0) else None


def run(address: tuple[str, int], questions: Iterator[bytes], seconds: float, *, warm: float = 0.0) -> Figures:
    """Ask for so many seconds with sixteen readers; what was answered in the first `warm` seconds does not count."""
    figures, waiting = Figures(), selectors.DefaultSelector()
    asked: dict[Reader, bytes] = {}
    began = time.perf_counter()

    def ask(reader: Reader) -> None:
        asked[reader] = next(questions)
        reader.ask(asked[reader])
        waiting.register(reader.socket, selectors.EVENT_READ, reader)

    for _ in range(READERS):
        ask(Reader(address))
    while asked:
        for key, _ in waiting.select():
            reader: Reader = key.data
            status = reader.heard()
            if status is None:
                continue
            waiting.unregister(reader.socket)
            if status == 0:
                reader.again(asked[reader])
                waiting.register(reader.socket, selectors.EVENT_READ, reader)
                continue
            now = time.perf_counter()
            figures.times.append(now - reader.began)
            figures.statuses[status] += 1
            if warm and now - began > warm:
                figures, began, warm = Figures(), now, 0.0
            if warm or now - began < seconds:
                ask(reader)
            else:
                del asked[reader]
                reader.socket.close()
    figures.seconds = time.perf_counter() - began
    return figures


def get(path: str, cookie: str = "") -> bytes:
    """A question as a browser asks it."""
    own = f"Cookie: torvet={cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: da\r\n{own}\r\n".encode()


def post(path: str, cookie: str, fields: str) -> bytes:
    """A form as a browser sends it; `fields` is encoded already."""
    kind = "application/x-www-form-urlencoded"
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: da\r\nCookie: torvet={cookie}\r\n"
    return f"{head}Content-Type: {kind}\r\nContent-Length: {len(fields)}\r\n\r\n{fields}".encode()
