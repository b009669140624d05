"""How gunicorn serves Torvet, locally and behind nginx. Every setting can be overridden on its command line."""

import os

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "2"))
worker_class = "gthread"
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
