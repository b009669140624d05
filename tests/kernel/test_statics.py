"""A static file's address changes when any of them does, so that no browser puts a new page into old clothes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from flask import Flask

from app import create_app
from app.kernel import statics
from app.kernel.settings import settings


def test_the_release_changes_with_a_name_and_with_contents(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    style = tmp_path / "css" / "a.css"
    style.write_text("a {}")
    seen = [statics.release(tmp_path), statics.release(tmp_path)]
    style.write_text("b {}")
    seen.append(statics.release(tmp_path))
    style.rename(tmp_path / "css" / "b.css")
    seen.append(statics.release(tmp_path))
    assert seen[0] == seen[1]
    assert len(set(seen)) == 3
    assert all(re.fullmatch("[0-9a-f]{12}", one) for one in seen)


def test_in_production_files_are_kept_for_a_year_under_an_address_of_their_own(app: Flask) -> None:
    config = replace(settings(app), environment="production", base_url="https://torvet.example.org")
    browser = create_app(config).test_client()
    style = re.search(r'href="(/static/[0-9a-f]{12}/css/theme.css)"', browser.get("/was").text)
    assert style
    with browser.get(style[1]) as answer:
        assert (answer.status_code, answer.cache_control.max_age) == (200, 365 * 86400)
    assert browser.get("/static/css/theme.css").status_code == 404


def test_elsewhere_a_changed_file_is_seen_at_once(app: Flask) -> None:
    with app.test_client().get("/static/css/theme.css") as answer:
        assert (answer.status_code, answer.cache_control.no_cache) == (200, True)
