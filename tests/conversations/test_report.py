"""The report page: whole, valid, accessible, in both languages, and in need of nothing from elsewhere."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from string import Formatter
from xml.etree.ElementTree import Element

import html5lib
import numpy as np
import pytest

from app.conversations.engine.analysis import Options, analyse, given_groups
from app.conversations.engine.simulate import Recipe, Simulated, simulate
from app.conversations.engine.votes import VoteBatch
from app.conversations.polis_export.reading import Export, Statement
from app.conversations.report import words_da, words_en
from app.conversations.report.beeswarm import LYING, UPRIGHT, draw_swarm, pile
from app.conversations.report.language import Language
from app.conversations.report.map_drawing import MOST_DRAWN, WIDTH, draw_map
from app.conversations.report.page import page
from tests.factories.conversations import clear, mapped

HOSTILE = "<script>alert('“&”')</script>"


def export_of(made: Simulated) -> Export:
    statements = {
        one: Statement(one, f"Påstand {one} {HOSTILE}", 1, False, 0, None)
        for one in np.unique(made.votes.statements).tolist()
    }
    return Export(made.votes, statements, {"topic": f"Æbler & pærer {HOSTILE}"})


def report(made: Simulated, language: str = "da") -> str:
    return page(analyse(mapped(made.votes), Options(draws=20)), export_of(made), language)


def elements(html: str) -> list[Element]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html)
    assert parser.errors == []
    return [element for element in tree.iter() if isinstance(element.tag, str)]


@pytest.fixture(scope="module")
def made() -> Simulated:
    return clear(participants=150, statements=80, votes_each=40)


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_page_is_valid_and_says_its_language(made, language):
    found = elements(report(made, language))
    assert [one.get("lang") for one in found if one.tag == "html"] == [language]
    assert len([one for one in found if one.tag == "h1"]) == 1
    ids = [one.get("id") for one in found if one.get("id")]
    assert len(ids) == len(set(ids))
    named = " ".join(one.get("aria-labelledby") or "" for one in found).split()
    assert set(named) <= set(ids)


def test_headings_never_skip_a_level(made):
    levels = [int(one.tag[1]) for one in elements(report(made)) if re.fullmatch(r"h[1-6]", one.tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_picture_is_told_in_words_and_every_table_named(made):
    found = elements(report(made))
    pictures = [one for one in found if one.tag.endswith("svg") and one.get("role") == "img"]
    assert len(pictures) == 3
    for picture in pictures:
        parts = {child.tag.rpartition("}")[2]: "".join(child.itertext()).strip() for child in picture}
        assert parts["title"]
        assert parts["desc"]
    hidden = [one for one in found if one.tag.endswith("svg") and one.get("role") != "img"]
    within = {id(inner) for one in found if one.get("aria-hidden") for inner in one.iter()}
    assert all(id(one) in within for one in hidden)
    for table in (one for one in found if one.tag == "table"):
        assert table.find("caption") is not None
        assert all(head.get("scope") in {"col", "row"} for head in table.iter("th"))


def test_the_page_fetches_nothing_and_runs_nothing(made):
    html = report(made)
    found = elements(html)
    assert not {"script", "link", "img", "iframe", "object"} & {one.tag for one in found}
    assert not [one.get("href") for one in found if one.get("href") and not one.get("href").startswith("#")]
    styles = "".join("".join(one.itertext()) for one in found if one.tag == "style")
    assert "url(" not in styles
    assert "@import" not in styles
    assert not [name for one in found for name in map(str, one.keys()) if name.startswith("on") or name == "style"]


def test_what_people_write_stays_text(made):
    html = report(made)
    assert "<script>" not in html
    assert "Æbler &amp; pærer &lt;script&gt;" in html


def test_no_figure_is_undefined(made):
    for language in ("da", "en"):
        assert not re.search(r"\b(nan|None|inf)\b", report(made, language))


def test_both_languages_say_the_same_things_with_the_same_parts():
    assert words_da.WORDS.keys() == words_en.WORDS.keys()
    for key, text in words_da.WORDS.items():
        names = [{name for _, name, _, _ in Formatter().parse(one) if name} for one in (text, words_en.WORDS[key])]
        assert names[0] == names[1], key


def test_every_word_is_used():
    templates = Path(__file__).resolve().parents[2] / "templates" / "conversations" / "report"
    code = Path(words_da.__file__).parent
    said = "".join(
        file.read_text() for file in (*templates.glob("*.html"), *code.glob("*.py")) if "words_" not in file.name
    )
    built = ("place_", "key_", "circle", "square", "triangle", "diamond", "cross")
    unused = [key for key in words_da.WORDS if f'"{key}"' not in said and not key.startswith(built)]
    assert unused == []


def test_numbers_are_written_as_in_each_language():
    danish, english = Language("da"), Language("en")
    assert (danish.number(1234567), english.number(1234567)) == ("1.234.567", "1,234,567")
    assert (danish.number(0.5, 2), english.number(0.5, 2)) == ("0,50", "0.50")
    assert (danish.percent(1, 3), english.percent(1, 3)) == ("33\xa0%", "33%")
    assert danish.percent(0, 0) == "–"
    assert (danish.people(1), danish.people(2000), english.people(1)) == ("1 person", "2.000 personer", "1 person")
    assert (danish.listed(["a"]), danish.listed(["a", "b", "c"])) == ("a", "a, b og c")
    assert (danish.count(3), danish.count(7)) == ("tre", "7")


def test_shares_of_fewer_than_five_are_not_shown():
    votes = VoteBatch.of([*range(20), *range(20)], [0] * 20 + [1] * 20, [1] * 20 + [-1] * 20)
    made = Simulated(votes, np.zeros(20, dtype=np.int64))
    laid = given_groups(mapped(votes), np.arange(20), ["east"] * 17 + ["west"] * 3)
    html = page(analyse(laid, Options(draws=0)), export_of(made), "en")
    assert "fewer than 5 answers" in html
    assert "Agree in west" in html
    assert "were divided into two groups beforehand: east with 17 people and west with 3 people" in html


def test_without_clear_groups_the_page_says_so():
    made = simulate(Recipe(participants=120, statements=60, votes_each=30, groups=1, seed=5))
    html = report(made)
    assert "Svarene deler ikke deltagerne i tydelige grupper." in html
    assert "Ingen af dem stod klart nok til at blive kaldt grupper." in html


def test_under_seven_people_no_map_is_drawn():
    made = simulate(Recipe(participants=6, statements=20, votes_each=10, groups=1, seed=5))
    assert "Kortet vises først, når mindst 7 personer har svaret" in report(made)


def test_of_a_large_crowd_an_even_choice_is_drawn_inside_the_picture():
    drawing = draw_map(mapped(clear(participants=4000, votes_each=20).votes))
    assert MOST_DRAWN / 2 < len(drawing.marks) <= MOST_DRAWN
    assert drawing.everyone == 4000
    assert all(0 <= mark.x <= WIDTH and 0 <= mark.y <= drawing.height for mark in drawing.marks)
    assert [one.name for one in drawing.outlines] == ["A", "B", "C"]
    assert len({one.shape for one in drawing.outlines}) == 3


@pytest.mark.parametrize("length", [LYING, UPRIGHT])
def test_no_statement_hides_another_in_the_beeswarm(made, length):
    swarm = draw_swarm(analyse(mapped(made.votes), Options(draws=0)), length)
    places = np.array([(bee.along, bee.across) for bee in swarm.bees])
    reach = np.array([bee.radius for bee in swarm.bees])
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(places))
    assert (apart >= reach[:, None] + reach[None] - 0.2).all()
    assert 5 <= len([bee for bee in swarm.bees if bee.label]) <= 10
    assert (places[:, 1] >= 0).all()
    assert (places[:, 1] <= swarm.breadth).all()


def test_bees_at_the_same_place_are_piled_in_turn():
    assert sorted(pile(np.zeros(3), np.full(3, 2.0)).tolist()) == pytest.approx([-4.8, 0, 4.8])


def test_the_period_is_told_by_its_days():
    moments = [1_700_000_000_000 + day * 86_400_000 for day in (0, 2)]
    votes = VoteBatch.of([1, 2], [1, 1], [1, 1], moments)
    html = page(analyse(mapped(votes), Options(draws=0)), Export(votes), "da")
    assert "fra 14. november 2023 til 16. november 2023" in html
    absurd = VoteBatch.of([1, 2], [1, 1], [1, 1], [2**61, 2**61])
    assert "gav 2 svar." in page(analyse(mapped(absurd), Options(draws=0)), Export(absurd), "da")
