"""The result of an update: who stands where, and which groups there are."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from app.conversations.engine.arrays import Flags, Floats, Integers
from app.conversations.engine.base_clusters import BaseClusters
from app.conversations.engine.components import Components
from app.conversations.engine.groups import Division
from app.conversations.engine.matrix import VoteMatrix

SHOWN_FROM = 7
"""A map is shown from so many voters on; fewer dots would show who is who."""


@dataclass(frozen=True)
class OpinionMap:
    """Positions and groups. Rows are those of `visible.participants`, columns those of
    `visible.statements`."""

    visible: VoteMatrix
    """Votes without hidden statements and dropped participants; a participant may have none left."""
    counted: VoteMatrix
    """The same with hidden statements: they count towards who is placed, and nowhere else."""
    components: Components
    points: Floats
    """(n, 2)."""
    statement_points: Floats
    """(m, 2)."""
    placed: Flags
    """(n,)."""
    group: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """(n,): index into `letters`, or -1. Empty while nobody is placed."""
    letters: tuple[str, ...] = ()
    """A, B, C …; empty when there are no clear groups."""
    far_out: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    """(n,): set aside while groups were sought, then counted with the nearest group."""
    base: BaseClusters | None = None
    aside: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    """(B,): base clusters set aside."""
    offered: dict[int, Division] = field(default_factory=dict)
    """The best division for each number of groups."""
    chosen: Division | None = None

    @property
    def groups(self) -> int:
        return len(self.letters)

    @property
    def shown(self) -> bool:
        return len(self.visible.participants) >= SHOWN_FROM

    @property
    def sizes(self) -> Integers:
        """Members of each group in the order of `letters`, (G,)."""
        return np.bincount(self.group[self.group >= 0], minlength=self.groups)

    @property
    def crowd(self) -> Integers:
        """The groups to compute with, (n,): the groups, or where there are none one crowd of all placed; -1
        = none."""
        return self.group if self.groups else np.where(self.placed, 0, -1)
