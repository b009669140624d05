from __future__ import annotations

import re
from pathlib import Path

from app.moderation.models import DecisionKind
from app.notifications.models import Topic
from app.notifications.rules import DEFAULTS, SILENT, TELLINGS

APP = Path(__file__).parents[2] / "app"
KIND = re.compile(r"""record\(\s*f?["']([a-z_]+\.[a-z_{}]+)["']""")


def recorded_kinds() -> set[str]:
    """Every kind that some feature writes down, with the decisions of moderation spelled out."""
    found = {kind for path in APP.rglob("*.py") for kind in KIND.findall(path.read_text())}
    return {k for k in found if "{" not in k} | {f"case.{kind}" for kind in DecisionKind}


def test_every_kind_of_activity_is_either_told_or_silent_on_purpose() -> None:
    assert recorded_kinds() - set(TELLINGS) - SILENT == set()


def test_every_topic_has_a_default() -> None:
    assert set(DEFAULTS) == set(Topic)
