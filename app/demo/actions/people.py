"""People of the demo square: invented names, and the ones that one can sign in as."""

from __future__ import annotations

from app.demo.actions.square import PASSWORD, Square, content
from app.identity.models import Person, Role, RoleName
from app.kernel.access import SYSTEM

INHABITANTS = 240
NAMED = {
    "borger@torvet.example": (
        "Mette Bjerre",
        "Aarhus",
        "Cykler, synger i kor og bor på fjerde sal med udsigt til en byggeplads.",
    ),
    "virksomhed@torvet.example": ("Rasmus Toft", "Aarhus", "Ingeniør og medejer af Nordlys Sensor."),
    "moderator@torvet.example": ("Hanne Krogh", "Aarhus", "Læser alt, der kommer ind i Aarhus."),
    "administrator@torvet.example": ("Lone Winther", "Aarhus", "Leder borgerinddragelsen i kommunen."),
    "platform@torvet.example": ("Jakob Steen", "Skanderborg", "Holder Torvet kørende."),
}


def add_people(square: Square) -> None:
    """The named ones with a password, a moderator for every municipality, and the rest without a way in."""
    for email, (name, place, about) in NAMED.items():
        square.named[email] = _person(square, name, email, place, about)
        square.named[email].set_password(PASSWORD)
    names = content("people")
    places = list(square.places)
    weights = [square.places[place].population for place in places]
    for number in range(INHABITANTS):
        name = f"{square.random.choice(names['given'])} {square.random.choice(names['family'])}"
        place = square.random.choices(places, weights)[0]
        square.people.append(_person(square, name, f"indbygger{number}@torvet.example", place, ""))
    square.people.append(square.named["borger@torvet.example"])
    square.add(*square.people, *square.named.values())
    _give_roles(square)


def _person(square: Square, name: str, email: str, place: str, about: str) -> Person:
    joined = square.ago(square.random.uniform(30, 700))
    english = name.split()[0] in {"Aarav", "Priya", "Katarzyna", "Piotr", "Olena", "Andrii"}
    return Person(
        name=name,
        email=email,
        about=about,
        language="en" if english else "da",
        municipality_id=square.places[place].id,
        email_verified_at=joined,
        created_at=joined,
    )


def _give_roles(square: Square) -> None:
    moderator = square.named["moderator@torvet.example"]
    administrator = square.named["administrator@torvet.example"]
    for number, municipality in enumerate(square.places.values()):
        holder = moderator if municipality.name == "Aarhus" else square.people[number]
        square.moderators[municipality.id] = holder
        square.add(Role(person=holder, name=RoleName.MODERATOR, municipality_id=municipality.id, given_by_id=SYSTEM.id))
    aarhus = square.places["Aarhus"].id
    square.add(
        Role(person=administrator, name=RoleName.ADMINISTRATOR, municipality_id=aarhus),
        Role(person=square.named["platform@torvet.example"], name=RoleName.PLATFORM_ADMINISTRATOR),
    )
