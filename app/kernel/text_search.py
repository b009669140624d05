"""Full-text search in Danish and English, in each spelling of å and ø, from the beginnings of words."""

from __future__ import annotations

import re
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Computed, Text, cast, func, literal_column
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import MappedColumn, mapped_column

DANISH, ENGLISH = "torvet_da", "torvet_en"
SPELLED = (("aa", "å"), ("oe", "ø"))
"""Names and keyboards come with both; what is searched and what is asked for are both read as the letter."""
WEIGHTS: ColumnElement[Any] = literal_column("'{0.02, 0.05, 0.1, 1}'::real[]")
LONG_WORD: ColumnElement[str] = literal_column("'(?<!!)''[^'']{3,}'''")
"""A word of three letters or more in the text of a query, unless it is to be left out."""
COMES_AND_GOES = re.compile(r"(?<=[^\W\d_aeiouyæøå])(?:el|l(?:er|en|erne|ens|ers|e))\b")
"""The end of a word whose e comes and goes: cykel, cyklen, cykler."""


def vector_column(*columns: str) -> MappedColumn[Any]:
    """A stored search vector over text columns, the first weighing most. Index it with GIN."""
    danish = "lower(coalesce({column}, ''))"
    for pair, letter in SPELLED:
        danish = f"replace({danish}, '{pair}', '{letter}')"
    parts = [
        f"setweight(to_tsvector('{configuration}', {text.format(column=column)}), '{weight}')"
        for configuration, text in ((DANISH, danish), (ENGLISH, "coalesce({column}, '')"))
        for column, weight in zip(columns, "ABCD", strict=False)
    ]
    return mapped_column(TSVECTOR, Computed(" || ".join(parts), persisted=True), deferred=True)


def matches(vector: Any, words: str) -> ColumnElement[bool]:
    """Whether a row answers to what somebody typed, in either language: to whole words or to their beginnings.

    A compound answers to the word that it begins with; words in quotation marks are taken as they are.
    """
    return vector.bool_op("@@")(_query(words, beginnings='"' not in words))


def rank(vector: Any, words: str) -> ColumnElement[float]:
    """How well a row answers; a word in the title weighs as much as ten in the text that follows it, and a whole word
    more than one that only begins so."""
    whole, begun = (func.ts_rank_cd(WEIGHTS, vector, _query(words, beginnings=each)) for each in (False, True))
    return 2 * whole + begun


def _query(words: str, *, beginnings: bool) -> ColumnElement[Any]:
    words = words[:200]
    asked = [(DANISH, form) for form in forms(words)] + [(ENGLISH, words)]
    return reduce(lambda one, other: one.op("||")(other), [_asked(*each, beginnings) for each in asked])


def _asked(configuration: str, words: str, beginnings: bool) -> ColumnElement[Any]:
    whole = func.websearch_to_tsquery(literal_column(f"'{configuration}'"), words)
    if not beginnings:
        return whole
    return cast(func.regexp_replace(cast(whole, Text), LONG_WORD, literal_column(r"'\&:*'"), "g"), TSQUERY)


def forms(words: str) -> list[str]:
    """The words as Danish reads them, and with the other form of those whose e comes and goes."""
    danish = words.lower()
    for pair, letter in SPELLED:
        danish = danish.replace(pair, letter)
    other = COMES_AND_GOES.sub(lambda end: "l" if end[0] == "el" else "el", danish)
    return list(dict.fromkeys([danish, other]))
