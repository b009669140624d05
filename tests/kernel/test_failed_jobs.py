"""What is kept of a job that failed holds nothing that people wrote."""

from __future__ import annotations

import pytest
from flask import Flask
from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import Job

from app.identity.models import Person
from app.kernel import db, jobs
from tests.factories import identity

SECRET = "mette.hemmelig@example.org"


def writes_it_twice() -> None:
    db.session().add(Person(name="Mette", email=SECRET))
    db.session().flush()


def test_a_failed_job_keeps_no_word_of_the_row_it_broke_on(
    app: Flask, valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity.person(email=SECRET)
    monkeypatch.setitem(jobs._registry, "test.twice", writes_it_twice)
    queue = Queue(jobs.QUEUE, connection=valkey)
    queued = queue.enqueue(jobs.run, "test.twice")
    SimpleWorker([queue], connection=valkey).work(burst=True, logging_level="CRITICAL")
    result = Job.fetch(queued.id, connection=valkey).latest_result()
    assert result is not None
    assert "IntegrityError" in str(result.exc_string)
    assert "23505" in str(result.exc_string)
    assert SECRET not in str(result.exc_string)
