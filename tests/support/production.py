"""Torvet as deploy/ sets it up: nginx with TLS in front, the web and the worker as the units start them, on settings of
production. Only places differ: ports, sockets, folders and the certificate are the test's own."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from config import ROOT
from deploy.local import nginx, processes
from deploy.local.servers import wait_until

DEPLOY = ROOT / "deploy"
HOST = "torvet.example.org"
BESIDE = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
{user}
events {{}}
http {{
    types {{
        text/html html; text/css css; application/javascript js; image/svg+xml svg; font/woff2 woff2;
    }}
    {temporary}
    include {folder}/torvet.conf;
}}
"""
"""What Debian's nginx.conf has around a site."""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass
class Production:
    """What runs, where it is reached, and what it wrote."""

    folder: Path
    http: int
    https: int
    env: Mapping[str, str]
    web: subprocess.Popen[bytes] | None = None

    @property
    def logs(self) -> dict[str, str]:
        """All that was written, by the name of who wrote it."""
        return {file.name: file.read_text() for file in self.folder.glob("*.log")}

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """A program as its unit starts it."""
        unit = (DEPLOY / "systemd" / f"torvet-{name}.service").read_text()
        words = shlex.split(re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1])  # type: ignore[index]
        words = [sys.executable, "-m", words[0].rpartition("/")[2], *words[1:]]
        words = [word.replace("/run/torvet", str(self.folder)) for word in words]
        with (self.folder / f"{name}.log").open("ab") as log:
            return processes.start(words, output=log, env=self.env, cwd=ROOT)

    def open(self) -> None:
        """Start the web, until it takes requests."""
        self.web = self.start("web")
        alive = self.web.poll
        if not wait_until((self.folder / "web.sock").exists, lambda: alive() is None, 60):
            raise RuntimeError(self.logs["web.log"])

    def close(self) -> None:
        assert self.web is not None
        processes.stop(self.web)


def settings(folder: Path, **own: str) -> dict[str, str]:
    """The example file, filled in."""
    lines = (DEPLOY / "production.env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("TORVET", "PYTEST", "COV"))}
    return {**plain, **example, "FILES_DIR": str(folder / "files"), **own}


@contextmanager
def running(folder: Path, **own: str) -> Iterator[Production]:
    """Production in a folder, with these settings of one's own."""
    with ExitStack() as stack:
        made = Production(folder, _free_port(), _free_port(), settings(folder, PYTHONUNBUFFERED="1", **own))
        for name in ("worker",):
            stack.callback(processes.stop, made.start(name))
        made.open()
        stack.callback(made.close)
        _configure(made)
        command = [nginx.ensure(), "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "nginx-error.log"]
        front = processes.start(command, output=subprocess.DEVNULL)
        stack.callback(processes.stop, front)
        if not wait_until(lambda: _open(made.https), lambda: front.poll() is None):
            raise RuntimeError(made.logs["nginx-error.log"])
        yield made


def _configure(made: Production) -> None:
    """torvet.conf with the places of this machine, and what stands around it."""
    folder = made.folder
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
            ),
            *("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    text = (DEPLOY / "nginx" / "torvet.conf").read_text()
    for theirs, ours in {
        r"listen \[::\]:\d+[^;]*;": "",
        "listen 80;": f"listen 127.0.0.1:{made.http};",
        "listen 443 ": f"listen 127.0.0.1:{made.https} ",
        r"/etc/letsencrypt/live/torvet\.example\.org/fullchain\.pem": str(certificate),
        r"/etc/letsencrypt/live/torvet\.example\.org/privkey\.pem": str(key),
        "/run/torvet": str(folder),
        "/srv/torvet/current/static": str(ROOT / "static"),
        "/var/log/nginx/torvet.log": str(folder / "nginx.log"),
        "/var/log/nginx/torvet-error.log": str(folder / "nginx-serious.log"),
    }.items():
        text, number = re.subn(theirs, ours, text)
        assert number, f"torvet.conf no longer holds {theirs}"
    (folder / "torvet.conf").write_text(text)
    temporary = "\n".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(BESIDE.format(folder=folder, user=user, temporary=temporary))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _open(port: int) -> bool:
    time.sleep(0.05)
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
