"""All figures of a conversation: an opinion map, or given groups, and the statistics on top of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.conversations.engine.arrays import Flags, Floats, Integers, Numbers, integers
from app.conversations.engine.bootstrap import (
    DRAWS,
    MOST_RANKS,
    Interval,
    consensus_rank_intervals,
    group_size_intervals,
)
from app.conversations.engine.closeness import Closeness, closeness
from app.conversations.engine.consensus import (
    Shared,
    consensus,
    divisiveness,
    group_informed_consensus,
    uncertain,
)
from app.conversations.engine.counts import Counts, counts_by_group, counts_of
from app.conversations.engine.opinion_map import OpinionMap
from app.conversations.engine.positions import extremity
from app.conversations.engine.privacy import K
from app.conversations.engine.representative import (
    GroupFigures,
    Representative,
    group_figures,
    representative,
)
from app.conversations.engine.routing import candidates, chances, next_statements, priorities

MOST = 5


@dataclass(frozen=True)
class Options:
    """What an analysis may be asked."""

    seed: int = 0
    draws: int = DRAWS
    """Bootstrap draws; 0 leaves the intervals out."""
    meta: Numbers = ()
    """Statements about the conversation itself."""
    approved: Numbers | None = None
    """Statements a moderator approved; None: all."""
    strict: bool = False
    """Show approved statements only."""
    next_for: int | None = None
    """Whose next statements to draw; None: a newcomer's."""


@dataclass(frozen=True)
class Ranking:
    """Group-informed consensus and its order; all (m,)."""

    value: Floats
    rank: Integers
    """1 is the most agreed."""
    interval: Interval | None


@dataclass(frozen=True)
class Routing:
    """Which statement comes next."""

    priority: Floats
    chance: Floats
    """Probability of being drawn next, for the person asked about, (m,)."""
    drawn: list[int]


@dataclass(frozen=True)
class Analysis:
    """Columns are those of `map.visible.statements`, rows those of `map.visible.participants`."""

    map: OpinionMap
    everyone: Counts
    """(m,): all participants."""
    by_group: Counts
    """(G, m); one row for all placed when there are no groups."""
    figures: GroupFigures
    representative: list[list[Representative]]
    """For each group; empty when there are none."""
    agreed: list[Shared]
    disagreed: list[Shared]
    uncertain: list[Shared]
    common: list[int]
    """Up to five columns with the highest group-informed consensus, each group having cast at least 5
    votes."""
    divisive: list[int]
    divisiveness: Floats
    ranking: Ranking
    extremity: Floats
    routing: Routing
    sizes: Interval | None
    closeness: Closeness
    options: Options


def given_groups(found: OpinionMap, participants: Integers, names: Sequence[str]) -> OpinionMap:
    """The map with groups laid down from outside: `names[i]` is the group of `participants[i]`."""
    letters = tuple(sorted(set(names)))
    of_person = dict(zip(participants.tolist(), names, strict=True))
    number = {name: index for index, name in enumerate(letters)}
    group = np.array([number.get(of_person.get(one, ""), -1) for one in found.visible.participants.tolist()])
    group = group.astype(np.int64)
    aside = np.zeros(len(group), dtype=np.bool_)
    return replace(
        found,
        group=group,
        letters=letters,
        far_out=aside,
        base=None,
        chosen=None,
        offered={},
        placed=group >= 0,
    )


def analyse(found: OpinionMap, options: Options = Options()) -> Analysis:
    """All statistics of a map. O(votes), and O(votes * draws) for the intervals."""
    visible, groups = found.visible, max(found.groups, 1)
    crowd = found.crowd
    everyone = counts_of(visible)
    by_group = counts_by_group(visible, crowd, groups)
    figures = group_figures(by_group)
    divided = divisiveness(by_group)
    ranking = _ranking(found, crowd, groups, by_group, options)
    known = np.flatnonzero(by_group.votes.min(axis=0, initial=np.iinfo(np.int64).max) >= K)
    far = extremity(found.statement_points)
    return Analysis(
        map=found,
        everyone=everyone,
        by_group=by_group,
        figures=figures,
        representative=[representative(figures, group) for group in range(found.groups)],
        agreed=consensus(everyone, "agree"),
        disagreed=consensus(everyone, "disagree"),
        uncertain=uncertain(everyone),
        common=_top(ranking.value, known),
        divisive=_top(divided, known),
        divisiveness=divided,
        ranking=ranking,
        extremity=far,
        routing=_routing(found, by_group.total, far, options),
        sizes=_sizes(found, options),
        closeness=closeness(found.points, crowd, groups),
        options=options,
    )


def _top(values: Floats, columns: Integers) -> list[int]:
    """Up to five of the columns by value falling, ties by statement."""
    order = np.argsort(-np.round(values[columns], 12), kind="stable")
    return [int(column) for column in columns[order][:MOST]]


def _ranking(found: OpinionMap, crowd: Integers, groups: int, counts: Counts, options: Options) -> Ranking:
    value = group_informed_consensus(counts)
    rank = np.empty(len(value), dtype=np.int64)
    rank[np.argsort(-np.round(value, 12), kind="stable")] = np.arange(1, len(value) + 1)
    interval = None
    if 0 < options.draws * len(value) <= MOST_RANKS and (crowd >= 0).any():
        interval = consensus_rank_intervals(found.visible, crowd, groups, options.seed, options.draws)
    return Ranking(value, rank, interval)


def _sizes(found: OpinionMap, options: Options) -> Interval | None:
    if not options.draws or found.base is None or found.chosen is None:
        return None
    centres = np.array([found.points[found.group == group].mean(axis=0) for group in range(found.groups)])
    return group_size_intervals(found.base.centres, found.base.sizes, found.aside, centres, options.seed, options.draws)


def _routing(found: OpinionMap, counts: Counts, far: Floats, options: Options) -> Routing:
    statements = found.visible.statements
    meta = np.isin(statements, integers(options.meta))
    approved = (
        np.ones(len(statements), dtype=np.bool_)
        if options.approved is None
        else np.isin(statements, integers(options.approved))
    )
    priority = priorities(counts, far, meta)
    rejected = np.zeros(len(statements), dtype=np.bool_)
    open_to = candidates(_voted(found, options.next_for), rejected, approved, strict=options.strict)
    drawn = next_statements(priority, open_to, np.random.default_rng(options.seed), MOST)
    return Routing(priority, chances(priority, open_to), drawn)


def _voted(found: OpinionMap, participant: int | None) -> Flags:
    """What somebody voted on already, (m,)."""
    visible = found.visible
    voted = np.zeros(len(visible.statements), dtype=np.bool_)
    if participant is not None:
        row = int(np.searchsorted(visible.participants, participant))
        if row < len(visible.participants) and visible.participants[row] == participant:
            voted[visible.columns[visible.offsets[row] : visible.offsets[row + 1]]] = True
    return voted
