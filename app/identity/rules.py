from __future__ import annotations

import re

from flask_babel import gettext as _
from zxcvbn import matching, scoring

from app.identity.models import OfferOutcome, Person, Role, RoleName, RoleOffer
from app.kernel.access import ALLOWED, Actor, Refusal, Verdict
from app.kernel.mail import LINK_NO_LONGER_GOOD, MailState, OutgoingMail

SHORTEST_PASSWORD = 10
MEASURED_LETTERS = 40
FEWEST_GUESSES = 10**8
DANISH_WORDS = [
    "adgangskode",
    "adgang",
    "kodeord",
    "kode",
    "velkommen",
    "hemmelig",
    "hemmeligt",
    "danmark",
    "dannebrog",
    "jylland",
    "aarhus",
    "århus",
    "torvet",
    "torv",
    "sommer",
    "vinter",
    "efterår",
    "forår",
    "mandag",
    "fredag",
    "skole",
    "kommune",
    "borger",
    "fodbold",
    "elsker",
    "dig",
    "skat",
    "familie",
    "hund",
    "kat",
]


def may_use_password(password: str, *own_words: str) -> Verdict:
    """A password is long enough and neither common, breached, nor made of what everybody knows of its owner.

    The measure is the number of guesses by lists of breached passwords, names, words and patterns.
    """
    if len(password) < SHORTEST_PASSWORD:
        return Refusal(_("Use at least %(number)s characters.", number=SHORTEST_PASSWORD))
    own = [word.lower() for word in own_words]
    pieces = [piece for word in own for piece in (word, re.sub(r"\W", "", word), *re.split(r"\W+", word)) if piece]
    known = matching.RANKED_DICTIONARIES | {"own": matching.build_ranked_dict([*pieces, *DANISH_WORDS])}
    measured = password[:MEASURED_LETTERS]
    guesses = scoring.most_guessable_match_sequence(measured, matching.omnimatch(measured, known))["guesses"]
    if guesses < FEWEST_GUESSES:
        return Refusal(_("This password is known or easy to guess. Three or four random words make a good one."))
    return ALLOWED


def may_give_role(actor: Actor, name: RoleName, municipality_id: int | None) -> Verdict:
    """A platform administrator gives every role, a municipality's administrator its moderators."""
    if actor.is_system or actor.has("platform_administrator", "platform"):
        return ALLOWED
    if name == RoleName.MODERATOR and actor.has("administrator", "municipality", municipality_id):
        return ALLOWED
    return Refusal(_("You can only give and take the role of moderator, in the municipality you administer."))


def may_end_role(actor: Actor, role: Role, *, only_one: bool) -> Verdict:
    """Whoever may give a role may end it, but the last platform administrator stays."""
    if role.ended_at is not None:
        return Refusal(_("This role has already ended."))
    if role.name == RoleName.PLATFORM_ADMINISTRATOR and only_one:
        return Refusal(_("This is the last platform administrator. Give somebody else the role first."))
    return may_give_role(actor, role.name, role.municipality_id)


def may_withdraw_offer(actor: Actor, offer: RoleOffer) -> Verdict:
    """Whoever may give the role takes an offer of it back, until it is answered; twice is as good as once."""
    if offer.outcome in {OfferOutcome.ACCEPTED, OfferOutcome.DECLINED}:
        return Refusal(_("The offer has been answered already."))
    return may_give_role(actor, offer.name, offer.municipality_id)


def may_answer_offer(actor: Actor, offer: RoleOffer, *, giver: Actor) -> Verdict:
    """An offer holds until it is answered or over, and as long as whoever made it may still give the role."""
    if offer.usable and may_give_role(giver, offer.name, offer.municipality_id):
        return ALLOWED
    return Refusal(_("This offer no longer holds."))


def may_decline_offer(actor: Actor, offer: RoleOffer, *, giver: Actor, address: str | None) -> Verdict:
    """Whoever has the link says no, without an account too; with one, only at the address that it was sent to."""
    holds = may_answer_offer(actor, offer, giver=giver)
    if holds and actor.signed_in and address != offer.email:
        return Refusal(_("The offer was sent to another address than that of your account."))
    return holds


def may_accept_offer(actor: Actor, offer: RoleOffer, *, giver: Actor, address: str | None) -> Verdict:
    """The account whose confirmed address the offer was sent to: a link that was passed on gives nobody a role."""
    if not actor.signed_in:
        return Refusal(_("Sign in or create an account to accept the role."))
    return may_decline_offer(actor, offer, giver=giver, address=address)


def may_see_roles(actor: Actor, role: Role | None = None) -> Verdict:
    """Administrators see who holds which role in their municipality, platform administrators everywhere."""
    if actor.has("platform_administrator", "platform") or actor.scope_ids("municipality", "administrator"):
        return ALLOWED
    return Refusal(_("Only administrators see this page."))


def may_see_mails(actor: Actor, letter: OutgoingMail | None = None) -> Verdict:
    """Administrators see the mails that could not be delivered to people of their municipality, the platform's all."""
    return ALLOWED if actor.is_system else may_see_roles(actor)


def may_send_again(actor: Actor, letter: OutgoingMail, *, good: bool) -> Verdict:
    """A mail that says something true when it is sent now: its text is kept, and its link still works."""
    if letter.state != MailState.DEAD:
        return Refusal(_("This mail is on its way already."))
    if letter.emptied_at is not None and letter.last_error != LINK_NO_LONGER_GOOD:
        return Refusal(_("The text is kept for 14 days, and they have passed. It cannot be sent again."))
    if not good:
        return Refusal(
            _("The link in it no longer works, so it is not sent again. Whoever needs it asks for a new one.")
        )
    return may_see_mails(actor, letter)


def may_change(actor: Actor, person: Person) -> Verdict:
    """Everybody changes their own account and nobody else's."""
    return ALLOWED if actor.is_system or actor.id == person.id else Refusal(_("This account belongs to somebody else."))


def alone_in_charge(person: Person, platform_administrators: list[int]) -> list[str]:
    """The square is never left without a platform administrator."""
    if platform_administrators == [person.id]:
        return [_("You are the last platform administrator. Give somebody else the role first.")]
    return []


def may_be_erased(actor: Actor, person: Person, *, hindrances: list[str]) -> Verdict:
    """A person erases their own account once nothing depends on them alone."""
    if hindrances:
        return Refusal(" ".join(hindrances))
    return may_change(actor, person)
