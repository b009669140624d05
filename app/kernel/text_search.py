"""Full-text search in Danish and English, spelled with or without accents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Computed, func, literal_column
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import MappedColumn, mapped_column

CONFIGURATIONS = ("torvet_da", "torvet_en")


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
    return func.ts_rank_cd(vector, query(words))


def query(words: str) -> ColumnElement[Any]:
    danish, english = (
        func.websearch_to_tsquery(literal_column(f"'{configuration}'"), words[:200]) for configuration in CONFIGURATIONS
    )
    return danish.op("||")(english)
