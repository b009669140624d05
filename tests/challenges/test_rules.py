from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.challenges import queries, rules
from app.challenges.models import MOVES, Challenge, ChallengeState, PhaseKind
from app.kernel import clock, db
from app.kernel.access import VISITOR, Actor, Grant
from tests.factories import challenges, identity

MODERATOR = Actor(2, grants=frozenset({Grant("moderator", "municipality", 5)}))
OWNER = Actor(3, grants=frozenset({Grant("owner", "organisation", 7)}))
MEMBER = Actor(4, grants=frozenset({Grant("member", "organisation", 7)}))


@pytest.mark.parametrize(
    ("actor", "challenge", "owns"),
    [
        (Actor(1), Challenge(owner_person_id=1), True),
        (Actor(2), Challenge(owner_person_id=1), False),
        (VISITOR, Challenge(), False),
        (MODERATOR, Challenge(owner_municipality_id=5), True),
        (MODERATOR, Challenge(owner_municipality_id=6), False),
        (OWNER, Challenge(owner_organisation_id=7, author_id=4), True),
        (MEMBER, Challenge(owner_organisation_id=7, author_id=4), True),
        (MEMBER, Challenge(owner_organisation_id=7, author_id=3), False),
        (Actor(4), Challenge(owner_organisation_id=7, author_id=4), False),
    ],
)
def test_the_owner_is_the_person_the_leaders_or_the_staff(actor: Actor, challenge: Challenge, owns: bool) -> None:
    assert rules.owns(actor, challenge) is owns


@pytest.mark.parametrize("state", list(ChallengeState))
def test_what_an_owner_may_do_follows_from_the_state(state: ChallengeState) -> None:
    actor, challenge = Actor(1), Challenge(owner_person_id=1, state=state, proposal_count=0)
    allowed = {
        verb
        for verb in ("edit", "submit", "recall", "withdraw", "close", "reopen")
        if getattr(rules, f"may_{verb}")(actor, challenge)
    }
    expected = {
        "draft": {"edit", "submit", "withdraw"},
        "in_review": {"recall", "withdraw"},
        "changes_requested": {"edit", "submit", "withdraw"},
        "rejected": {"edit", "submit", "withdraw"},
        "open": {"edit", "withdraw", "close"},
        "closed": {"reopen"},
        "withdrawn": set(),
    }
    assert allowed == expected[state]
    assert not any(
        getattr(rules, f"may_{verb}")(Actor(9), challenge)
        for verb in ("edit", "submit", "recall", "withdraw", "close", "reopen")
    )


def test_one_takes_part_while_a_phase_is_open(session: Session) -> None:
    today = clock.today()
    challenge = challenges.challenge(
        phases=[
            challenges.phase(ends_in=0),
            challenges.phase(PhaseKind.BUDGET, 5, 9),
            challenges.phase(PhaseKind.CALL, -9, -5),
        ]
    )
    actor = Actor(1)
    assert rules.may_take_part(actor, challenge, PhaseKind.IDEAS)
    assert not rules.may_take_part(VISITOR, challenge, PhaseKind.IDEAS)
    assert not rules.may_take_part(actor, challenge, PhaseKind.IDEAS, today + timedelta(days=1))
    assert not rules.may_take_part(actor, challenge, PhaseKind.BUDGET)
    assert rules.may_take_part(actor, challenge, PhaseKind.BUDGET, today + timedelta(days=5))
    assert not rules.may_take_part(actor, challenge, PhaseKind.CALL)
    assert not rules.may_take_part(actor, challenge, PhaseKind.PILOT)
    challenge.hidden_at = clock.now()
    assert not rules.may_take_part(actor, challenge, PhaseKind.IDEAS)


def test_the_owner_found_by_a_query_is_the_owner_of_the_rule(session: Session) -> None:
    author = identity.person()
    mine, other = challenges.draft(author=author), challenges.draft()
    actor = identity.actor(author)
    found = set(db.session().scalars(queries.visible_to(actor)))
    assert mine in found
    assert other not in found


@pytest.mark.parametrize(("state", "to"), [(a, b) for a in ChallengeState for b in ChallengeState])
def test_a_state_moves_only_where_a_way_leads(state: ChallengeState, to: ChallengeState) -> None:
    challenge = Challenge(state=state)
    if to in MOVES[state]:
        challenge.move(to)
        assert challenge.state == to
    else:
        with pytest.raises(Exception, match="409"):
            challenge.move(to)
        assert challenge.state == state
