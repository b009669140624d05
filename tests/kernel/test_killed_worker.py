"""A worker is killed in the middle of a job: the job runs again, and nobody is told twice."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest
from flask import Flask
from sqlalchemy import select

from app.kernel import clock, db, jobs, mail
from app.kernel.mail import MailState, OutgoingMail
from config import ROOT, Config
from tests.support.smtp import Mailbox


class SilentServer:
    """A mail server that says so much of the conversation and then nothing more."""

    def __init__(self, *answers: bytes) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(30)
        self.answers = answers

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.listener.getsockname()[1]}"

    def converse(self) -> socket.socket:
        """Take one caller as far as the answers go."""
        caller, _ = self.listener.accept()
        caller.settimeout(30)
        for answer in self.answers:
            caller.sendall(answer)
            caller.recv(65536)
        return caller


def worker(config: Config) -> subprocess.Popen[bytes]:
    fields = {name.upper(): str(getattr(config, name)) for name in config.__dataclass_fields__}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **fields}, start_new_session=True)


@pytest.fixture
def letter(committed: Flask) -> OutgoingMail:
    """A letter that waits in the queue."""
    queued = mail.queue("digest", address="mette@example.org", language="da", name="Mette", lines=[line()])
    db.session().commit()
    return queued


def line() -> dict[str, str]:
    return {"sentence": "Idéen har fået svar.", "url": "http://localhost/proposals/1", "reason": "", "path": "/"}


def kill_while_sending(app: Flask, server: SilentServer) -> None:
    """Let a worker of its own process begin the job, and pull the plug when the mail server falls silent."""
    config = replace(app.settings, smtp_url=server.url)
    running = worker(config)
    jobs.send_queued()
    caller = server.converse()
    pull_the_plug(running)
    caller.close()
    server.listener.close()


def pull_the_plug(running: subprocess.Popen[bytes]) -> None:
    """Kill the worker and the process it does the job in, which is in a group of its own."""
    doomed = [psutil.Process(running.pid), *psutil.Process(running.pid).children(recursive=True)]
    for process in doomed:
        process.kill()
    psutil.wait_procs(doomed, 10)
    running.wait()


def state_of(letter: OutgoingMail) -> MailState:
    db.session().rollback()
    return db.session().scalars(select(OutgoingMail.state).where(OutgoingMail.id == letter.id)).one()


def wait_until_unlocked(letter: OutgoingMail) -> None:
    """PostgreSQL notices within moments that the killed worker is gone."""
    for _ in range(100):
        db.session().rollback()
        free = select(OutgoingMail.id).where(OutgoingMail.id == letter.id).with_for_update(skip_locked=True)
        if db.session().scalar(free) is not None:
            db.session().rollback()
            return
        time.sleep(0.1)
    raise AssertionError("the row stayed locked")


def test_killed_before_the_hand_over_it_is_sent_by_the_next_worker(
    committed: Flask, letter: OutgoingMail, mails: Mailbox
) -> None:
    kill_while_sending(committed, SilentServer())
    wait_until_unlocked(letter)
    assert state_of(letter) == MailState.QUEUED
    for _ in range(2):
        with committed.app_context():
            jobs.perform("mail.send", letter.id)
    assert state_of(letter) == MailState.SENT
    assert len(mails.messages) == 1


def test_killed_during_the_hand_over_it_is_not_sent_again_by_itself(
    committed: Flask, letter: OutgoingMail, mails: Mailbox
) -> None:
    kill_while_sending(committed, SilentServer(b"220 here\r\n", b"250 here\r\n", b"250 ok\r\n", b"250 ok\r\n"))
    wait_until_unlocked(letter)
    assert state_of(letter) == MailState.HANDING_OVER
    with committed.app_context():
        jobs.perform("mail.send", letter.id)
        db.session().get_one(OutgoingMail, letter.id).due_at = clock.now() - 2 * mail.STALE
        db.session().commit()
        jobs.perform("mail.sweep")
    assert state_of(letter) == MailState.DEAD
    assert mails.messages == []


def test_a_job_queued_while_no_worker_lived_is_done_by_the_next_one(
    committed: Flask, letter: OutgoingMail, mails: Mailbox
) -> None:
    jobs.send_queued()
    running = worker(committed.settings)
    try:
        for _ in range(200):
            if mails.messages:
                break
            time.sleep(0.1)
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait(20)
    assert len(mails.messages) == 1
