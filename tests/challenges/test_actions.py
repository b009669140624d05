"""The verbs of a challenge as jobs, commands and moderation call them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import Conflict, UnprocessableEntity

from app.challenges import actions, ports, rules
from app.challenges.actions import Edit
from app.challenges.models import Challenge, ChallengeState, ChallengeVersion
from app.kernel.access import SYSTEM, Actor
from app.kernel.files import StoredFile
from app.moderation.models import DecisionKind
from tests.factories import challenges, identity


def owner_of(challenge: Challenge) -> Actor:
    assert challenge.owner_person is not None
    return identity.actor(challenge.owner_person)


def versions(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ChallengeVersion)) or 0


def test_a_change_that_changes_nothing_leaves_no_version(session: Session) -> None:
    challenge = challenges.challenge()
    before = versions(session)
    same = Edit({"title": challenge.title})
    actions.write(challenge, same, by=owner_of(challenge), version=challenge.version)
    assert versions(session) == before
    assert challenge.municipalities, "what an edit does not name stays"


def test_a_promise_in_public_is_never_changed_without_a_note(session: Session) -> None:
    challenge = challenges.challenge()
    edit = Edit({"promise_decider": "Direktøren"})
    with pytest.raises(UnprocessableEntity):
        actions.write(challenge, edit, by=owner_of(challenge), version=challenge.version)


def test_what_is_incomplete_is_never_sent(session: Session) -> None:
    draft = challenges.draft(need="")
    with pytest.raises(UnprocessableEntity):
        actions.submit(draft, by=owner_of(draft))
    assert draft.state == ChallengeState.DRAFT


def test_a_cover_without_words_is_missing_them(session: Session) -> None:
    picture = StoredFile(name="picture.webp", media_type="image/webp", size=1, width=1, height=1)
    assert rules.missing(challenges.draft(cover=picture)) == {"cover_alt"}
    assert rules.missing(challenges.draft(cover=None)) == set()


def test_every_decision_of_a_moderator_is_carried_out(session: Session) -> None:
    for kind, state in (
        (DecisionKind.PUBLISH, ChallengeState.OPEN),
        (DecisionKind.REQUEST_CHANGES, ChallengeState.CHANGES_REQUESTED),
        (DecisionKind.REJECT, ChallengeState.REJECTED),
    ):
        waiting = challenges.in_review(thread_id=None)
        ports.carry_out(waiting.id, kind, SYSTEM)
        assert waiting.state == state
        assert (waiting.published_at is not None) == (waiting.thread_id is not None) == (state == ChallengeState.OPEN)
    shown = challenges.challenge()
    ports.carry_out(shown.id, DecisionKind.HIDE, SYSTEM)
    assert shown.hidden_at is not None
    ports.carry_out(shown.id, DecisionKind.RESTORE, SYSTEM)
    assert shown.hidden_at is None


def test_a_challenge_whose_author_has_left_is_published_all_the_same(session: Session) -> None:
    waiting = challenges.in_review()
    waiting.author_id = None
    ports.carry_out(waiting.id, DecisionKind.PUBLISH, SYSTEM)
    assert waiting.state == ChallengeState.OPEN


def test_what_is_published_a_second_time_keeps_its_thread(session: Session) -> None:
    challenge = challenges.challenge()
    thread, challenge.state = challenge.thread_id, ChallengeState.IN_REVIEW
    ports.carry_out(challenge.id, DecisionKind.PUBLISH, SYSTEM)
    assert thread is not None
    assert challenge.thread_id == thread


def test_a_decision_about_what_is_gone_is_a_conflict(session: Session) -> None:
    with pytest.raises(Conflict):
        ports.carry_out(987_654_321, DecisionKind.PUBLISH, SYSTEM)
