"""Somebody at a terminal is told what takes long; a file or a pipe never is."""

from __future__ import annotations

import time

import pytest

from app.kernel import progress
from app.kernel.progress import Progress


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody watches, and is soon impatient."""
    monkeypatch.setattr(progress, "on_terminal", lambda: True)
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    monkeypatch.setattr(progress, "PACE", 0.01)


def slow_step(seconds: float) -> None:
    with Progress() as told:
        told.tell("Counting")
        time.sleep(seconds)


@pytest.mark.usefixtures("watched")
def test_what_takes_long_is_told_until_it_is_over(capfd: pytest.CaptureFixture[str]) -> None:
    slow_step(0.5)
    out, err = capfd.readouterr()
    assert "Counting (0 s)\r" in err
    assert err.endswith("\r")
    assert not out


@pytest.mark.usefixtures("watched")
def test_what_is_quick_says_nothing(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 60.0)
    slow_step(0.0)
    assert capfd.readouterr() == ("", "")


def test_without_a_terminal_nothing_is_said(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    slow_step(0.1)
    assert capfd.readouterr() == ("", "")
