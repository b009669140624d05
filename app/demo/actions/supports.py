"""Supports, backings and follows: a few ideas have many, most have some."""

from __future__ import annotations

from datetime import timedelta

from app.activity.models import Follow, SubjectType
from app.demo.actions.square import Square
from app.proposals.models import Backing, Proposal, ProposalState, Support

SUPPORTS = 1500


def add_supports(square: Square) -> None:
    published = [one for one in square.proposals.values() if one.state == ProposalState.PUBLISHED]
    weights = [square.random.paretovariate(1.3) for _ in published]
    given: set[tuple[int, int]] = set()
    while len(given) < SUPPORTS:
        proposal = square.random.choices(published, weights)[0]
        person = square.somebody()
        if (proposal.id, person.id) not in given and person.id != proposal.author_id:
            given.add((proposal.id, person.id))
            _support(square, proposal, person.id)
    for proposal in square.random.sample(published, 45):
        _back(square, proposal)
    for person in square.people[:60]:
        _follow(square, person.id)
    _follow(square, square.named["virksomhed@torvet.example"].id)
    square.add()


def _support(square: Square, proposal: Proposal, person_id: int) -> None:
    since = square.now - (proposal.published_at or square.now)
    at = square.now - timedelta(seconds=square.random.uniform(0, since.total_seconds()))
    square.add_later(Support(proposal_id=proposal.id, person_id=person_id, created_at=at))
    proposal.support_count += 1


def _back(square: Square, proposal: Proposal) -> None:
    for organisation in square.random.sample(list(square.organisations.values()), square.random.randint(1, 3)):
        by = square.members[organisation.id][0].id
        statement = "Vi bakker op og hjælper gerne, når det skal prøves."
        row = Backing(proposal_id=proposal.id, organisation_id=organisation.id, declared_by_id=by, statement=statement)
        square.add_later(row)
        proposal.backing_count += 1


def _follow(square: Square, person_id: int) -> None:
    open_ones = [one for one in square.challenges.values() if one.public]
    for challenge in square.random.sample(open_ones, 4):
        square.add_later(Follow(person_id=person_id, subject_type=SubjectType.CHALLENGE, subject_id=challenge.id))
