"""Search engines are told of everything public, and of nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from app.challenges.models import ChallengeState
from app.kernel import clock
from app.partnerships.models import PartnershipState
from app.proposals.models import ProposalState
from app.search.sitemap import views
from tests.factories import challenges, organisations, partnerships, places, proposals
from tests.support.client import Client, Page
from tests.support.queries import Recorder

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MADE_ALONG = "/municipalities/proevekoebing"
"""Municipalities that the factories make for other things."""


def addresses(page: Page, name: str = "url") -> dict[str, datetime | None]:
    """Path and moment of each, in their order."""
    assert (page.status_code, page.content_type) == (200, "application/xml; charset=utf-8")
    found = {}
    for one in ET.fromstring(page.get_data()).findall(SITEMAP + name):
        changed = one.findtext(f"{SITEMAP}lastmod")
        where = one.findtext(f"{SITEMAP}loc") or ""
        found[where.removeprefix("http://localhost")] = datetime.fromisoformat(changed) if changed else None
    return found


def test_everything_public_is_named_once_with_its_last_change(client: Client) -> None:
    town = places.municipality(slug="viby")
    moment = clock.now().replace(microsecond=0)
    firm = organisations.organisation(municipality=town)
    challenge = challenges.challenge(municipalities=[town], updated_at=moment - timedelta(days=2))
    closed = challenges.challenge(
        municipalities=[town], state=ChallengeState.CLOSED, closed_at=moment, updated_at=moment - timedelta(days=3)
    )
    idea = proposals.proposal(challenge=challenge, updated_at=moment - timedelta(days=1))
    partnership = partnerships.partnership(challenge=challenge, lead=firm, municipality=town)
    whole = addresses(client.get("/sitemap.xml"))
    found = {path: changed for path, changed in whole.items() if not path.startswith(MADE_ALONG)}
    assert list(found) == [
        "/municipalities/viby",
        f"/challenges/{challenge.id}",
        f"/challenges/{closed.id}",
        f"/proposals/{idea.id}",
        f"/partnerships/{partnership.id}",
        f"/organisations/{firm.id}",
    ]
    assert found[f"/challenges/{challenge.id}"] == moment - timedelta(days=2)
    assert found[f"/challenges/{closed.id}"] == moment
    assert found[f"/proposals/{idea.id}"] == moment - timedelta(days=1)
    assert all(found.values())
    for path in found:
        assert client.get(path).status_code == 200


def test_what_not_everybody_may_see_is_not_named(client: Client) -> None:
    town = places.municipality(slug="viby")
    shown = {"municipalities": [town]}
    challenge = challenges.challenge(hidden_at=clock.now(), **shown)
    challenges.draft(**shown)
    challenges.in_review(**shown)
    for state in set(ProposalState) - {ProposalState.PUBLISHED, ProposalState.MERGED}:
        proposals.proposal(challenge=challenge, municipality=town, state=state)
    proposals.proposal(challenge=challenge, municipality=town, hidden_at=clock.now())
    firm = organisations.organisation(municipality=town, hidden_at=clock.now())
    partnerships.partnership(challenge=challenge, lead=firm, municipality=town, state=PartnershipState.DRAFT)
    partnerships.partnership(challenge=challenge, lead=firm, municipality=town, hidden_at=clock.now())
    found = addresses(client.get("/sitemap.xml"))
    assert found.pop("/municipalities/viby") is None
    assert all(path.startswith(MADE_ALONG) for path in found), found


def test_very_many_are_split_into_lists_of_an_index(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(7):
        places.municipality()
    whole = list(addresses(client.get("/sitemap.xml")))
    monkeypatch.setattr(views, "MOST", 3)
    parts = list(addresses(client.get("/sitemap.xml"), "sitemap"))
    assert parts == ["/sitemap-1.xml", "/sitemap-2.xml", "/sitemap-3.xml"]
    assert [path for part in parts for path in addresses(client.get(part))] == whole
    for number in (0, 4, 10**30):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_it_is_one_query_and_not_sent_again_while_it_is_the_same(client: Client, queries: Recorder) -> None:
    for _ in range(4):
        proposals.proposal()
    with queries() as seen:
        page = client.get("/sitemap.xml")
    assert len(seen) == 1, str(seen)
    again = client.get("/sitemap.xml", headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_robots_are_told_where_it_is(client: Client) -> None:
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text.splitlines()
