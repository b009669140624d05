"""The entry point of web servers and of the flask command."""

import gc

from app import create_app

app = create_app()
gc.freeze()  # it lives as long as the process: the collector need not look through it, least of all at the end
