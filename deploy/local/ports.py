"""Where the parts listen. The sockets are opened here and handed to the parts: nobody can take them in between."""

from __future__ import annotations

import errno
import os
import socket

from deploy.local.trouble import Trouble

HOST, WEB = "127.0.0.1", 8000
ANY = 0


def listen(name: str, port: int, host: str = HOST) -> socket.socket:
    """Open a port, or say in one sentence who may not have it and what to do."""
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
        opened.listen(512)
    except OSError as error:
        opened.close()
        raise Trouble(_why(error, name, port, host)) from error
    opened.set_inheritable(True)
    return opened


def chosen(name: str, default: int) -> int:
    """The port that the environment names, or the default."""
    value = os.environ.get(name, str(default))
    if not value.isdigit() or int(value) > 65535:
        raise Trouble(f"{name} must be a port number from 0 to 65535, not “{value}”.")
    return int(value)


def _why(error: OSError, name: str, port: int, host: str) -> str:
    choose = f"choose another with {name}=…, for example `make run {name}={port + 1 if port < 65535 else 8000}`"
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program: stop it, or {choose}."
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} is reserved for root: {choose}."
    return f"Cannot listen on {host} port {port}: {error.strerror}; {choose}."
