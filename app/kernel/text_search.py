"""Full-text search in Danish and English, spelled with or without accents."""

from __future__ import annotations

import re
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Computed, func, literal_column
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import MappedColumn, mapped_column

CONFIGURATIONS = ("torvet_da", "torvet_en")
WEIGHTS: ColumnElement[Any] = literal_column("'{0.02, 0.05, 0.1, 1}'::real[]")
LEFT_OUT = re.compile(r"(^|\s)-")


def vector_column(*columns: str) -> MappedColumn[Any]:
    """A stored search vector over text columns, the first weighing most. Index it with GIN."""
    parts = [
        f"setweight(to_tsvector('{configuration}', coalesce({column}, '')), '{weight}')"
        for configuration in CONFIGURATIONS
        for column, weight in zip(columns, "ABCD", strict=False)
    ]
    return mapped_column(TSVECTOR, Computed(" || ".join(parts), persisted=True), deferred=True)


def matches(vector: Any, words: str) -> ColumnElement[bool]:
    """Whether a row answers to what somebody typed, in either language."""
    return vector.bool_op("@@")(query(words))


def rank(vector: Any, words: str) -> ColumnElement[float]:
    """How well a row answers; a word in the title weighs as much as ten in the text that follows it."""
    return func.ts_rank_cd(WEIGHTS, vector, query(words))


def query(words: str) -> ColumnElement[Any]:
    """What somebody typed, in either language and in each spelling of å and ø."""
    asked = [
        func.websearch_to_tsquery(literal_column(f"'{configuration}'"), spelled)
        for spelled in spellings(words[:200])
        for configuration in CONFIGURATIONS
    ]
    return reduce(lambda one, other: one.op("||")(other), asked)


def spellings(words: str) -> list[str]:
    """The words as typed, and with å for aa and ø for oe or the other way round: names come in both.

    Words that somebody wants left out are taken as they are, or the other spelling would let them in again.
    """
    if LEFT_OUT.search(words):
        return [words]
    lower = words.lower()
    letters = lower.replace("aa", "å").replace("oe", "ø")
    pairs = lower.replace("å", "aa").replace("ø", "oe")
    return list(dict.fromkeys([lower, letters, pairs]))
