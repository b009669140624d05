"""Torvet behind nginx, with the files of deploy/: TLS, headers, files, limits, logs, and the page when it is away."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from deploy.local.servers import wait_until
from tests.support import database, production
from tests.support.https import Https
from tests.support.production import HOST, Production, running
from tests.support.smtp import Catcher

pytestmark = pytest.mark.xdist_group("production")
ONCE = (
    *("Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options"),
    *("Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "X-Request-ID"),
)
NAME, ADDRESS, PASSWORD = "Ørsun Hemmelighed", "oersun.hemmelig@example.org", "fire blå cykler i regn"
THEIRS = "198.51.100.77"


@pytest.fixture(scope="module")
def square(valkey_url: str, catcher: Catcher, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    valkey = re.sub(r"db=(\d+)", lambda number: f"db={int(number[1]) + 48}", valkey_url)
    own = {"SECRET_KEY": "a-key-of-production-in-a-test-of-forty-characters", "REDIS_URL": valkey}
    with database.clone("production") as name:
        own |= {"DATABASE_URL": database.url_of(name), "SMTP_URL": catcher.url}
        with running(tmp_path_factory.mktemp("production"), **own) as square:
            yield square


@pytest.fixture
def browser(square: Production) -> Https:
    return Https(HOST, square.https, str(square.folder / "certificate.pem"))


def test_plain_http_leads_to_https(square: Production) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", square.http)
    connection.request("GET", "/challenges?sort=new", headers={"Host": HOST})
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/challenges?sort=new")


def test_a_page_comes_packed_with_each_security_header_once_and_a_secure_cookie(browser: Https) -> None:
    page = browser.get("/sign-in")
    assert page.status == 200
    assert page.headers["Content-Encoding"] == "gzip"
    assert {name: len(page.headers.get_all(name, [])) for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert re.search(r"torvet=.*Secure; HttpOnly", page.headers["Set-Cookie"])
    assert "nginx/" not in str(page.headers)


def test_a_request_has_one_number_in_all_logs(browser: Https, square: Production) -> None:
    number = browser.get("/challenges", X_Request_ID="chosen-by-a-stranger").headers["X-Request-ID"]
    assert number != "chosen-by-a-stranger"
    assert wait_until(lambda: number in square.logs["nginx.log"], lambda: True), "nginx writes after it has answered"
    asked = [json.loads(line) for line in square.logs["nginx.log"].splitlines()]
    answered = [json.loads(line) for line in square.logs["web.log"].splitlines() if line.startswith("{")]
    assert [line["status"] for line in asked if line["request_id"] == number] == [200]
    assert [line["route"] for line in answered if line["request_id"] == number] == ["/challenges"]


def test_static_files_come_from_nginx_packed_and_are_kept(browser: Https) -> None:
    named = re.search(r'"(/static/[0-9a-f]{12}/css/theme.css)"', browser.get("/sign-in").text)
    assert named
    style = browser.get(named[1])
    assert (style.status, style.headers["Content-Encoding"]) == (200, "gzip")
    assert style.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert style.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert browser.get(named[1], If_None_Match=style.headers["ETag"]).status == 304
    for inside in ("/static/../config.py", "/static/0123456789ab/../../config.py", "/static/%2e%2e/config.py"):
        assert browser.get(inside).status in {400, 404}


def test_every_static_file_that_a_page_or_another_file_names_is_kept_too(browser: Https) -> None:
    page = browser.get("/").text
    named = set(re.findall(r'"(/static/[^"#]+)', page))
    style = next(path for path in named if path.endswith("theme.css"))
    named |= {urljoin(style, path) for path in re.findall(r'url\("?(?!data:)([^")]+)', browser.get(style).text)}
    assert len(named) > 10
    release = style.split("/")[2]
    for path in named:
        assert path.startswith(f"/static/{release}/"), path
        assert browser.get(path).status == 200, path
    assert browser.get("/static/css/theme.css").headers["Cache-Control"] == "public, max-age=3600"


def test_whoever_claims_another_address_is_counted_by_their_own(browser: Https) -> None:
    answers = []
    for number in range(11):
        claimed = {"X-Forwarded-For": f"203.0.113.{number}"}
        reply = browser.fill("/sign-in", claimed, email=f"ingen{number}@example.org", password="forkert kode her")
        answers.append(reply.status)
    assert answers[-1] == 429
    assert set(answers[:-1]) == {422}


@pytest.mark.parametrize(("megabytes", "by"), [(62, "Torvet"), (65, "nginx")])
def test_too_large_an_upload_is_answered_by_a_page(browser: Https, megabytes: int, by: str) -> None:
    kind = {"Content-Type": "application/octet-stream"}
    reply = browser.ask("POST", "/challenges/new", b"x" * (megabytes * 1024 * 1024), kind)
    assert reply.status == 413
    assert "er for stort" in reply.text
    assert ("X-Request-ID" in reply.headers) == (by == "Torvet")


def test_who_signs_up_signs_in_and_posts_leaves_no_personal_data_in_any_log(
    browser: Https, square: Production, catcher: Catcher
) -> None:
    claimed = {"X-Forwarded-For": THEIRS}
    assert browser.fill("/sign-up", claimed, name=NAME, email=ADDRESS, password=PASSWORD).status == 303
    assert production.wait_until(lambda: bool(catcher.handler.to(ADDRESS)), lambda: True)
    body = catcher.handler.to(ADDRESS)[0].get_body(("plain",))
    link = re.search(rf"https://{HOST}(/sign-up/\S+)", body.get_content())  # type: ignore[union-attr]
    assert link
    assert browser.fill(link[1]).status == 303
    assert browser.get("/my").status == 200
    sent = browser.fill(
        "/proposals/new", claimed, title="En hemmelig bænk", body="Den skal stå ved åen, hvor jeg bor.", draft="1"
    )
    assert sent.status == 303
    everything = "\n".join(square.logs.values())
    for private in (
        "rsun",
        "emmelig",
        PASSWORD,
        THEIRS,
        "127.0.0.1",
        urlsplit(link[1]).path.rpartition("/")[2],
    ):
        assert private not in everything, private


def test_when_torvet_is_away_a_page_says_so_whatever_was_asked(browser: Https, square: Production) -> None:
    square.close()
    try:
        for method in ("GET", "POST"):
            reply = browser.ask(method, "/challenges", b"a=b" if method == "POST" else None)
            assert reply.status == 503
            assert "Torvet bliver fejet" in reply.text
            assert (reply.headers["Retry-After"], reply.headers["Cache-Control"]) == ("60", "no-store")
        assert browser.get("/static/css/theme.css").status == 200
    finally:
        square.open()
    assert browser.get("/healthz").status == 200


def test_the_example_of_settings_lacks_only_what_must_be_kept_secret(tmp_path: Path) -> None:
    from config import Config, ConfigError

    example = production.settings(tmp_path)
    with pytest.raises(ConfigError, match=r"\ASECRET_KEY[^\n]*\Z"):
        Config.from_env(example)
    assert Config.from_env(example | {"SECRET_KEY": "x" * 48}).proxies == 1
