"""The comparison step: cities that count by Equal Shares keep the greedy outcome if more voters prefer it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from app.budgeting.engine.election import Election
from app.budgeting.engine.greedy import utilitarian
from app.budgeting.engine.options import Comparison, Options
from app.budgeting.engine.outcome import Compared, Outcome, Stage, Win
from app.budgeting.engine.profile import Ints


def compare(election: Election, options: Options, ranks: Sequence[int], outcome: Outcome) -> Outcome:
    """Keep the outcome, or put the greedy one in its place if strictly more voters prefer that.

    satisfaction: a voter prefers the outcome with more winners she supports. exclusion: she prefers the one with any,
    where the other has none. Every voter counts, those with nothing on one side too. O(approvals).
    """
    rival = utilitarian(election, options, ranks)
    ours, theirs = supported(election, outcome.winners), supported(election, rival.winners)
    if options.comparison is Comparison.EXCLUSION:
        ours, theirs = np.minimum(ours, 1), np.minimum(theirs, 1)
    voters = election.ballots.voters
    for_us, for_greedy = int(voters[ours > theirs].sum()), int(voters[theirs > ours].sum())
    compared = Compared(for_us, for_greedy, for_us >= for_greedy, rival.winners)
    if compared.kept:
        return replace(outcome, compared=compared)
    wins = tuple(Win(p, Stage.COMPARISON) for p in rival.winners)
    return replace(outcome, wins=wins, ties=rival.ties, compared=compared, before_comparison=outcome.wins)


def supported(election: Election, winners: Collection[int]) -> Ints:
    """How many of the winners each ballot names."""
    won = np.zeros(len(election.projects), dtype=np.int64)
    won[list(winners)] = 1
    sums = np.concatenate([[0], np.cumsum(won[election.ballots.projects])])
    return np.asarray(sums[election.ballots.starts[1:]] - sums[election.ballots.starts[:-1]], dtype=np.int64)
