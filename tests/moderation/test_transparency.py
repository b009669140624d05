"""The figures of moderation: what they count, for whom, in which year, and in which shapes."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.kernel import clock
from app.moderation.models import Appeal, Case, Decision, DecisionKind
from app.moderation.transparency import queries
from app.places.models import Municipality
from tests.factories import moderation, places
from tests.support.client import Client
from tests.support.queries import Recorder

YEAR = clock.today().year
HIDDEN = {"reason_code": "spam", "reason": "Reklame."}


def settled(case: Case, hours: int, kind: DecisionKind = DecisionKind.HIDE, **values: str) -> Decision:
    """A report that came in some hours before it was decided on."""
    report = moderation.report(case, created_at=clock.now() - timedelta(hours=hours))
    report.decision = moderation.decision(case, kind, origin="report", **(values or HIDDEN))
    return report.decision


def filled(session: Session) -> Municipality:
    """Five reports in one municipality, of which one is open, a decision on own initiative, and two complaints."""
    case = moderation.case()
    hidden = settled(case, 2)
    settled(case, 4)
    stays = settled(case, 6, DecisionKind.DISMISS_REPORTS, reason="Den er i orden.")
    settled(case, 8, DecisionKind.REQUEST_CHANGES, reason="Fjern navnet.")
    moderation.report(case, reason_code="harassment")
    moderation.decision(case, DecisionKind.HIDE, reason_code="illegal", law="Straffeloven, § 266", reason="Trussel.")
    answer = moderation.decision(case, DecisionKind.REVERSE, origin="complaint", reason="Du har ret.")
    asked = clock.now() - timedelta(hours=50)
    session.add(Appeal(decision=hidden, person_id=case.author_id, grounds="Nej.", answer=answer, created_at=asked))
    session.add(Appeal(decision=stays, report=case.reports[2], grounds="Jo."))
    moderation.decision(moderation.case())
    session.commit()
    assert case.municipality
    return case.municipality


def test_the_figures_tell_what_was_reported_decided_and_complained_about(session: Session) -> None:
    here = filled(session)
    figures = queries.figures(*queries.year(YEAR), municipality_id=here.id)
    assert figures.total("notices") == 5
    assert figures.total("notices", category="spam", detail="removed") == 2
    assert [figures.total("notices", detail=what) for what in ("changed", "left_standing", "open")] == [1, 1, 1]
    assert figures.total("restrictions") == 4
    assert figures.total("restrictions", by="own", category="illegal", detail="hide") == 1
    assert figures.total("complaints", by="author", detail="reverse") == 1
    assert figures.total("complaints", by="reporter", detail="open") == 1
    assert figures.medians.notices[here.id] == pytest.approx(5, abs=0.01)
    assert figures.medians.complaints[None] == pytest.approx(50, abs=0.01)
    everywhere = queries.figures(*queries.year(YEAR))
    assert everywhere.total("others") == figures.total("others") + 1
    assert queries.figures(*queries.year(YEAR - 1)).counts == []


def test_everybody_reads_the_figures_and_what_they_show(client: Client, session: Session) -> None:
    here = filled(session)
    assert client.get("/").one("footer a[href='/transparency']")
    page = client.get("/transparency")
    assert "4 of 5 reports said “It is advertising or spam”." in page.words
    assert "1 rested on the law" in page.words
    assert "1 complaint was found right" in page.words
    assert "0 things were found and 0 decided by a machine" in page.words
    own = client.get(str(page.one(f"a[href$='municipality={here.slug}']")["href"]))
    assert here.name in own.one(".lead").get_text()
    assert "5 hours" in own.words
    assert "2 days" in own.words
    assert not own.all("a[href*='municipality=']:not(.button)")


def test_a_quiet_year_says_so(client: Client, session: Session) -> None:
    place = places.municipality()
    page = client.get("/transparency")
    assert f"Nothing yet in {YEAR}" in page.words
    moderation.report(moderation.case(), created_at=clock.now() - timedelta(days=800))
    session.commit()
    quiet = client.get(f"/transparency?year={YEAR - 1}&municipality={place.slug}")
    assert f"Nothing yet in {YEAR - 1}" in quiet.words
    assert len(quiet.all("#filter-year option")) >= 3


def test_one_thing_alone_is_told_without_the_others(client: Client, session: Session) -> None:
    """Only a report; only decisions; only a complaint: each page is whole."""
    moderation.report(moderation.case())
    session.commit()
    page = client.get("/transparency").words
    assert "1 of 1 report said" in page
    assert "Nothing was decided against." in page
    assert "Nobody complained." in page
    assert "Nothing to measure yet" in page


@pytest.mark.parametrize("odd", ["year=1999", "year=9999999999999999999", "municipality=atlantis", "year=x"])
def test_an_address_without_figures_is_not_found(client: Client, odd: str) -> None:
    assert client.get(f"/transparency?{odd}").status_code == (200 if odd == "year=x" else 404)
    assert client.get(f"/transparency.csv?{odd}").status_code == (200 if odd == "year=x" else 404)


def test_the_figures_are_taken_along_as_csv_and_json(client: Client, session: Session) -> None:
    here = filled(session)
    rows = list(csv.DictReader(client.get("/transparency.csv").text.splitlines()))
    notices = [row for row in rows if row["measure"] == "notices" and row["municipality"] == here.name]
    assert sum(int(row["number"]) for row in notices) == 5
    assert {row["year"] for row in rows} == {str(YEAR)}
    download = client.get(f"/transparency.csv?municipality={here.slug}")
    assert f"moderation-{YEAR}-{here.slug}.csv" in download.headers["Content-Disposition"]
    told = client.get(f"/transparency.json?municipality={here.slug}").json
    assert (told["version"], told["year"], told["municipality"]) == (1, YEAR, here.name)
    medians = [row for row in told["figures"] if row["measure"] == "median_hours"]
    assert {(row["detail"], row["municipality"], row["number"]) for row in medians} == {
        ("notices", here.name, 5.0),
        ("complaints", here.name, 50.0),
    }
    machines = [row for row in told["figures"] if row["measure"] == "automated_means"]
    assert [row["number"] for row in machines] == [0, 0]


def test_the_figures_cost_the_same_however_much_was_decided(
    client: Client, session: Session, queries: Recorder
) -> None:
    filled(session)
    with queries() as few:
        client.get("/transparency")
    for _ in range(4):
        filled(session)
    with queries() as many:
        client.get("/transparency")
    assert len(many) == len(few) <= 9, str(many)


def test_the_figures_are_found_by_index(session: Session) -> None:
    """With nothing to weigh up in an empty table, reading it whole is put out of the question."""
    from sqlalchemy import text

    session.execute(text("set local enable_seqscan = off"))
    for table, column in (("reports", "created_at"), ("decisions", "decided_at"), ("appeals", "created_at")):
        plan = session.execute(text(f"explain select count(*) from {table} where {column} > now()")).scalars().all()
        assert f"ix_{table}_{column}" in "".join(plan)
