"""The entry point of web servers and of the flask command."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from itertools import islice

from flask import Flask

from app import STAND_ALONE, create_app

WITH_A_VALUE = {"-A", "--app", "-e", "--env-file"}
"""The options of the flask command itself that take the next word."""


def asked_for() -> tuple[str, ...]:
    """The group and the verb given to the flask command, such as budgets tally; nothing under a web server."""
    if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
        return ()
    words = iter(sys.argv[1:])
    for word in words:
        if word in WITH_A_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return word, *islice(words, 1)
    return ()


def commands_of(feature: str) -> Flask:
    """An application that offers one feature's commands and nothing else.

    None of them multiplies matrices, so none needs the threads that NumPy would start for that on every core.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    alone = Flask("app")
    alone.cli.add_command(import_module(f"app.{feature}.cli").cli)
    return alone


app = commands_of(STAND_ALONE[command]) if (command := asked_for()) in STAND_ALONE else create_app()

# What was made by now stays for good. Looking through it for garbage again and again would cost a tenth of every page.
gc.freeze()
gc.set_threshold(20_000, 20, 50)
