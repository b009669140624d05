"""The application of this process, for code that runs outside a request."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from flask import Flask, current_app, has_app_context


@cache
def _own() -> Flask:
    from app import create_app

    return create_app()


def application() -> Flask:
    """The current application, or one built once for a worker process."""
    return cast(Any, current_app)._get_current_object() if has_app_context() else _own()
