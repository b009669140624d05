"""Why each project won or lost, and where each voter's money went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import cast

import numpy as np

from app.budgeting.engine.equal_shares import Count
from app.budgeting.engine.ledger import HOLDS_MONEY
from app.budgeting.engine.profile import Floats, Profile
from app.budgeting.engine.purses import Offer, Purses


@dataclass(frozen=True)
class Round:
    """One purchase. `rho` is the exact price per unit of utility, `price` what a supporter with utility 1 pays at most
    (on approval ballots: what each pays); `payers` paid something, `emptied` of them gave all they had left.
    """

    project: int
    rho: Fraction
    price: Fraction
    payers: int
    emptied: int
    effective_votes: float


@dataclass(frozen=True)
class Loss:
    """Why a project lost an Equal Shares count.

    When it fell out (before round `fell_out`, counted from 0) its supporters held `money_then`; at the end they held
    `money_left`. Had it cost no more than that, or had `more_supporters` further voters with a full endowment wanted
    nothing else, it would have won: until it is bought nothing else changes, and at the end it could be paid for.
    """

    project: int
    supporters: int
    fell_out: int
    money_then: float
    money_left: Fraction
    missing: Fraction
    more_supporters: int
    effective_votes: tuple[float, ...]


@dataclass(frozen=True)
class Payments:
    """What each voter of each ballot row paid for one winner."""

    project: int
    rows: np.ndarray
    amounts: Floats


@dataclass
class Story:
    """An Equal Shares count told in full."""

    rounds: list[Round] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    payments: list[Payments] = field(default_factory=list)
    left: Floats = field(default_factory=lambda: np.zeros(0))


def rounds_of(profile: Profile, units: Sequence[int], count: Count) -> list[Round]:
    """Every purchase with its exact price. O(supporters of the winners), and k² small products."""
    rounds = []
    dry = count.purses.dry
    for k, project in enumerate(count.winners):
        supporters = profile.supporters[project]
        when = dry[supporters.rows]
        price = count.purses.ledger.price(k)
        rounds.append(
            Round(
                project,
                price / units[project],
                price,
                payers=int(supporters.voters[when >= k].sum()),
                emptied=int(supporters.voters[when == k].sum()),
                effective_votes=float(Fraction(profile.costs[project]) / price),
            )
        )
    return rounds


def story(profile: Profile, units: Sequence[int], count: Count) -> Story:
    """Replay a count and look at every project in every round. O(rounds × approvals)."""
    purses = Purses(profile, count.endowment)
    told = Story(rounds_of(profile, units, count))
    open_now = set(profile.contested)
    votes: dict[int, list[float]] = {p: [] for p in open_now}
    fell: dict[int, tuple[int, float]] = {}
    for k, winner in enumerate([*count.winners, None]):
        offers = {p: purses.offer(p, 0.0) for p in sorted(open_now)}
        for p, offer in offers.items():
            if offer is None:
                fell[p] = (k, _behind(purses, p))
                open_now.discard(p)
            else:
                votes[p].append(profile.costs[p] / offer.price)
        if winner is not None:
            told.payments.append(_pay(purses, winner, cast("Offer", offers[winner])))
            open_now.discard(winner)
    told.left = np.where(count.purses.dry == HOLDS_MONEY, purses.money, 0.0)
    told.losses = [_loss(count, p, k, money, votes[p]) for p, (k, money) in sorted(fell.items())]
    return told


def _behind(purses: Purses, p: int) -> float:
    supporters = purses.profile.supporters[p]
    return float((purses.money[supporters.rows] * supporters.voters).sum())


def _pay(purses: Purses, winner: int, offer: Offer) -> Payments:
    rows = purses.profile.supporters[winner].rows
    before = purses.money[rows]
    purses.buy(offer)
    amounts = before - purses.money[rows]
    paid = amounts > 0
    return Payments(winner, rows[paid], amounts[paid])


def _loss(count: Count, p: int, fell_out: int, money_then: float, votes: Sequence[float]) -> Loss:
    profile, purses = count.purses.profile, count.purses
    rows = profile.supporters[p].rows
    held = Fraction(purses.ledger.held(rows[purses.dry[rows] == HOLDS_MONEY]), purses.ledger.denominator)
    missing = profile.costs[p] - held
    return Loss(
        project=p,
        supporters=int(profile.supporters[p].voters.sum()),
        fell_out=fell_out,
        money_then=money_then,
        money_left=held,
        missing=missing,
        more_supporters=ceil(missing / count.endowment) if count.endowment else 0,
        effective_votes=tuple(votes),
    )
