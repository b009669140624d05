"""Readers of some tests read English; that the Danish is complete is tested elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.support.client import Client, Page


class EnglishClient(Client):
    """A client who chose English."""

    def open(self, *args: Any, **kwargs: Any) -> Page:
        with self.session_transaction() as session:
            session["language"] = "en"
        return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask) -> Client:
    return EnglishClient(app, Page, use_cookies=True)


@pytest.fixture
def another_client(app: Flask) -> Callable[[], Client]:
    return lambda: EnglishClient(app, Page, use_cookies=True)
