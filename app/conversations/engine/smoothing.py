"""How many groups to show: a new number must win several updates in a row before it replaces the one in
use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

WINS_NEEDED = 4


@dataclass(frozen=True)
class GroupCount:
    """What is remembered between updates. k = 1 means "no clear groups"."""

    in_use: int
    last_best: int
    wins: int


def smoothed(before: GroupCount | None, best: int, on_offer: Collection[int]) -> GroupCount:
    """The number of groups after an update whose best number is `best`; 1 is always on offer.

    First time: the best at once. Later: the best once it has won four updates in a row, else the one in use;
    when that is no longer on offer, the best.
    """
    if before is None:
        return GroupCount(best, best, 1)
    wins = before.wins + 1 if best == before.last_best else 1
    stays = wins < WINS_NEEDED and (before.in_use == 1 or before.in_use in on_offer)
    return GroupCount(before.in_use if stays else best, best, wins)
