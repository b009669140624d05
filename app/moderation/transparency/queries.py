"""What was reported, decided and complained about in a year: five statements, however much it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, case, cast, func, select, tuple_
from sqlalchemy.orm import aliased

from app.kernel import clock, db
from app.moderation import rules
from app.moderation.models import Appeal, Case, Decision, DecisionKind, Report

OPEN = "open"
REMOVED, CHANGED, LEFT = "removed", "changed", "left_standing"
OUTCOMES = {
    **dict.fromkeys((DecisionKind.HIDE, DecisionKind.REJECT, DecisionKind.MERGE), REMOVED),
    DecisionKind.REQUEST_CHANGES: CHANGED,
    **dict.fromkeys(rules.LEFT_STANDING, LEFT),
}
"""What a decision means to whoever reported the thing."""


@dataclass(frozen=True)
class Count:
    """How many: `measure` is notices, restrictions, decisions or complaints, and `detail` and `by` divide it."""

    municipality_id: int | None
    measure: str
    category: str
    detail: str
    by: str
    number: int


@dataclass(frozen=True)
class Medians:
    """The median hours from notice to decision and from complaint to answer, by municipality; None is all together."""

    notices: dict[int | None, float]
    complaints: dict[int | None, float]


@dataclass(frozen=True)
class Figures:
    counts: list[Count]
    medians: Medians

    def total(self, measure: str, **parts: Any) -> int:
        """The sum of a measure, narrowed to the parts named: `total("complaints", detail="reverse")`."""
        return sum(
            count.number
            for count in self.counts
            if count.measure == measure and all(getattr(count, name) == value for name, value in parts.items())
        )

    def parts(self, measure: str, name: str) -> list[str]:
        """The values by which a measure is divided, the largest first."""
        return sorted(
            {getattr(count, name) for count in self.counts if count.measure == measure},
            key=lambda value: (-self.total(measure, **{name: value}), value),
        )


def year(number: int) -> tuple[datetime, datetime]:
    """The bounds of a year in Danish time."""
    first, after = (datetime(one, 1, 1, tzinfo=clock.DANISH_TIME) for one in (number, number + 1))
    return first, after


def first_year() -> int:
    """The year of the first decision or report; the present one when there is none."""
    earliest = [db.session().scalar(select(func.min(column))) for column in (Decision.decided_at, Report.created_at)]
    moments = [moment for moment in earliest if moment is not None]
    return min(moments).astimezone(clock.DANISH_TIME).year if moments else clock.today().year


def figures(since: datetime, until: datetime, *, municipality_id: int | None = None) -> Figures:
    """All figures of a period, of one municipality or of all of them."""
    counts = [*_notices(since, until), *_decisions(since, until), *_complaints(since, until)]
    medians = Medians(_median(_waited_for_decision(), since, until), _median(_waited_for_answer(), since, until))
    here = [count for count in counts if municipality_id in (None, count.municipality_id)]
    return Figures(here, medians)


def _rows(found: Any, column: Any, since: datetime, until: datetime) -> Iterable[Any]:
    within = found.where(column >= since, column < until)
    groups = range(1, len(found.selected_columns) + 1)
    labels = [found.selected_columns[number - 1] for number in groups]
    return db.session().execute(within.add_columns(func.count()).group_by(*labels))


def _notices(since: datetime, until: datetime) -> list[Count]:
    kind = cast(Decision.kind, String)
    found = select(Case.municipality_id, Report.reason_code, kind).select_from(Report)
    found = found.join(Report.case).outerjoin(Report.decision)
    return [
        Count(place, "notices", str(code), OUTCOMES[DecisionKind(how)] if how else OPEN, "", number)
        for place, code, how, number in _rows(found, Report.created_at, since, until)
    ]


def _decisions(since: datetime, until: datetime) -> list[Count]:
    found = select(Case.municipality_id, Decision.kind, Decision.reason_code, Decision.origin)
    found = found.select_from(Decision).join(Decision.case).where(Decision.kind.not_in(rules.ANSWERS))
    return [
        Count(place, "restrictions" if kind in rules.ADVERSE else "others", str(code or ""), str(kind), origin, number)
        for place, kind, code, origin, number in _rows(found, Decision.decided_at, since, until)
    ]


def _complaints(since: datetime, until: datetime) -> list[Count]:
    first, answer = aliased(Decision), aliased(Decision)
    kind, who = cast(answer.kind, String), case((Appeal.report_id.is_(None), "author"), else_="reporter")
    found = select(Case.municipality_id, first.reason_code, kind, who).select_from(Appeal)
    found = found.join(first, Appeal.decision_id == first.id).join(Case, first.case_id == Case.id)
    found = found.outerjoin(answer, Appeal.answer_id == answer.id)
    return [
        Count(place, "complaints", str(code or ""), how or OPEN, by, number)
        for place, code, how, by, number in _rows(found, Appeal.created_at, since, until)
    ]


def _waited_for_decision() -> Any:
    return (
        select(
            Case.municipality_id.label("place"), Report.created_at.label("began"), Decision.decided_at.label("ended")
        )
        .select_from(Report)
        .join(Report.decision)
        .join(Decision.case)
    )


def _waited_for_answer() -> Any:
    return (
        select(
            Case.municipality_id.label("place"), Appeal.created_at.label("began"), Decision.decided_at.label("ended")
        )
        .select_from(Appeal)
        .join(Decision, Appeal.answer_id == Decision.id)
        .join(Decision.case)
    )


def _median(waited: Any, since: datetime, until: datetime) -> dict[int | None, float]:
    """Of what was settled in the period: for each municipality, and for all of them together."""
    settled = waited.where(Decision.decided_at >= since, Decision.decided_at < until).subquery()
    hours = func.extract("epoch", settled.c.ended - settled.c.began) / 3600.0
    middle = func.percentile_cont(0.5).within_group(hours)
    found = select(settled.c.place, func.grouping(settled.c.place), middle)
    sets = func.grouping_sets(tuple_(settled.c.place), tuple_())
    rows = db.session().execute(found.group_by(sets))
    return {None if together else place: float(value) for place, together, value in rows if value is not None}
