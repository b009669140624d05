"""The parts of Torvet's own: how each is started. The Procfile names the same."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.place import ROOT


@dataclass(frozen=True)
class Part:
    """One process of Torvet, and how long it may take to finish what it is doing."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    sockets: tuple[int, ...] = ()
    patience: float = 10.0
    after_web: bool = False
    """Whether it starts when the pages are there, so as not to hold them up."""


def all_parts(env: Mapping[str, str], web: socket.socket, smtp: socket.socket | None) -> list[Part]:
    """In the order in which they start."""
    python, flask = sys.executable, (sys.executable, "-m", "flask", "--app", "wsgi")
    gunicorn = (python, "-m", "gunicorn", "--config", str(ROOT / "deploy" / "gunicorn.py"))
    parts = [
        Part("web", (*gunicorn, "--bind", f"fd://{web.fileno()}", "wsgi:app"), env, (web.fileno(),)),
        Part("worker", (*flask, "jobs", "work"), env, after_web=True),
        Part("schedule", (*flask, "jobs", "schedule"), env, after_web=True),
    ]
    if smtp is not None:
        catch = (python, "-m", "deploy.local", "catch-mail", env["MAIL_DIR"], str(smtp.fileno()))
        parts.append(Part("mail", catch, env, (smtp.fileno(),), after_web=True))
    return parts


def environment(addresses: Mapping[str, str], var: Path) -> dict[str, str]:
    """The environment of every part: ours, over it what was started here."""
    here = {
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
        "MAIL_DIR": str(var / "mails"),
        "FILES_DIR": str(var / "files"),
    }
    return {**here, **os.environ, **addresses}
