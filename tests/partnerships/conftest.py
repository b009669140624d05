from __future__ import annotations

import pytest
from flask import Flask


@pytest.fixture(autouse=True)
def read_in_english(worker_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests quote the pages in English, whatever language the reader would get."""
    monkeypatch.setattr(worker_app.extensions["babel"], "locale_selector", lambda: "en")
