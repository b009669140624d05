"""The order among equals, stated before the count and the same for everybody who repeats it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from app.budgeting.engine.election import Election
from app.budgeting.engine.options import ImpossibleOptionsError, Options, Ties


def tie_order(election: Election, options: Options) -> tuple[int, ...]:
    """The rank of every project in a tie, lowest first.

    official: lower cost, then more votes, then smallest id. lexicographic: smallest id. Ids compare as strings, by code
    point ("10" before "2"). random: by SHA-256 of "seed:id" in UTF-8, so that anybody can redraw it.
    """
    projects, votes = election.projects, election.votes
    if options.ties is Ties.RANDOM:
        if not options.seed:
            raise ImpossibleOptionsError("--ties random needs the published seed: --seed TEXT.")
        draws = [sha256(f"{options.seed}:{project.id}".encode()).digest() for project in projects]
        return ranks(sorted(range(len(projects)), key=lambda p: (draws[p], projects[p].id)))
    if options.ties is Ties.LEXICOGRAPHIC:
        return ranks(sorted(range(len(projects)), key=lambda p: projects[p].id))
    return ranks(sorted(range(len(projects)), key=lambda p: (projects[p].cost, -votes[p], projects[p].id)))


def ranks(order: Sequence[int]) -> tuple[int, ...]:
    """The place of each number in an order."""
    places = [0] * len(order)
    for place, p in enumerate(order):
        places[p] = place
    return tuple(places)
