"""Giving and ending roles."""

from __future__ import annotations

from sqlalchemy import select

from app.identity import ports, queries, rules
from app.identity.models import Person, Role, RoleName
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


def end_role(role: Role, *, by: Actor) -> None:
    """End a role. All rows of platform administrators are locked, so that two cannot end each other at once."""
    others = [row.id for row in db.session().scalars(queries.platform_administrators().with_for_update())]
    db.session().refresh(role)
    check(rules.may_end_role(by, role, only_one=others == [role.id]))
    role.ended_at, role.ended_by_id = clock.now(), by.id
    _tell(role, "role_ended", by)


def _tell(role: Role, event: str, by: Actor) -> None:
    ports.role_changed(role, by)
    if role.person.email is None:
        return
    homes = {home.id: home.name for home in ports.homes()}
    mail.queue(
        event,
        address=role.person.email,
        language=role.person.language,
        person_id=role.person_id,
        name=role.person.name,
        role=role.name.value,
        municipality=homes.get(role.municipality_id or 0, ""),
    )


def create_person(*, name: str, email: str, password: str, language: str) -> Person:
    """An account made by whoever runs the square, who vouches for the address."""
    person = Person(name=name, email=email, language=language, email_verified_at=clock.now())
    person.set_password(password)
    db.session().add(person)
    db.session().flush()
    return person
