"""The page of a person."""

from __future__ import annotations

from flask import render_template

from app.identity import ports, queries
from app.identity.models import Person
from app.identity.views import bp
from app.kernel import access


@bp.get("/people/<int:id>")
@access.requires(access.anyone, one=queries.visible_to)
def profile(person: Person) -> str:
    home = next((home for home in ports.homes() if home.id == person.municipality_id), None)
    return render_template("identity/profile.html", person=person, home=home)
