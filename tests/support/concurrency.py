"""Tests with real commits and several clients at once, on a database of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from redis import Redis

from app import create_app
from tests.support import database
from tests.support.client import Client, Page

AtOnce = Callable[..., list[Any]]


@pytest.fixture
def committed(worker_app: Flask, valkey: Redis) -> Iterator[Flask]:
    """An application on a database of its own, where commits are real. Its context is pushed."""
    with database.clone("committed") as name:
        app = create_app(replace(worker_app.settings, database_url=database.url_of(name)))
        with app.app_context():
            yield app
        database.hang_up(app)


@pytest.fixture
def client_of() -> Callable[[Flask], Client]:
    """Makes a client for an application, such as `committed`."""
    return lambda app: Client(app, Page, use_cookies=True)


@pytest.fixture
def at_once() -> AtOnce:
    """`at_once(8, work)` calls `work(0)` … `work(7)` together in threads; an exception comes back as a result."""

    def run(times: int, work: Callable[[int], Any], *, app: Flask | None = None) -> list[Any]:
        barrier = threading.Barrier(times)

        def one(number: int) -> Any:
            barrier.wait(30)
            try:
                if app is None:
                    return work(number)
                with app.app_context():
                    return work(number)
            except Exception as error:
                return error

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(one, range(times)))

    return run
