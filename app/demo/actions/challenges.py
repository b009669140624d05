"""Challenges in every state, with their promise and their phases around today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.activity.models import SubjectType
from app.challenges.models import Challenge, ChallengeState, InfluenceLevel, Phase, PhaseKind
from app.demo.actions.square import Square, content, happened, in_public, in_queue, turned_down
from app.identity.models import Person
from app.kernel import clock
from app.moderation.models import DecisionKind

FILES = ("challenges_aarhus", "challenges_syd", "challenges_nord", "challenges_vest")

STAGES: dict[str, tuple[ChallengeState, list[tuple[PhaseKind, int, int]]]] = {
    "ideas": (ChallengeState.OPEN, [(PhaseKind.IDEAS, -20, 25), (PhaseKind.FOLLOW_UP, 60, 120)]),
    "conversation": (ChallengeState.OPEN, [(PhaseKind.IDEAS, -50, -8), (PhaseKind.CONVERSATION, -7, 21)]),
    "budget": (ChallengeState.OPEN, [(PhaseKind.IDEAS, -70, -30), (PhaseKind.BUDGET, -6, 14)]),
    "call": (ChallengeState.OPEN, [(PhaseKind.IDEAS, -90, -40), (PhaseKind.CALL, -12, 30), (PhaseKind.PILOT, 60, 240)]),
    "deciding": (ChallengeState.OPEN, [(PhaseKind.IDEAS, -60, -9), (PhaseKind.FOLLOW_UP, 40, 100)]),
    "pilot": (
        ChallengeState.OPEN,
        [(PhaseKind.IDEAS, -300, -250), (PhaseKind.CALL, -240, -200), (PhaseKind.PILOT, -150, 90)],
    ),
    "follow_up": (
        ChallengeState.OPEN,
        [(PhaseKind.IDEAS, -420, -380), (PhaseKind.PILOT, -300, -40), (PhaseKind.FOLLOW_UP, -30, 40)],
    ),
    "done": (ChallengeState.CLOSED, [(PhaseKind.IDEAS, -500, -450), (PhaseKind.PILOT, -400, -90)]),
    "draft": (ChallengeState.DRAFT, [(PhaseKind.IDEAS, 20, 60)]),
    "in_review": (ChallengeState.IN_REVIEW, [(PhaseKind.IDEAS, 5, 50)]),
    "changes_requested": (ChallengeState.CHANGES_REQUESTED, [(PhaseKind.IDEAS, 5, 50)]),
    "rejected": (ChallengeState.REJECTED, [(PhaseKind.IDEAS, 5, 50)]),
}
"""Where a challenge stands, as its state and its phases in days from today."""

REASONS = {
    ChallengeState.CHANGES_REQUESTED: "Skriv, hvem der skal svare, og hvad du selv har prøvet.",
    ChallengeState.REJECTED: "Det er en reklame og ikke en udfordring. Reglerne står på siden om Torvet.",
}


def add_challenges(square: Square) -> None:
    for name in FILES:
        for row in content(name)["challenge"]:
            _add(square, row)


def _add(square: Square, row: dict[str, Any]) -> None:
    state, stretches = STAGES[row["stage"]]
    shift = square.random.randint(-4, 4)
    phases = [_phase(kind, starts + shift, ends + shift) for kind, starts, ends in stretches]
    homes = [square.places[name] for name in row["places"]]
    author, owner = _owner(square, row)
    at = square.ago(3 - min(starts for _, starts, _ in stretches) - shift) if state in {"open", "closed"} else None
    challenge = Challenge(
        **{name: row[name] for name in ("title", "need", "body", "themes")},
        **owner,
        state=state,
        author_id=author.id,
        municipalities=homes,
        phases=phases,
        promise_level=InfluenceLevel(row["level"]),
        promise_fixed=row["fixed"],
        promise_open=row["open"],
        promise_decider=row["decider"],
        promise_answer_by=_answer_by(row, phases),
        closing_text=row.get("closing", ""),
        published_at=at,
        created_at=(at or square.ago(8)) - timedelta(days=9),
        updated_at=at or square.ago(2),
        closed_at=square.ago(30) if state == ChallengeState.CLOSED else None,
    )
    square.add(challenge)
    square.challenges[challenge.title] = challenge
    _review(square, challenge, author)


def _phase(kind: PhaseKind, starts: int, ends: int) -> Phase:
    today = clock.today()
    return Phase(kind=kind, starts_on=today + timedelta(days=starts), ends_on=today + timedelta(days=ends))


def _answer_by(row: dict[str, Any], phases: list[Phase]) -> date:
    if "answer_in" in row:
        return clock.today() + timedelta(days=row["answer_in"])
    return max(phases[0].ends_on, phases[-1].ends_on - timedelta(days=60)) + timedelta(days=45)


def _owner(square: Square, row: dict[str, Any]) -> tuple[Person, dict[str, int]]:
    kind, _, name = row["owner"].partition(":")
    if kind == "kommune":
        home = square.places[name]
        administrator = square.named["administrator@torvet.example"]
        return administrator if name == "Aarhus" else square.moderators[home.id], {"owner_municipality_id": home.id}
    if kind == "org":
        organisation = square.organisations[name]
        return square.members[organisation.id][0], {"owner_organisation_id": organisation.id}
    person = square.somebody()
    return person, {"owner_person_id": person.id}


def _review(square: Square, challenge: Challenge, author: Person) -> None:
    home, kind = challenge.municipalities[0].id, SubjectType.CHALLENGE
    if challenge.published_at is not None:
        in_public(square, challenge, kind, home, author, challenge.published_at)
        happened(square, "challenge.opened", kind, challenge.id, author, challenge.published_at)
        if challenge.closed_at is not None:
            happened(square, "challenge.closed", kind, challenge.id, author, challenge.closed_at)
    elif challenge.state == ChallengeState.IN_REVIEW:
        in_queue(square, challenge, kind, home, author, square.ago(2))
    elif challenge.state in REASONS:
        rejected = challenge.state == ChallengeState.REJECTED
        decision = DecisionKind.REJECT if rejected else DecisionKind.REQUEST_CHANGES
        turned_down(square, challenge, kind, home, author, decision, REASONS[challenge.state])
