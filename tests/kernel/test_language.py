from __future__ import annotations

import pytest
from flask import Flask

from app.kernel.i18n import speaking
from app.kernel.language import language_of, voiced


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Letters from the municipality that newcomers understand", "en"),
        ("Sidste bus er kørt", "da"),
        ("Gående skolebus", "da"),
        ("Is there a meeting in English about this?", "en"),
        ("Festival 2027", None),
        ("", None),
    ],
)
def test_a_text_is_known_by_its_commonest_words(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_words_in_another_language_than_the_page_are_marked(app: Flask) -> None:
    with app.test_request_context(), speaking("da"):
        assert voiced("Letter buddies at the library") == '<span lang="en">Letter buddies at the library</span>'
        assert voiced("Køligere torve") == "Køligere torve"


def test_marked_words_cannot_smuggle_markup(app: Flask) -> None:
    with app.test_request_context(), speaking("da"):
        assert voiced("This is <b>the</b> end") == '<span lang="en">This is &lt;b&gt;the&lt;/b&gt; end</span>'


def test_a_text_too_short_to_tell_speaks_like_the_one_beside_it(app: Flask) -> None:
    with app.test_request_context(), speaking("en"):
        assert voiced("3 uger kortere") == "3 uger kortere"
        beside = voiced("3 uger kortere", beside="Det gik ikke, og vi skriver hvorfor.")
        assert beside == '<span lang="da">3 uger kortere</span>'
