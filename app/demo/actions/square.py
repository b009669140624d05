"""What the steps of loading share: chance, time, and what has been made so far."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from app.activity.models import Activity, SubjectType
from app.challenges.models import Challenge
from app.deliberation.models import Thread
from app.identity.models import Person
from app.kernel import clock, db
from app.moderation.models import Case, CaseState, Decision, DecisionKind, Origin, ReasonCode
from app.organisations.models import Organisation
from app.places.models import Municipality
from app.proposals.models import Proposal

CONTENT = Path(__file__).parents[1] / "content"
PASSWORD = "torvet-demo-2026"  # noqa: S105 printed on purpose, refused in production
SIGN_INS = {
    "borger@torvet.example": "citizen",
    "virksomhed@torvet.example": "company",
    "moderator@torvet.example": "moderator",
    "administrator@torvet.example": "administrator",
    "platform@torvet.example": "platform administrator",
}
"""The addresses one can sign in with, and as whom."""


@dataclass
class Square:
    """The square while it is being built. The same seed and day make the same square."""

    random: Random
    now: datetime
    places: dict[str, Municipality]
    people: list[Person] = field(default_factory=list)
    named: dict[str, Person] = field(default_factory=dict)
    moderators: dict[int, Person] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    members: dict[int, list[Person]] = field(default_factory=dict)
    challenges: dict[str, Challenge] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    past: list[tuple[datetime, Any]] = field(default_factory=list)
    """Decisions and activities, which are written down in the order in which they happened."""

    def ago(self, days: float) -> datetime:
        """A moment so many days back, at an hour when people are awake."""
        day = self.now - timedelta(days=days)
        return min(day.replace(hour=self.random.randint(6, 20), minute=self.random.randint(0, 59)), self.now)

    def since(self, moment: datetime) -> datetime:
        """Some waking hour between a moment and now."""
        days = (self.now - moment).total_seconds() / 86_400
        return min(max(self.ago(self.random.uniform(0, days)), moment + timedelta(minutes=40)), self.now)

    def write_down(self) -> None:
        self.add(*(row for _, row in sorted(self.past, key=lambda one: one[0])))

    def somebody(self) -> Person:
        return self.random.choice(self.people)

    def add_later(self, row: Any) -> None:
        """Add a row whose id nobody needs yet."""
        db.session().add(row)

    def add(self, *rows: Any) -> None:
        db.session().add_all(rows)
        db.session().flush()


@cache
def content(name: str) -> dict[str, Any]:
    """One file of texts."""
    return tomllib.loads((CONTENT / f"{name}.toml").read_text())


def table(text: str) -> list[list[str]]:
    """The rows of a text whose cells are divided by bars."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line.strip()]


def is_loaded() -> bool:
    """Whether this database has a demo square, or people of its own."""
    return db.session().scalar(select(Person.id).limit(1)) is not None


def in_public(square: Square, thing: Any, kind: SubjectType, home: int, author: Person, at: datetime) -> None:
    """Give a published thing its case with the decision, and its thread."""
    case = _case(thing, kind, home, author, CaseState.PUBLISHED, at - timedelta(days=1))
    thread = Thread(owner_type=kind, owner_id=thing.id, municipality_id=home)
    square.add(case, thread)
    thing.case_id, thing.thread_id = case.id, thread.id
    moderator = square.moderators[home]
    decided = {"origin": Origin.REVIEW, "decided_by_id": moderator.id, "decided_at": at}
    square.past.append((at, Decision(case_id=case.id, kind=DecisionKind.PUBLISH, **decided)))


def in_queue(square: Square, thing: Any, kind: SubjectType, home: int, author: Person, at: datetime) -> None:
    """Put a thing into the queue of its municipality."""
    case = _case(thing, kind, home, author, CaseState.WAITING, at)
    square.add(case)
    thing.case_id = case.id


def turned_down(
    square: Square, thing: Any, kind: SubjectType, home: int, author: Person, decision: DecisionKind, reason: str
) -> None:
    """A thing that a moderator sent back or rejected, with the reasons."""
    rejected = decision == DecisionKind.REJECT
    state = CaseState.REJECTED if rejected else CaseState.CHANGES_REQUESTED
    case = _case(thing, kind, home, author, state, square.ago(6))
    square.add(case)
    thing.case_id = case.id
    code = ReasonCode.SPAM if rejected else ReasonCode.UNCLEAR
    by, at = square.moderators[home].id, square.ago(5)
    why = {"origin": Origin.REVIEW, "reason_code": code, "reason": reason}
    square.past.append((at, Decision(case_id=case.id, kind=decision, decided_by_id=by, decided_at=at, **why)))


def _case(thing: Any, kind: SubjectType, home: int, author: Person, state: CaseState, at: datetime) -> Case:
    title = getattr(thing, "title", None) or thing.name
    return Case(
        subject_type=kind,
        subject_id=thing.id,
        municipality_id=home,
        author_id=author.id,
        title=title,
        state=state,
        submitted_at=at,
        waiting_since=at,
    )


def happened(
    square: Square, kind: str, subject: SubjectType, subject_id: int, by: Person, at: datetime, **data: Any
) -> None:
    """Write down what happened. What is older than two days has been told already."""
    told = at if at < square.now - timedelta(days=2) else None
    organisation_id = data.pop("organisation_id", None)
    row = Activity(
        kind=kind,
        actor_id=by.id,
        organisation_id=organisation_id,
        subject_type=subject,
        subject_id=subject_id,
        data=data,
        created_at=at,
        read_at=told,
    )
    square.past.append((at, row))


def new_square(seed: int) -> Square:
    places = {row.name: row for row in db.session().scalars(select(Municipality))}
    return Square(random=Random(seed), now=clock.now(), places=places)  # noqa: S311 chance, not secrecy
