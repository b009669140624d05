"""Supports, backings and follows: a few ideas have many, most have some."""

from __future__ import annotations

from datetime import timedelta

from app.activity.models import Follow, SubjectType
from app.demo.actions.square import Square, content
from app.proposals.models import Backing, Proposal, ProposalState, Support

SUPPORTS = 1500


def add_supports(square: Square) -> None:
    published = [one for one in square.proposals.values() if one.state == ProposalState.PUBLISHED]
    weights = [square.random.paretovariate(1.5) + 0.5 for _ in published]
    given: set[tuple[int, int]] = set()
    while len(given) < SUPPORTS:
        proposal = square.random.choices(published, weights)[0]
        person = square.somebody()
        if (proposal.id, person.id) not in given and person.id != proposal.author_id:
            given.add((proposal.id, person.id))
            _support(square, proposal, person.id)
    for proposal in square.random.sample([one for one in published if one.challenge_id], 45):
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
    themes = next(one.themes for one in square.challenges.values() if one.id == proposal.challenge_id)
    fitting = [one for one in square.organisations.values() if set(one.themes) & set(themes)]
    chosen = square.random.sample(fitting, min(square.random.randint(1, 3), len(fitting)))
    statements = square.random.sample(content("backings")["statements"], len(chosen))
    for organisation, statement in zip(chosen, statements, strict=True):
        by = square.members[organisation.id][0].id
        row = Backing(proposal_id=proposal.id, organisation_id=organisation.id, declared_by_id=by, statement=statement)
        square.add_later(row)
        proposal.backing_count += 1


def _follow(square: Square, person_id: int) -> None:
    open_ones = [one for one in square.challenges.values() if one.public]
    for challenge in square.random.sample(open_ones, 4):
        square.add_later(Follow(person_id=person_id, subject_type=SubjectType.CHALLENGE, subject_id=challenge.id))
