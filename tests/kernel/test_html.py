from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.html import plain, rich


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**fed** og *skrå*", "<p><strong>fed</strong> og <em>skrå</em></p>"),
        ("# Stort\n\nlidt", "<h3>Stort</h3>\n<p>lidt</p>"),
        ("- en\n- to", "<ul>\n<li>en</li>\n<li>to</li>\n</ul>"),
        ("linje\nlinje", "<p>linje<br>\nlinje</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
    ],
)
def test_simple_formatting_works_and_nothing_else(text: str, html: str) -> None:
    assert str(rich(text)).strip() == html


def test_a_link_tells_search_engines_that_a_reader_wrote_it() -> None:
    assert 'rel="nofollow ugc noopener"' in rich("se www.eksempel.dk")


@given(st.text(alphabet="<>\"'&/=:;#*_[]()!`- \njavscriptonxerld", max_size=120))
def test_no_text_becomes_a_script_or_a_handler(text: str) -> None:
    html = str(rich(text)).lower()
    assert "<script" not in html
    assert " on" not in "".join(part.split(">")[0] for part in html.split("<")[1:])
    assert 'href="javascript' not in html


def test_a_summary_ends_at_a_word() -> None:
    assert plain("**Mere** skygge på torvet om sommeren", 18) == "Mere skygge på …"
    assert plain("A & B <3") == "A & B <3"
    assert plain(None) == ""


def test_many_threads_clean_texts_at_once() -> None:
    texts = [f"# Linje {n}\n\n- et\n- to **{n}**\n\n> citat <b>{n}</b> https://example.org/{n}" for n in range(300)]
    alone = [rich.__wrapped__(text) for text in texts]
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(rich.__wrapped__, texts))
    finally:
        sys.setswitchinterval(switching)
    assert together == alone
