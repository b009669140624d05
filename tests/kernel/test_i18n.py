from __future__ import annotations

from datetime import date

import pytest

from tests.factories import challenges
from tests.support.client import Client


@pytest.mark.parametrize(("language", "written"), [("da", "3. februar 2027"), ("en", "3 February 2027")])
def test_a_date_is_written_with_the_day_first_in_both_languages(client: Client, language: str, written: str) -> None:
    challenge = challenges.challenge(promise_answer_by=date(2027, 2, 3))
    page = client.get(f"/challenges/{challenge.id}", headers={"Accept-Language": language})
    assert written in page.words
    assert page.one("html")["lang"] == language
