"""Towns in which ideas are, how each municipality greets, and how many supports take an idea up there."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.demo.actions.square import Square, content
from app.places.models import Municipality
from app.proposals.models import Proposal
from app.proposals.supports.models import Threshold

DAYS = 180


def greet(square: Square) -> None:
    for name, row in content("places").items():
        square.places[name].welcome = row["welcome"]
        square.add(Threshold(municipality_id=square.places[name].id, supports=row["supports"], days=DAYS))


def put_somewhere(square: Square, proposal: Proposal, home: Municipality, town: str | None = None) -> None:
    """Most ideas have a point in the town, or in some town; an empty name is the whole municipality."""
    proposal.municipality_id = home.id
    towns = [one for one in content("places")[home.name]["towns"] if town is None or one[0] == town]
    if towns and square.random.random() < 0.7:
        name, longitude, latitude = square.random.choice(towns)
        proposal.place_name = name
        proposal.longitude = round(longitude + square.random.gauss(0, 0.004), 5)
        proposal.latitude = round(latitude + square.random.gauss(0, 0.002), 5)


def gather(proposal: Proposal, home: Municipality, published: datetime) -> None:
    """An idea that stands alone gathers the supports that its municipality asks for."""
    proposal.threshold = content("places")[home.name]["supports"]
    proposal.threshold_ends_on = published.date() + timedelta(days=DAYS)
