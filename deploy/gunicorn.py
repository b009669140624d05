"""How gunicorn serves Torvet, locally and behind nginx. Every setting can be overridden on its command line."""

import os
from time import monotonic
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

APART = 0.005
"""Seconds after which a worker takes one more connection although its threads are all at work."""


class FairWorker(ThreadWorker):
    """Takes new connections at once while one of its threads is free, and one by one while none is.

    Gunicorn's own takes all that come in the same moment, and the other workers have nothing to do for as long as those
    connections are kept.
    """

    took_at = 0.0

    def accept(self, listener: Any) -> None:
        self.took_at = monotonic()
        super().accept(listener)

    @property
    def worker_connections(self) -> int:
        busy = self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns)
        return self._most if busy < self.cfg.threads or monotonic() - self.took_at > APART else 0

    @worker_connections.setter
    def worker_connections(self, most: int) -> None:
        self._most = most


workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "2"))
worker_class = FairWorker
preload_app = True  # one import for all workers; nothing connects before the fork
graceful_timeout = 8
timeout = 60
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None
errorlog = "-"
control_socket_disable = True  # it would lie in the home, shared by all squares of one user
loglevel = "warning"
