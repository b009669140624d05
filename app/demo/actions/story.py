"""The small square, told from its beginning: who lives there, what they ask, what they answer, what came of it."""

from __future__ import annotations

from app.demo.actions.challenges import add_challenges
from app.demo.actions.comments import add_comments
from app.demo.actions.mine import add_mine, add_my_ideas
from app.demo.actions.moderation import add_moderation
from app.demo.actions.organisations import add_organisations
from app.demo.actions.partnerships import add_partnerships
from app.demo.actions.people import add_people
from app.demo.actions.proposals import add_proposals
from app.demo.actions.square import Square, new_square
from app.demo.actions.supports import add_supports
from app.demo.actions.towns import greet
from app.places import actions as places


def load(seed: int = 751) -> Square:
    """Build the whole demo square in one transaction."""
    places.seed()
    square = new_square(seed)
    greet(square)
    add_people(square)
    add_organisations(square)
    add_challenges(square)
    add_proposals(square)
    add_my_ideas(square)
    add_partnerships(square)
    add_supports(square)
    add_comments(square)
    add_mine(square)
    square.write_down()
    add_moderation(square)
    return square
