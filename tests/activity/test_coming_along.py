"""What is followed becomes part of something else, and is taken apart again: everybody follows what they chose."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.activity import actions
from app.activity.models import EarlierFollow, Follow, SubjectType
from app.activity.ports import follow_nothing
from tests.factories import identity

IDEA = SubjectType.PROPOSAL
FIRST, SECOND, THIRD = 101, 102, 103


@pytest.fixture
def reader(session: Session) -> int:
    return identity.person().id


def follow(person_id: int, *ids: int) -> None:
    for subject_id in ids:
        actions.follow(person_id, IDEA, subject_id)


def followed(session: Session, person_id: int) -> set[int]:
    session.expire_all()
    return set(session.scalars(select(Follow.subject_id).where(Follow.person_id == person_id)))


def remembered(session: Session) -> list[int]:
    return list(session.scalars(select(EarlierFollow.subject_id)))


@pytest.mark.parametrize("before", [{FIRST}, {SECOND}, {FIRST, SECOND}])
def test_everybody_follows_again_what_they_followed_before(session: Session, reader: int, before: set[int]) -> None:
    follow(reader, *before)
    follow(identity.person().id, SECOND)
    actions.follow_along(IDEA, FIRST, SECOND)
    assert followed(session, reader) == {SECOND}
    actions.follow_apart(IDEA, FIRST, SECOND)
    assert followed(session, reader) == before
    assert remembered(session) == []


def test_the_moment_of_the_follow_comes_back_too(session: Session, reader: int) -> None:
    follow(reader, FIRST)
    moments = select(Follow.created_at).where(Follow.person_id == reader)
    since = session.scalars(moments).one()
    actions.follow_along(IDEA, FIRST, SECOND)
    actions.follow_apart(IDEA, FIRST, SECOND)
    assert session.scalars(moments).one() == since


def test_who_stopped_following_meanwhile_follows_neither(session: Session, reader: int) -> None:
    follow(reader, FIRST)
    actions.follow_along(IDEA, FIRST, SECOND)
    actions.unfollow(reader, IDEA, SECOND)
    actions.follow_apart(IDEA, FIRST, SECOND)
    assert followed(session, reader) == set()


def test_who_chose_the_other_one_meanwhile_follows_both(session: Session, reader: int) -> None:
    follow(reader, FIRST)
    actions.follow_along(IDEA, FIRST, SECOND)
    follow(reader, SECOND)
    actions.follow_apart(IDEA, FIRST, SECOND)
    assert followed(session, reader) == {FIRST, SECOND}


@pytest.mark.parametrize(
    ("first_apart", "then_apart", "between"), [(FIRST, SECOND, {FIRST, THIRD}), (SECOND, FIRST, {SECOND, THIRD})]
)
def test_two_that_became_part_of_a_third_come_apart_one_by_one(
    session: Session, reader: int, first_apart: int, then_apart: int, between: set[int]
) -> None:
    follow(reader, FIRST, SECOND)
    actions.follow_along(IDEA, FIRST, THIRD)
    actions.follow_along(IDEA, SECOND, THIRD)
    assert followed(session, reader) == {THIRD}
    actions.follow_apart(IDEA, first_apart, THIRD)
    assert followed(session, reader) == between
    actions.follow_apart(IDEA, then_apart, THIRD)
    assert followed(session, reader) == {FIRST, SECOND}


def test_along_a_chain_nobody_is_brought_to_what_they_never_chose(session: Session, reader: int) -> None:
    both = identity.person().id
    follow(reader, FIRST)
    follow(both, FIRST, SECOND)
    actions.follow_along(IDEA, FIRST, SECOND)
    actions.follow_along(IDEA, SECOND, THIRD)
    assert followed(session, reader) == followed(session, both) == {THIRD}
    actions.follow_apart(IDEA, SECOND, THIRD)
    assert followed(session, reader) == {THIRD}, "what they followed is still part of the third"
    assert followed(session, both) == {SECOND, THIRD}
    actions.follow_apart(IDEA, FIRST, THIRD)
    assert followed(session, reader) == {FIRST}
    assert followed(session, both) == {FIRST, SECOND}


def test_whoever_leaves_the_square_is_forgotten_here_too(session: Session, reader: int) -> None:
    follow(reader, FIRST)
    actions.follow_along(IDEA, FIRST, SECOND)
    follow_nothing(reader)
    assert (followed(session, reader), remembered(session)) == (set(), [])
