"""A browser without a screen on a real connection with TLS: cookies, forms, and every header as it came."""

from __future__ import annotations

import gzip
import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bs4 import BeautifulSoup


@dataclass
class Reply:
    """An answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        packed = self.headers["Content-Encoding"] == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


@dataclass
class Https:
    """Asks a host that stands on a port of this machine; the certificate is checked against the one file."""

    host: str
    port: int
    certificate: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        trusted = ssl.create_default_context(cafile=self.certificate)
        connection = _Connection(self.host, self.port, context=trusted, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        usual = {"Accept-Encoding": "gzip", "Accept-Language": "da", "Referer": f"https://{self.host}/"}
        connection.request(method, path, body, {**usual, "Cookie": cookies, "Host": self.host, **(headers or {})})
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: cookie.value for name, cookie in SimpleCookie(line).items()}
        reply = Reply(answer.status, answer.headers, answer.read())
        connection.close()
        return reply

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def fill(self, path: str, headers: Mapping[str, str] | None = None, **values: str) -> Reply:
        """Open a page and send the form in its main part that has these fields."""
        soup = BeautifulSoup(self.get(path).text, "html.parser")
        forms = soup.select("main form[method=post i]")
        form = next(one for one in forms if all(one.select_one(f"[name={name}]") for name in values))
        hidden = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[type=hidden][name]")}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        target = str(form.get("action") or path)
        return self.ask("POST", target, urlencode(hidden | values).encode(), kind | dict(headers or {}))


class _Connection(http.client.HTTPSConnection):
    """Speaks to this machine in the name of the host."""

    def connect(self) -> None:
        name, self.host = self.host, "127.0.0.1"
        http.client.HTTPConnection.connect(self)
        self.host = name
        self.sock = self._context.wrap_socket(self.sock, server_hostname=name)  # type: ignore[attr-defined]
