"""A conversation that lives: letters stay, the number of groups is smoothed, the state survives, updates are cheap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from app.conversations.engine.conversation import Conversation
from app.conversations.engine.letters import first_letters, kept_letters, shared_members
from app.conversations.engine.smoothing import GroupCount, smoothed
from app.conversations.engine.storage import StateError, from_bytes, to_bytes
from app.conversations.engine.votes import VoteBatch
from tests.factories.conversations import clear


def one_percent_more(batch: VoteBatch, rng: np.random.Generator) -> tuple[VoteBatch, VoteBatch]:
    """The batch without, and with only, one vote in a hundred."""
    late = rng.random(len(batch)) < 0.01
    return batch.part(np.flatnonzero(~late)), batch.part(np.flatnonzero(late))


@pytest.mark.parametrize("participants", [600, 9000])
def test_an_update_after_one_percent_more_votes_ends_in_the_groups_of_a_cold_run(participants):
    first, more = one_percent_more(clear(participants=participants).votes, np.random.default_rng(1))
    lived, cold = Conversation(), Conversation()
    lived.apply(first)
    lived.update()
    lived.apply(more)
    warm = lived.update()
    cold.apply(first)
    cold.apply(more)
    fresh = cold.update()
    assert adjusted_rand_score(fresh.group, warm.group) >= 0.95
    np.testing.assert_allclose(np.abs((warm.components.axes * fresh.components.axes).sum(axis=1)), 1, atol=1e-6)


def test_letters_follow_the_members_and_not_the_size():
    made = clear(participants=300)
    people = np.arange(300)
    conversation = Conversation()
    conversation.apply(made.votes.part(np.flatnonzero(made.votes.participants < 150)))
    before = conversation.update()
    letter = dict(zip(before.visible.participants.tolist(), before.group.tolist(), strict=True))
    smallest = int(np.argmin(before.sizes))
    members = [one for one in people[:150] if letter[one] == smallest]
    planted = np.bincount(made.group[members]).argmax()
    joining = made.group[made.votes.participants] == planted
    conversation.apply(made.votes.part(np.flatnonzero((made.votes.participants >= 150) & joining)))
    after = conversation.update()
    assert int(np.argmax(after.sizes)) == smallest
    now = dict(zip(after.visible.participants.tolist(), after.group.tolist(), strict=True))
    assert np.mean([now[one] == letter[one] for one in letter if letter[one] >= 0]) > 0.95


def test_first_letters_go_by_size_then_place():
    centres = np.array([[1.0, 0.0], [0.0, 0.0], [5.0, 5.0]])
    assert first_letters(np.array([4.0, 4.0, 9.0]), centres) == ["C", "B", "A"]


def test_a_new_group_takes_the_first_free_letter():
    shared = np.array([[0, 9], [0, 0], [5, 1]])
    assert kept_letters(shared, ["A", "B"], np.array([9.0, 4.0, 6.0]), np.zeros((3, 2))) == ["B", "C", "A"]


def test_members_without_a_group_before_or_now_are_shared_by_nobody():
    table = shared_members(np.array([0, 1, -1, 1]), np.array([0, -1, 0, 1]), 2, 2)
    assert table.tolist() == [[1, 0], [0, 1]]


@given(st.lists(st.sampled_from([1, 2, 3, 4]), min_size=1, max_size=40))
def test_a_new_number_of_groups_is_used_only_after_four_wins_in_a_row(wins):
    count = None
    in_use = []
    for best in wins:
        count = smoothed(count, best, {2, 3, 4})
        in_use.append(count.in_use)
    assert in_use[0] == wins[0]
    for at in range(1, len(wins)):
        if in_use[at] != in_use[at - 1]:
            assert at >= 3
            assert wins[at - 3 : at + 1] == [in_use[at]] * 4


def test_a_number_no_longer_on_offer_gives_way_at_once():
    assert smoothed(GroupCount(4, 4, 9), 2, {2, 3}) == GroupCount(2, 2, 1)
    assert smoothed(GroupCount(1, 1, 9), 2, {2, 3}) == GroupCount(1, 2, 1)


def test_the_state_goes_on_after_being_kept_as_bytes():
    first, more = one_percent_more(clear().votes, np.random.default_rng(2))
    lived = Conversation(seed=3)
    lived.apply(first)
    lived.hide([4])
    lived.drop([5])
    lived.update()
    kept = from_bytes(to_bytes(lived))
    for one in (lived, kept):
        one.apply(more)
    now, then = lived.update(), kept.update()
    np.testing.assert_array_equal(now.points, then.points)
    np.testing.assert_array_equal(now.group, then.group)
    assert kept.memory.count == lived.memory.count
    assert to_bytes(kept) == to_bytes(lived)


def test_an_empty_state_is_kept_too():
    assert from_bytes(to_bytes(Conversation())).update().groups == 0


def test_the_state_takes_about_five_bytes_a_vote():
    def size(votes_each: float) -> tuple[int, int]:
        conversation = Conversation()
        conversation.apply(clear(participants=2000, statements=400, votes_each=votes_each).votes)
        return conversation.votes.size, len(to_bytes(conversation))

    (few, small), (many, large) = size(20), size(200)
    assert (large - small) / (many - few) == pytest.approx(5, abs=0.2)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04nonsense", b"x" * 100, to_bytes(Conversation())[:-40]])
def test_other_bytes_are_refused(data):
    with pytest.raises(StateError):
        from_bytes(data)


def test_a_state_of_another_version_is_refused(monkeypatch):
    monkeypatch.setattr("app.conversations.engine.storage.VERSION", 2)
    newer = to_bytes(Conversation())
    monkeypatch.undo()
    with pytest.raises(StateError, match="version 2"):
        from_bytes(newer)


def test_the_number_of_groups_in_use_outlives_one_update_that_prefers_another():
    conversation = Conversation()
    conversation.apply(clear().votes)
    before = conversation.update()
    conversation.memory = type(conversation.memory)(
        **{**vars(conversation.memory), "count": GroupCount(in_use=2, last_best=2, wins=9)}
    )
    assert before.groups == 3
    assert conversation.update().groups == 2
