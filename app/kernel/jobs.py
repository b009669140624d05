"""Background jobs: queued in a request, sent after its commit, run under the same one-transaction wrapper."""

from __future__ import annotations

import os
from collections.abc import Callable

import structlog
from flask import Flask, current_app
from flask.cli import AppGroup
from redis import Redis, RedisError
from rq import Queue, Retry, Worker
from rq.cron import CronScheduler
from sqlalchemy.exc import DBAPIError

from app.kernel import db
from app.kernel.settings import settings

log = structlog.get_logger()
cli = AppGroup("jobs", help="Run the background jobs.")

_registry: dict[str, Callable[..., None]] = {}
_schedule: list[tuple[str, str]] = []
QUEUE = "torvet"
RETRY = Retry(max=2)
"""Tried again at once; what still fails is found in its table by the sweeps, which run every minute."""


def job(name: str, *, cron: str | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a job by name; with `cron` (five fields, UTC) it also runs by itself."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        _registry[name] = function
        if cron:
            _schedule.append((name, cron))
        return function

    return register


class JobFailed(Exception):
    """The database refused what a job wrote. Its own words quote the row, and failed jobs are kept for a week."""


def enqueue(name: str, *ids: int | str) -> None:
    """Queue a registered job. It leaves after the commit of this request or job, or never."""
    if name not in _registry:
        raise LookupError(f"There is no job called {name}.")
    db.session().info.setdefault("queued", []).append((name, ids))


def forget() -> None:
    """Drop what was queued: the transaction was rolled back."""
    db.session().info.pop("queued", None)


def send_queued() -> None:
    """Hand what was queued to the workers. If Valkey is away the outbox sweep sends it later."""
    queued = db.session().info.pop("queued", [])
    if not queued:
        return
    try:
        queue = Queue(QUEUE, connection=connection())
        for name, ids in queued:
            queue.enqueue(run, name, *ids, retry=RETRY, result_ttl=600, failure_ttl=7 * 86400)
    except RedisError as away:
        log.warning("jobs.not_sent", jobs=[name for name, _ in queued], error=type(away).__name__)


def run(name: str, *ids: int | str) -> None:
    """Run one job: one application context, one transaction, then what it queued itself."""
    from app.kernel.runtime import application

    with application().app_context():
        try:
            perform(name, *ids)
        except DBAPIError as failure:
            raise JobFailed(name, type(failure).__name__, getattr(failure.orig, "sqlstate", None)) from None


def perform(name: str, *ids: int | str) -> None:
    """Run one job in the present application context and commit it."""
    try:
        _registry[name](*ids)
        db.session().commit()
    except BaseException:
        db.session().rollback()
        forget()
        raise
    send_queued()


def connection() -> Redis:
    """A connection to Valkey."""
    return current_app.extensions["valkey"]


@cli.command()
def work() -> None:
    """Work off the queue until told to stop."""
    Worker([Queue(QUEUE, connection=connection())], connection=connection()).work(logging_level="WARNING")


@cli.command()
def schedule() -> None:
    """Start the recurring jobs when they are due."""
    scheduler = CronScheduler(connection=connection(), logging_level="WARNING", name=f"torvet-{os.getpid()}")
    for name, cron in _schedule:
        scheduler.register(run, QUEUE, args=(name,), cron=cron)
    scheduler.start()


def init_app(app: Flask) -> None:
    app.extensions["valkey"] = Redis.from_url(
        settings(app).redis_url,
        socket_connect_timeout=2,
        health_check_interval=30,
    )
    app.cli.add_command(cli)
