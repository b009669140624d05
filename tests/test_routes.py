"""Every route declares who may use it, and no route breaks, whoever comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from werkzeug.routing import Rule

from tests.support import square
from tests.support.client import Client
from tests.support.square import Square

ROLES = ["visitor", "citizen", "moderator", "administrator", "platform administrator"]
WITHOUT_RULE = {"static"}
NOWHERE = 987_654_321
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def filled(app: Flask) -> Square:
    return square.build()


def rules(app: Flask, *methods: str) -> Iterator[tuple[Rule, str]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in methods:
            if method in (rule.methods or ()) and rule.endpoint not in WITHOUT_RULE:
                yield rule, method


def path(app: Flask, rule: Rule, filled: Square | None) -> str:
    """An address of the route: of a thing that is there, or, without a square, of one that is not."""
    blueprint = rule.endpoint.split(".")[0]
    values: dict[str, Any] = {}
    for name in rule.arguments:
        number = "Integer" in type(rule._converters[name]).__name__
        there = filled.id_for(blueprint if name == "id" else name.removesuffix("_id") + "s") if filled else NOWHERE
        values[name] = there if number else _text(blueprint, name, filled)
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def _text(blueprint: str, name: str, filled: Square | None) -> str:
    thing = filled.things.get(blueprint) if filled else None
    return str(getattr(thing, name, None) or "ingenting")


def come(client: Client, filled: Square, role: str) -> Client:
    person = filled.people[role]
    return client.signed_in_as(person) if person is not None else client


def fault(client: Client, address: str, method: str = "GET", **rest: Any) -> str | None:
    """What is wrong with the answer to a request, if anything: an exception, a 5xx, or a faulty page.

    A route that serves only a part of a page, for htmx, is asked as htmx asks.
    """
    for headers in ({}, {"HX-Request": "true"}):
        try:
            status = client.open(address, method=method, headers=headers, **rest).status_code
        except Exception as error:
            wrong = f"{method} {address[:120]}: {type(error).__name__}: {str(error)[-600:]}"
            if "Expected DOCTYPE" not in str(error):
                return wrong
        else:
            return f"{method} {address[:120]}: {status}" if status >= 500 and address != "/readyz" else None
    return wrong


def test_every_route_declares_its_access(worker_app: Flask) -> None:
    missing = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in worker_app.url_map.iter_rules()
        if rule.endpoint not in WITHOUT_RULE and not hasattr(worker_app.view_functions[rule.endpoint], "access")
    ]
    assert not missing, "\n".join(missing)


def test_addresses_are_lower_case_and_end_without_a_slash(worker_app: Flask) -> None:
    odd = [
        rule.rule
        for rule in worker_app.url_map.iter_rules()
        if rule.endpoint not in WITHOUT_RULE and ((rule.rule != "/" and rule.rule.endswith("/")) or "_" in _fixed(rule))
    ]
    assert not odd, odd


def _fixed(rule: Rule) -> str:
    return "".join(part for part in rule.rule.split("/") if not part.startswith("<"))


@pytest.mark.parametrize("role", ROLES)
def test_every_page_answers(app: Flask, client: Client, valkey: Redis, filled: Square, role: str) -> None:
    come(client, filled, role)
    wrong = []
    for rule, _ in rules(app, "GET"):
        for address in {path(app, rule, filled), path(app, rule, None)}:
            valkey.flushdb()
            wrong.append(fault(come(client, filled, role), address))
    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.parametrize("role", ROLES)
def test_every_form_answers_when_sent_empty(
    app: Flask, client: Client, valkey: Redis, filled: Square, role: str
) -> None:
    wrong = []
    for rule, method in rules(app, *WRITES):
        for address in {path(app, rule, filled), path(app, rule, None)}:
            valkey.flushdb()
            token = come(client, filled, role).csrf_token()
            wrong.append(fault(client, address, method, data={"csrf_token": token}))
    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.parametrize("text", ["x" * 3000, "-1", "æ/ø?å", "\u202e\u0000", "1 OR 1=1", "<script>"])
def test_no_page_breaks_on_odd_arguments(app: Flask, client: Client, filled: Square, text: str) -> None:
    odd = dict.fromkeys(("q", "page", "after", "before", "sort", "kind", "state", "place", "next", "theme"), text)
    wrong = [fault(client, path(app, rule, filled), query_string=odd) for rule, _ in rules(app, "GET")]
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_a_form_without_its_token_is_refused(app: Flask, client: Client, filled: Square) -> None:
    come(client, filled, "citizen")
    accepted = []
    for rule, method in rules(app, *WRITES):
        page = client.open(path(app, rule, filled), method=method, data={})
        if page.status_code in {200, 201, 204} and "HX-Redirect" not in page.headers:
            accepted.append(f"{page.status_code} {method} {rule.rule}")
    assert not accepted, "\n".join(accepted)
