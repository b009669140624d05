"""The settings of the running application."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, current_app

from config import Config


def settings(app: Flask | None = None) -> Config:
    return cast(Config, cast(Any, app or current_app).settings)
