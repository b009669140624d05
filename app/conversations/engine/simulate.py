"""Conversations with known groups, for tests, benchmarks and demonstrations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.conversations.engine.arrays import Floats, Integers
from app.conversations.engine.votes import VoteBatch

START = 1_760_000_000_000
"""The first vote's moment, in milliseconds since 1970."""
DAYS = 14


@dataclass(frozen=True)
class Recipe:
    """What to simulate."""

    participants: int = 1000
    statements: int = 100
    groups: int = 3
    votes_each: float = 40.0
    """Mean votes of a participant; the spread is like that of real conversations."""
    signal: float = 0.8
    """0: everybody votes alike by chance; 1: groups take opposite sides on every dividing statement."""
    dividing: float = 0.5
    """Share of the statements on which groups differ."""
    passing: float = 0.12
    """Chance that a vote is a pass."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.participants < 0 or self.statements < 1 or not 1 <= self.groups <= 26:
            raise ValueError("A simulation needs participants, 1 or more statements and 1 to 26 groups.")
        if not (0 <= self.signal <= 1 and 0 <= self.dividing <= 1 and 0 <= self.passing <= 1):
            raise ValueError("Signal, dividing and passing are shares from 0 to 1.")
        if not 0 < self.votes_each <= self.statements:
            raise ValueError("Votes each must be above 0 and at most the number of statements.")


@dataclass(frozen=True)
class Simulated:
    votes: VoteBatch
    group: Integers
    """Planted group of participants 0 … n - 1, (n,)."""


def simulate(recipe: Recipe) -> Simulated:
    """Votes of a crowd with planted groups.

    Each statement has a leaning common to all (share of agreement between 0.2 and 0.9). On a dividing
    statement every group is drawn at random to one end: its share of agreement lies `signal` of the way from
    the common leaning to 0.95 or 0.05, and not all groups are drawn to the same end. Participants come
    equally often from all groups, vote on statements drawn at random, and in random order over 14 days.
    """
    rng = np.random.default_rng(recipe.seed)
    group = rng.permutation(np.arange(recipe.participants) % recipe.groups)
    people, topics = _who_votes_on_what(recipe, rng)
    agreeing = _leanings(recipe, rng)[group[people], topics]
    values = np.where(rng.random(len(people)) < agreeing, 1, -1)
    values[rng.random(len(people)) < recipe.passing] = 0
    order = rng.permutation(len(people))
    moments = START + np.sort(rng.integers(0, DAYS * 86_400_000, len(people)))
    return Simulated(VoteBatch.of(people[order], topics[order], values[order], moments), group)


def _leanings(recipe: Recipe, rng: np.random.Generator) -> Floats:
    """Chance of agreement of each group on each statement, (G, m)."""
    common = rng.uniform(0.2, 0.9, recipe.statements)
    side = rng.random((recipe.groups, recipe.statements)) < 0.5
    alike = (side == side[0]).all(axis=0)
    side[rng.integers(recipe.groups, size=recipe.statements), np.arange(recipe.statements)] ^= alike
    divides = (rng.random(recipe.statements) < recipe.dividing) & (recipe.groups > 1)
    pull = recipe.signal * divides
    return np.asarray((1 - pull) * common + pull * np.where(side, 0.95, 0.05))


def _who_votes_on_what(recipe: Recipe, rng: np.random.Generator) -> tuple[Integers, Integers]:
    """Distinct pairs. How much each votes is log-normal; what on, is drawn evenly."""
    appetite = rng.lognormal(0.0, 0.8, recipe.participants)
    appetite *= recipe.votes_each / max(float(appetite.mean()), 1e-12) if len(appetite) else 1.0
    counts = np.clip(np.round(appetite), 1, recipe.statements).astype(np.int64)
    people = np.repeat(np.arange(recipe.participants), counts)
    start = np.repeat(rng.integers(recipe.statements, size=recipe.participants), counts)
    turn = np.arange(len(people)) - np.repeat(np.cumsum(counts) - counts, counts)
    step = np.repeat(_coprime_steps(recipe, rng), counts)
    return people, (start + turn * step) % recipe.statements


def _coprime_steps(recipe: Recipe, rng: np.random.Generator) -> Integers:
    """A stride for each participant that visits every statement once before it repeats."""
    steps = np.arange(1, recipe.statements + 1)
    coprime = steps[np.gcd(steps, recipe.statements) == 1]
    return np.asarray(rng.choice(coprime, size=recipe.participants))
