"""`make run` and `make dev`: the whole square on this machine, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from config import Config, ConfigError
from deploy.local import lock, parts, place, ports, prepared, say, services, setup
from deploy.local.servers import Servers, answers
from deploy.local.supervisor import Child, Supervisor
from deploy.local.trouble import Trouble
from deploy.local.watch import Watch


def run(*, dev: bool = False, var: Path = place.VAR) -> int:
    """Bring everything up, keep it up, take it down."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    with ExitStack() as stack:
        held = stack.enter_context(lock.alone(place.folder(var)))
        host = os.environ.get("HOST", ports.HOST)
        web = stack.enter_context(ports.listen("PORT", ports.chosen("PORT", ports.WEB), host))
        setup.build()
        address = f"http://{f'[{host}]' if ':' in host else host}:{web.getsockname()[1]}"
        lock.note(held, f"process {os.getpid()}, {address}")
        servers = Servers(var)
        stack.callback(servers.stop)
        addresses = {"BASE_URL": os.environ.get("BASE_URL", address)} | servers.start()
        smtp = None
        if "SMTP_URL" not in os.environ:
            smtp = stack.enter_context(ports.listen("MAIL_PORT", ports.chosen("MAIL_PORT", ports.ANY)))
            addresses["SMTP_URL"] = f"smtp://{ports.HOST}:{smtp.getsockname()[1]}"
        stack.enter_context(services.written(var, addresses))
        env = parts.environment(addresses, var)
        _check_settings(env)
        sign_ins = prepared.ensure(env, var, own="DATABASE_URL" not in os.environ)
        children = [Child(part) for part in parts.all_parts(env, web, smtp)]
        supervisor = Supervisor(servers, children)
        if dev:
            supervisor.each_tick = Watch(supervisor.restart).look
        words = (address, sign_ins, smtp is not None, supervisor.opened)
        threading.Thread(target=_greet, args=words, daemon=True).start()
        supervisor.run()
    return 0


def _check_settings(env: Mapping[str, str]) -> None:
    try:
        Config.from_env(env)
    except ConfigError as fault:
        raise Trouble(str(fault)) from fault


def _greet(address: str, sign_ins: str, catches_mail: bool, opened: threading.Event) -> None:
    """Wait until the square answers, then say where it is and let the other parts start."""
    while not answers(address):
        time.sleep(0.2)
    mails = f"\nMails can be read at {address}/dev/mails" if catches_mail else ""
    say.line(f"\n{sign_ins}\n\nTorvet is open at {address}{mails}\nCtrl-C stops it.\n")
    opened.set()
