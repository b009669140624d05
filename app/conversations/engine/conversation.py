"""A conversation that lives: votes come in, and now and then the map is brought up to date."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from app.conversations.engine.arrays import Floats, Integers, Numbers, integers
from app.conversations.engine.base_clusters import BaseClusters, base_clusters
from app.conversations.engine.centred import centre
from app.conversations.engine.components import NO_COMPONENTS, Components, components_of
from app.conversations.engine.groups import Division, Divisions, divisions, members_of
from app.conversations.engine.letters import kept_letters, shared_members
from app.conversations.engine.matrix import VoteMatrix
from app.conversations.engine.opinion_map import OpinionMap
from app.conversations.engine.placing import placed
from app.conversations.engine.positions import participant_positions, statement_positions
from app.conversations.engine.smoothing import GroupCount, smoothed
from app.conversations.engine.votes import VoteBatch


def _nobody() -> Integers:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Memory:
    """What one update hands to the next."""

    updates: int = 0
    components: Components = NO_COMPONENTS
    base_centres: Floats | None = None
    group_centres: dict[int, Floats] = field(default_factory=dict)
    """By number of groups."""
    count: GroupCount | None = None
    members: Integers = field(default_factory=_nobody)
    """Ids of all placed so far, sorted; once placed, always placed."""
    groups: Integers = field(default_factory=_nobody)
    """Index into `letters` of each of `members`, -1 for none."""
    letters: tuple[str, ...] = ()


@dataclass
class Conversation:
    """The state: all votes, what is left out, and the memory of the last update. Memory use follows the
    votes."""

    seed: int = 0
    votes: VoteMatrix = field(default_factory=VoteMatrix.empty)
    hidden: Integers = field(default_factory=_nobody)
    """Statements left out: rejected by a moderator, or about the conversation itself."""
    dropped: Integers = field(default_factory=_nobody)
    """Participants whose votes count nowhere."""
    memory: Memory = field(default_factory=Memory)

    def apply(self, batch: VoteBatch) -> None:
        """Take in votes; of several on the same pair the latest counts, and a later batch is later.
        O(votes)."""
        self.votes = self.votes.merged(batch)

    def hide(self, statements: Numbers) -> None:
        """Leave out exactly these statements from the next update on."""
        self.hidden = integers(statements)

    def drop(self, participants: Numbers) -> None:
        """Leave out exactly these participants from the next update on."""
        self.dropped = integers(participants)

    def update(self) -> OpinionMap:
        """Bring the map up to date, starting from the last one, and remember it."""
        counted = self.votes.without((), self.dropped)
        visible = counted.without(self.hidden, ())
        centred = centre(visible)
        components = components_of(centred, visible.statements, self.memory.components)
        points = participant_positions(centred, components)
        already = np.isin(visible.participants, self.memory.members)
        is_placed = placed(counted.votes_cast, len(counted.statements), centred.seen, already)
        found = OpinionMap(
            visible=visible,
            counted=counted,
            components=components,
            points=points,
            statement_points=statement_positions(centred, components),
            placed=is_placed,
        )
        return self._grouped(found) if is_placed.any() else self._ungrouped(found)

    def _ungrouped(self, found: OpinionMap) -> OpinionMap:
        self.memory = replace(self.memory, updates=self.memory.updates + 1, components=found.components)
        return found

    def _grouped(self, found: OpinionMap) -> OpinionMap:
        before = self.memory
        base = base_clusters(found.points[found.placed], self.seed, before.base_centres)
        offered = divisions(base, self.seed + before.updates, before.group_centres)
        count = smoothed(before.count, offered.best_k, offered.by_k)
        chosen = offered.by_k.get(count.in_use)
        group = np.full(len(found.placed), -1)
        if chosen is not None:
            group[found.placed] = members_of(chosen, base, found.points[found.placed])
        letters, group = self._lettered(chosen, group, found.visible.participants)
        self.memory = Memory(
            updates=before.updates + 1,
            components=found.components,
            base_centres=base.centres,
            group_centres=before.group_centres | {k: one.centres for k, one in offered.by_k.items()},
            count=count,
            members=found.visible.participants[found.placed],
            groups=group[found.placed],
            letters=letters,
        )
        return _with_groups(found, base, offered, chosen, group, letters)

    def _lettered(
        self, chosen: Division | None, group: Integers, participants: Integers
    ) -> tuple[tuple[str, ...], Integers]:
        """Letters in alphabetical order, and the groups renumbered to that order."""
        if chosen is None:
            return (), group
        before = self.memory
        old = np.full(len(participants), -1)
        at = np.searchsorted(participants, before.members)
        known = (at < len(participants)) & (participants[np.minimum(at, len(participants) - 1)] == before.members)
        old[at[known]] = before.groups[known]
        shared = shared_members(group, old, chosen.k, max(len(before.letters), 1))
        letters = kept_letters(shared, before.letters or ("A",), chosen.sizes, chosen.centres)
        order = np.argsort(letters, kind="stable")
        rank = np.append(np.argsort(order), -1)
        return tuple(sorted(letters)), rank[group]


def _with_groups(
    found: OpinionMap,
    base: BaseClusters,
    offered: Divisions,
    chosen: Division | None,
    group: Integers,
    letters: tuple[str, ...],
) -> OpinionMap:
    far_out = np.zeros(len(found.placed), dtype=np.bool_)
    far_out[found.placed] = offered.aside[base.labels]
    return replace(
        found, base=base, aside=offered.aside, offered=offered.by_k, chosen=chosen, group=group,
        letters=letters, far_out=far_out,
    )  # fmt: skip
