"""What other features give to activities: cards that name a subject, and readers that act on what happened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import delete, select

from app.activity import actions, queries
from app.activity.models import Activity, EarlierFollow, Follow, SubjectType
from app.identity.models import Person, Role
from app.identity.ports import exports_table, on_erasure, on_role_change
from app.kernel import access, db, slots
from app.kernel.html import rendered
from app.places.models import Municipality

exports_table("follows", Follow.person_id)
exports_table("earlier_follows", EarlierFollow.person_id)
exports_table("acts", Activity.actor_id, hide={"read_at"})


@on_erasure
def follow_nothing(person_id: int) -> None:
    db.session().execute(delete(Follow).where(Follow.person_id == person_id))
    db.session().execute(delete(EarlierFollow).where(EarlierFollow.person_id == person_id))


@dataclass(frozen=True)
class Card:
    """How a subject is named in a list: its title, the path of its page, and whether everybody may see it."""

    title: str
    path: str
    public: bool = True


CardMaker = Callable[[Collection[int]], dict[int, Card]]
Reader = Callable[[Activity], None]

_card_makers: dict[SubjectType, CardMaker] = {}
_readers: list[Reader] = []


def cards_by(subject_type: SubjectType) -> Callable[[CardMaker], CardMaker]:
    """Register the function that makes cards for the ids of one type, in one query."""

    def register(maker: CardMaker) -> CardMaker:
        _card_makers[subject_type] = maker
        return maker

    return register


def cards(subjects: Collection[tuple[SubjectType, int]]) -> dict[tuple[SubjectType, int], Card]:
    """The cards of many subjects, one query per type. Subjects that are gone have none."""
    found: dict[tuple[SubjectType, int], Card] = {}
    for kind in {subject_type for subject_type, _ in subjects}:
        ids = {subject_id for subject_type, subject_id in subjects if subject_type == kind}
        if kind in _card_makers:
            found |= {(kind, subject_id): card for subject_id, card in _card_makers[kind](ids).items()}
    return found


def card(subject_type: SubjectType, subject_id: int) -> Card | None:
    """The card of one subject, or none when it is gone."""
    return cards([(subject_type, subject_id)]).get((subject_type, subject_id))


def read_by(reader: Reader, kinds: Iterable[str]) -> None:
    """Register a reader of some kinds of activities. It is called at least once for each, in the transaction that marks
    it read, and perhaps for others too."""
    _readers.append(reader)
    actions.waited_for.update(kinds)


def readers() -> list[Reader]:
    return list(_readers)


@cards_by(SubjectType.MUNICIPALITY)
def municipality_cards(ids: Collection[int]) -> dict[int, Card]:
    named = select(Municipality.id, Municipality.name, Municipality.slug).where(Municipality.id.in_(ids))
    return {row.id: Card(row.name, f"/municipalities/{row.slug}") for row in db.session().execute(named)}


@cards_by(SubjectType.PERSON)
def person_cards(ids: Collection[int]) -> dict[int, Card]:
    named = select(Person.id, Person.name).where(Person.id.in_(ids), Person.erased_at.is_(None))
    return {row.id: Card(row.name, f"/people/{row.id}") for row in db.session().execute(named)}


@on_role_change
def record_role(role: Role, by: access.Actor) -> None:
    """Whoever holds the role hears of it."""
    kind = "role.given" if role.ended_at is None else "role.ended"
    about: dict[str, Any] = {"role": role.name.value, "municipality_id": role.municipality_id}
    actions.record(kind, by=by, subject_type=SubjectType.PERSON, subject_id=role.person_id, **about)


@slots.fill("municipality.actions")
def follow_municipality(municipality: Municipality, **context: object) -> Markup | str:
    """The follow button of a municipality's page."""
    actor, kind = access.current_actor(), SubjectType.MUNICIPALITY
    following = actor.signed_in and db.session().scalar(queries.follows(actor, kind, municipality.id))
    return rendered("activity/_follow.html", kind=kind, id=municipality.id, following=following)
