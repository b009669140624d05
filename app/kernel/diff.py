"""What is different between two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import islice

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 20_000
Part = tuple[str, str]


def words(old: str, new: str) -> list[Part]:
    """The parts of both texts in order: ("equal" | "delete" | "insert", text). Very long texts are told apart whole."""
    before, after = _split(old), _split(new)
    if len(before) + len(after) > MOST_WORDS:
        return [("equal", new)] if old == new else [("delete", old), ("insert", new)]
    parts: list[Part] = []
    for operation, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "equal":
            parts.append(("equal", "".join(before[start:end])))
            continue
        parts += [("delete", "".join(before[start:end]))] if end > start else []
        parts += [("insert", "".join(after[new_start:new_end]))] if new_end > new_start else []
    return parts


def _split(text: str) -> list[str]:
    return [found.group() for found in islice(WORDS.finditer(text.replace("\r\n", "\n")), MOST_WORDS * 2)]
