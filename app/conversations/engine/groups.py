"""Groups: the clearest division of the base clusters into 2 to 5, or none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.conversations.engine.arrays import Flags, Floats, Integers
from app.conversations.engine.base_clusters import BaseClusters
from app.conversations.engine.kmeans import cluster_weights, lloyd, plus_plus, squared_distances
from app.conversations.engine.outliers import far_outliers
from app.conversations.engine.silhouettes import distances, mean_silhouettes

MOST_GROUPS = 5
FEWEST_MEMBERS = 3
SMALLEST_SHARE = 0.01
RESTARTS, WARM_RESTARTS = 100, 3
CLEAR, CLEAR_OF_SMALL = 0.36, 2.0
"""A division is clear when its silhouette reaches CLEAR + CLEAR_OF_SMALL / members of its smallest group."""
CHARGE = 3.0
"""When divisions compete, each silhouette is charged CHARGE / members of the smallest group. All three
figures are measured: see docs/conversations.md."""


@dataclass(frozen=True)
class Division:
    """One way to divide the placed participants."""

    k: int
    centres: Floats
    """(k, 2)."""
    labels: Integers
    """Group of each base cluster, (B,), from 0; far outliers carry that of the nearest group."""
    sizes: Floats
    """Members of each group, (k,), far outliers included."""
    silhouette: float

    @property
    def needed(self) -> float:
        """The silhouette from which this division counts as clear."""
        return CLEAR + CLEAR_OF_SMALL / float(self.sizes.min())

    @property
    def clear(self) -> bool:
        return self.silhouette >= self.needed

    @property
    def score(self) -> float:
        """What it competes with against divisions into more or fewer groups."""
        return round(self.silhouette - CHARGE / float(self.sizes.min()), 9)


@dataclass(frozen=True)
class Divisions:
    """The best division for each k on offer, and who was set aside to find them."""

    by_k: dict[int, Division]
    aside: Flags
    """Base clusters of far outliers, (B,)."""

    @property
    def best_k(self) -> int:
        """The k of the clear division with the best score, of equals the larger; 1 when none is clear."""
        clear = [division for division in self.by_k.values() if division.clear]
        return max(clear, key=lambda one: (one.score, one.k)).k if clear else 1


def fewest_members(placed: int) -> int:
    """No group is smaller: 3 people or 1 % of those placed, whichever is more."""
    return max(FEWEST_MEMBERS, int(np.ceil(SMALLEST_SHARE * placed)))


def divisions(base: BaseClusters, seed: int, earlier: dict[int, Floats] | None = None) -> Divisions:
    """The best division for every k from 2 to min(5, 2 + floor(B / 12)).

    k-means over the base clusters' centres, weighted by their members, from 100 k-means++ starts; when
    `earlier` centres by k are given, from those and 3 fresh starts. Divisions with a group below
    `fewest_members` are refused; of the others the one with the best charged mean silhouette (over base
    clusters, each counting once) stands for its k.
    """
    fewest = fewest_members(int(base.sizes.sum()))
    aside = far_outliers(base.centres, base.sizes, distances(base.centres), fewest)
    points, weights = base.centres[~aside], base.sizes[~aside]
    apart = distances(points)
    found: dict[int, Division] = {}
    for k in range(2, min(MOST_GROUPS, 2 + len(points) // 12, len(points)) + 1):
        known = (earlier or {}).get(k)
        centres = _best(points, weights, apart, fewest, _starts(points, weights, k, seed, known))
        if centres is not None:
            found[k] = _division(base, *centres)
    return Divisions(found, aside)


def _starts(points: Floats, weights: Floats, k: int, seed: int, known: Floats | None) -> Floats:
    runs = RESTARTS if known is None else WARM_RESTARTS
    fresh = plus_plus(points, weights, k, np.random.default_rng([seed, k]).random((runs, k)))
    return fresh if known is None else np.concatenate([known[None], fresh])


def _best(points: Floats, weights: Floats, apart: Floats, fewest: int, starts: Floats) -> tuple[Floats, float] | None:
    """Centres (k, 2) and silhouette of the best run that leaves no group too small."""
    k = starts.shape[1]
    labels, centres = lloyd(points, weights, starts)
    smallest = cluster_weights(labels, weights, k).min(axis=1)
    allowed = np.flatnonzero(smallest >= fewest)
    if not allowed.size:
        return None
    silhouettes = mean_silhouettes(apart, labels[allowed], k)
    best = int(np.argmax(np.round(silhouettes - CHARGE / smallest[allowed], 9)))
    return centres[allowed[best]], float(silhouettes[best])


def _division(base: BaseClusters, centres: Floats, silhouette: float) -> Division:
    labels = squared_distances(base.centres, centres[None])[0].argmin(axis=1)
    sizes = cluster_weights(labels[None], base.sizes, len(centres))[0]
    return Division(len(centres), centres, labels, sizes, silhouette)


def members_of(division: Division, base: BaseClusters, points: Floats) -> Integers:
    """Group of each placed participant, (p,): that of the nearest centre, which is steadier than going by
    base cluster; by base cluster only where the nearest would leave a group too small."""
    nearest = squared_distances(points, division.centres[None])[0].argmin(axis=1)
    sizes = np.bincount(nearest, minlength=division.k)
    return nearest if sizes.min() >= fewest_members(len(points)) else division.labels[base.labels]
