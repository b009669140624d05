"""Giving, taking over and ending roles.

Where several rows are locked, it is in this order: roles, people, offers.
"""

from __future__ import annotations

from sqlalchemy import select

from app.identity import ports, queries, rules
from app.identity.actions.offers import withdraw_unbacked
from app.identity.models import OfferOutcome, Person, Role, RoleName, RoleOffer
from app.kernel import clock, db, mail
from app.kernel.access import Actor, check


def give_role(person: Person, name: RoleName, municipality_id: int | None, *, by: Actor) -> Role:
    """Give a role; whoever holds it already keeps the one they have."""
    check(rules.may_give_role(by, name, municipality_id))
    held = (Role.person_id == person.id, Role.name == name, Role.ended_at.is_(None))
    here = Role.municipality_id == municipality_id if municipality_id else Role.municipality_id.is_(None)
    role = db.session().scalar(select(Role).where(*held, here))
    if role is not None:
        return role
    role = Role(person=person, name=name, municipality_id=municipality_id, given_by_id=by.id)
    db.session().add(role)
    db.session().flush()
    _tell(role, "role_given", by)
    return role


def accept_offer(offer: RoleOffer, *, by: Actor) -> None:
    """Take over the role that was offered, in the name of whoever offered it. Twice is as good as once.

    Locked meanwhile: the roles of the giver, who must still be one who may give it, the account, and the offer.
    """
    session = db.session()
    session.execute(queries.held_now(offer.offered_by_id).with_for_update(read=True))
    session.execute(queries.row_of(by.id).with_for_update(key_share=True))
    session.refresh(offer, with_for_update=True)
    if not offer.accepted_by(by.id):
        facts = queries.answering(offer, by)
        check(rules.may_accept_offer(by, offer, **facts))
        give_role(session.get_one(Person, by.id), offer.name, offer.municipality_id, by=facts["giver"])
        offer.settle(OfferOutcome.ACCEPTED, by.id)


def end_role(role: Role, *, by: Actor) -> None:
    """End a role. All rows of platform administrators are locked, so that two cannot end each other at once."""
    others = [row.id for row in db.session().scalars(queries.platform_administrators().with_for_update())]
    db.session().refresh(role)
    check(rules.may_end_role(by, role, only_one=others == [role.id]))
    role.ended_at, role.ended_by_id = clock.now(), by.id
    withdraw_unbacked(role.person, by=by)
    _tell(role, "role_ended", by)


def _tell(role: Role, event: str, by: Actor) -> None:
    ports.role_changed(role, by)
    if role.person.email is None:
        return
    mail.queue(
        event,
        address=role.person.email,
        language=role.person.language,
        person_id=role.person_id,
        name=role.person.name,
        role=role.name.value,
        municipality=ports.home_name(role.municipality_id),
    )


def create_person(*, name: str, email: str, password: str, language: str) -> Person:
    """An account made by whoever runs the square, who vouches for the address."""
    person = Person(name=name, email=email, language=language, email_verified_at=clock.now())
    person.set_password(password)
    db.session().add(person)
    db.session().flush()
    return person
