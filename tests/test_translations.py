"""Danish is complete: every sentence of the code has a translation, and no translation is left over."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local import messages
from deploy.local.trouble import Trouble
from tests.support.catalogues import Said, placeholders, said_in_code, translated


@pytest.fixture(scope="module")
def code() -> list[Said]:
    return list(said_in_code())


@pytest.fixture(scope="module")
def danish() -> list[Said]:
    return list(translated())


def test_every_sentence_has_a_danish_translation(code: list[Said], danish: list[Said]) -> None:
    known = {said.key for said in danish if all(said.strings) and said.strings}
    missing = sorted({f"{said.where}: {said.id!r}" for said in code if said.key not in known})
    assert not missing, f"{len(missing)} without Danish:\n" + "\n".join(missing)


def test_every_plural_has_two_danish_forms(code: list[Said], danish: list[Said]) -> None:
    forms = {said.key: len(said.strings) for said in danish}
    wrong = [f"{said.where}: {said.id!r}" for said in code if said.plural and forms.get(said.key) != 2]
    assert not wrong, "\n".join(wrong)


def test_no_translation_is_fuzzy_empty_or_left_over(code: list[Said], danish: list[Said]) -> None:
    used = {said.key for said in code}
    fuzzy = [f"{said.where}: {said.id!r} is fuzzy" for said in danish if said.fuzzy]
    empty = [f"{said.where}: {said.id!r} is empty" for said in danish if not said.strings or not all(said.strings)]
    left = [f"{said.where}: {said.id!r} is said nowhere" for said in danish if said.key not in used]
    assert not fuzzy + empty + left, "\n".join(fuzzy + empty + left)


def test_translations_have_the_places_for_values_of_their_originals(danish: list[Said]) -> None:
    wrong = [
        f"{said.where}: {said.id!r} → {string!r}"
        for said in danish
        for string in said.strings
        if placeholders(string) != placeholders(said.plural or said.id)
        and not (said.plural and placeholders(string) == placeholders(said.id))
    ]
    assert not wrong, "\n".join(wrong)


def test_danish_is_quoted_in_one_way(danish: list[Said]) -> None:
    wrong = [f"{said.where}: {string!r}" for said in danish for string in said.strings if set(string) & set("“”„")]
    assert not wrong, "Danish quotes are » and «:\n" + "\n".join(wrong)


def test_the_files_compile_together() -> None:
    assert len(messages.merge(messages.sources())) > 0


def test_the_same_words_translated_in_two_ways_are_refused(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (tmp_path / "one.po").write_text(head + 'msgid "Support"\nmsgstr "Støt"\n')
    (tmp_path / "two.po").write_text(head + 'msgid "Support"\nmsgstr "Støtte"\n')
    with pytest.raises(Trouble, match=r"“Support” is translated differently in one\.po and two\.po"):
        messages.merge(sorted(tmp_path.glob("*.po")))
