"""The path of everything public, and when it changed last."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, String, Subquery, cast, func, literal, select, union_all

from app.challenges import queries as challenges
from app.challenges.models import Challenge, challenge_municipalities
from app.organisations.models import Organisation
from app.partnerships.models import Partnership
from app.places.models import Municipality
from app.proposals import queries as proposals
from app.proposals.models import Proposal


def part(number: int, size: int, *, more: int = 0) -> Select[Any]:
    """One list of so many addresses, counted from 1; `more` fetches some of the next."""
    known = _addresses()
    ordered = select(known.c.path, known.c.changed).order_by(known.c.kind, known.c.id)
    return ordered.offset((number - 1) * size).limit(size + more)


def count() -> Select[Any]:
    return select(func.count()).select_from(_addresses())


def _addresses() -> Subquery:
    """Path and moment of each; kind and id give an order that stays."""
    answered = func.greatest(Challenge.updated_at, Challenge.closed_at)
    begun = func.greatest(Partnership.published_at, Partnership.activated_at, Partnership.concluded_at)
    known = func.greatest(Organisation.created_at, Organisation.verified_at)
    place = literal("/municipalities/", String) + Municipality.slug
    return union_all(
        select(Municipality).with_only_columns(*_columns(1, place, _newest_there(), Municipality.id)),
        challenges.public().with_only_columns(*_of(Challenge, 2, "/challenges/", answered)),
        proposals.listed().with_only_columns(*_of(Proposal, 3, "/proposals/", Proposal.updated_at)),
        select(Partnership).where(Partnership.public).with_only_columns(*_of(Partnership, 4, "/partnerships/", begun)),
        select(Organisation)
        .where(Organisation.hidden_at.is_(None))
        .with_only_columns(*_of(Organisation, 5, "/organisations/", known)),
    ).subquery("addresses")


def _of(model: Any, kind: int, before: str, changed: Any) -> tuple[ColumnElement[Any], ...]:
    return _columns(kind, literal(before, String) + cast(model.id, String), changed, model.id)


def _columns(kind: int, path: ColumnElement[Any], changed: Any, id: Any) -> tuple[ColumnElement[Any], ...]:
    return path.label("path"), changed.label("changed"), literal(kind).label("kind"), id.label("id")


def _newest_there() -> ColumnElement[Any]:
    """The page of a municipality changes with what is newest there."""
    lies = challenge_municipalities.c
    begun = challenges.public().join(challenge_municipalities, lies.challenge_id == Challenge.id)
    begun = begun.where(lies.municipality_id == Municipality.id)
    ideas = proposals.listed().where(Proposal.municipality_id == Municipality.id)
    grown = select(Partnership).where(Partnership.public, Partnership.municipality_id == Municipality.id)
    newest: dict[Any, Select[Any]] = {Challenge: begun, Proposal: ideas, Partnership: grown}
    moments = [found.with_only_columns(func.max(model.published_at)) for model, found in newest.items()]
    return func.greatest(*(moment.scalar_subquery() for moment in moments))
