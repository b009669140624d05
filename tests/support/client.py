"""A browser without a screen: it checks every page it is given, fills in forms and signs people in."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Response
from flask import session as flask_session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import HTTPException

from app.identity import actions
from app.kernel import db
from app.kernel.forms import csrf
from tests.support.page_checks import Markup, faults

REDIRECTS = {301, 302, 303, 307, 308}


class Page(Response):
    """A response with the words a test reads it by."""

    request: Any
    history: Any

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")

    @property
    def text(self) -> str:
        return self.get_data(as_text=True)

    @property
    def words(self) -> str:
        """What a reader sees, with single spaces."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def heading(self) -> str:
        return " ".join(self.one("h1").get_text(" ").split())

    def one(self, selector: str) -> Tag:
        """The single element that a CSS selector finds."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{len(found)} elements match {selector!r} on {self.request.path}"
        return found[0]

    def all(self, selector: str) -> list[Tag]:
        return list(self.soup.select(selector))

    def form(self, selector: str | None = None) -> Tag:
        """A form: the one that matches, or the only one in <main> that posts."""
        return self.one(selector or "main form[method=post i]")


class Client(FlaskClient):
    """The client of the tests. Each request has an application context of its own, as in production."""

    def open(self, *args: Any, **kwargs: Any) -> Page:
        """Make a request; what the test wrote is visible to it, what it wrote is visible to the test."""
        db.session().commit()
        page = cast(Page, contextvars.Context().run(super().open, *args, **{"buffered": True, **kwargs}))
        db.session().expire_all()
        self._check(page)
        return page

    def get(self, *args: Any, **kwargs: Any) -> Page:
        return cast(Page, super().get(*args, **kwargs))

    def post(self, *args: Any, **kwargs: Any) -> Page:
        return cast(Page, super().post(*args, **kwargs))

    def send(self, path: str, **fields: Any) -> Page:
        """Post fields with a valid CSRF token, without having seen the form."""
        return self.post(path, data={"csrf_token": self.csrf_token(), **fields})

    def submit(self, page: Page, selector: str | None = None, *, button: str | None = None, **fields: Any) -> Page:
        """Fill in a form of a page as a reader would, and send it; a field the form lacks is an error."""
        form = page.form(selector)
        values = _filled(form)
        unknown = set(fields) - _names(form)
        assert not unknown, f"the form has no field called {', '.join(sorted(unknown))}"
        values |= {name: value for name, value in fields.items() if value is not None}
        for name in (name for name, value in fields.items() if value is None):
            values.pop(name, None)
        values |= _pressed(form, button)
        action = str(form.get("action") or page.request.full_path)
        if str(form.get("method", "get")).lower() == "get":
            return self.get(action, query_string=values)
        multipart = form.get("enctype") == "multipart/form-data"
        return self.post(action, data=values, content_type="multipart/form-data" if multipart else None)

    def follow(self, page: Page) -> Page:
        """Go where a redirect leads."""
        assert page.status_code in REDIRECTS, f"{page.status_code} is no redirect: {page.words[:300]}"
        return self.get(page.location)

    def signed_in_as(self, person: Any) -> Client:
        """Sign a person in, without the sign-in page."""
        token = actions.sign_in(person, browser="Firefox")
        db.session().commit()
        with self.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        return self

    def signed_out(self) -> Client:
        with self.session_transaction() as session:
            session.clear()
        return self

    def csrf_token(self) -> str:
        """A token that the site accepts from this client."""
        with self.session_transaction() as session:
            token, session["csrf_token"] = contextvars.Context().run(self._new_token, session.get("csrf_token"))
        return token

    def _new_token(self, kept: str | None) -> tuple[str, str]:
        with self.application.test_request_context():
            if kept:
                flask_session["csrf_token"] = kept
            return generate_csrf(), flask_session["csrf_token"]

    def _check(self, page: Page) -> None:
        if page.mimetype != "text/html" or page.status_code in REDIRECTS or not page.get_data():
            return
        headers: Mapping[str, str] = page.request.headers
        partial = "HX-Request" in headers and not re.match(r"\s*<!doctype", page.text, re.IGNORECASE)
        policy = page.headers.get("Content-Security-Policy", "")
        found = faults(Markup(page.text, policy, not partial, self._needs_no_token))
        assert not found, f"{page.request.method} {page.request.full_path} ({page.status_code}):\n" + "\n".join(found)

    def _needs_no_token(self, action: str) -> bool:
        """Whether the route behind an address is exempt from CSRF, as is one that visitors' cached pages post to."""
        try:
            endpoint, _ = self.application.url_map.bind("localhost").match(urlsplit(action).path, method="POST")
        except HTTPException:
            return False
        view = self.application.view_functions[endpoint]
        return f"{view.__module__}.{view.__name__}" in csrf._exempt_views


def _names(form: Tag) -> set[str]:
    return {str(field["name"]) for field in form.select("[name]")}


def _filled(form: Tag) -> dict[str, Any]:
    """What a browser would send if the form were sent as it stands."""
    values: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        kind, value = str(field.get("type", "text")), _value(field)
        unsent = kind in {"submit", "button", "image", "file"} or field.has_attr("disabled")
        if unsent or value is None or (kind in {"checkbox", "radio"} and not field.has_attr("checked")):
            continue
        name = str(field["name"])
        values[name] = [*_listed(values[name]), value] if name in values else value
    return values


def _value(field: Tag) -> Any:
    if field.name == "textarea":
        return field.get_text().removeprefix("\n")
    if field.name == "select":
        chosen = [str(option.get("value", option.get_text())) for option in field.select("option[selected]")]
        if field.has_attr("multiple"):
            return chosen or None
        first = field.select("option:not([disabled])")
        return chosen[0] if chosen else (str(first[0].get("value", first[0].get_text())) if first else None)
    return str(field.get("value", "on" if field.get("type") in {"checkbox", "radio"} else ""))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _pressed(form: Tag, button: str | None) -> dict[str, str]:
    """The name and value of the button with this text (or value), if it has a name."""
    buttons = form.select("button:not([type=button]), input[type=submit]")
    if button is not None:
        buttons = [b for b in buttons if button in {str(b.get("value")), " ".join(b.get_text(" ").split())}]
        assert buttons, f"the form has no button “{button}”"
    pressed = buttons[0] if buttons else None
    return (
        {str(pressed["name"]): str(pressed.get("value", ""))}
        if pressed is not None and pressed.has_attr("name")
        else {}
    )
