"""Every kind of page is found, each a few times, and nothing that is no page."""

from __future__ import annotations

from deploy.local import crawl

LINKS = {
    "/": ["/ideas", "https://example.org/", "/static/x.css", "/sign-out", "#main", "mailto:a@example.org"],
    "/ideas": ["/ideas/1", "/ideas/2", "/ideas/3", "?after=9", "/ideas/1.csv"],
    "/ideas/1": ["/reports/new?subject=1", "../ideas"],
}


def test_each_kind_of_page_is_visited_a_few_times() -> None:
    found = list(crawl.pages(lambda path: LINKS.get(path, [])))
    assert found == ["/", "/ideas", "/ideas/1", "/ideas/2", "/ideas?after=9", "/reports/new?subject=1"]


def test_pages_that_differ_in_a_number_or_a_name_are_of_one_kind() -> None:
    assert crawl.kind_of("/ideas/17/versions/2") == "/ideas/N/versions/N"
    assert crawl.kind_of("/municipalities/randers") == crawl.kind_of("/municipalities/samsoe")


def test_the_walk_ends() -> None:
    endless = crawl.pages(lambda path: [f"/deeper{path}"], limit=7)
    assert len(list(endless)) == 7
