"""Offering a role by mail, and taking an offer back.

A known and an unknown address take the same way: one row, one letter, one answer.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.identity import ports, queries, rules
from app.identity.models import OfferOutcome, Person, RoleName, RoleOffer
from app.kernel import clock, db, mail
from app.kernel.access import Actor, check
from app.kernel.tokens import token_hash

OFFER_LASTS = timedelta(days=14)
ADDRESS_KEPT = timedelta(days=30)
"""How long it is known to which address an offer went that is over and was not accepted."""


def offer_role(email: str, name: RoleName, municipality_id: int | None, *, by: Actor, language: str) -> None:
    """Mail the offer of a role, in the language of the account with this address or else in `language`.

    An earlier offer of the same is withdrawn; one that somebody else makes at the same moment stands instead.
    """
    check(rules.may_give_role(by, name, municipality_id))
    address, session, token = email.strip().lower(), db.session(), secrets.token_urlsafe(32)
    same = (RoleOffer.email == address, RoleOffer.name == name)
    place = RoleOffer.municipality_id.is_not_distinct_from(municipality_id)
    for earlier in session.scalars(queries.unsettled_offers(*same, place).with_for_update()):
        earlier.settle(OfferOutcome.WITHDRAWN, by.id)
    session.flush()
    offer = {"email": address, "name": name, "municipality_id": municipality_id, "offered_by_id": by.id}
    link = {"token_hash": token_hash(token), "expires_at": clock.now() + OFFER_LASTS}
    made = insert(RoleOffer).values(**offer, **link).on_conflict_do_nothing().returning(RoleOffer)
    if (written := session.scalar(made)) is not None:
        _write(written, token, by, language)


def _write(offer: RoleOffer, token: str, by: Actor, language: str) -> None:
    """The letter belongs to the address and to no account: who sees letters must not learn whether there is one."""
    known = db.session().scalar(select(Person.language).where(func.lower(Person.email) == offer.email))
    mail.queue(
        "role_offered",
        address=str(offer.email),
        language=known or language,
        offered_by=by.name,
        role=offer.name.value,
        municipality=ports.home_name(offer.municipality_id),
        days=OFFER_LASTS.days,
        token=token,
    )


def withdraw_offer(offer: RoleOffer, *, by: Actor) -> None:
    """Take an offer back. Whatever ended it before stays."""
    db.session().refresh(offer, with_for_update=True)
    check(rules.may_withdraw_offer(by, offer))
    if offer.outcome is None:
        offer.settle(OfferOutcome.WITHDRAWN, by.id)


def decline_offer(offer: RoleOffer, *, by: Actor) -> None:
    """Say no. It is not written down who did: the link shows who reads the mail, not whether they have an account."""
    db.session().refresh(offer, with_for_update=True)
    check(rules.may_decline_offer(by, offer, **queries.answering(offer, by)), sign_in_helps=False)
    offer.settle(OfferOutcome.DECLINED)


def withdraw_unbacked(person: Person, *, by: Actor) -> None:
    """Take back what somebody has offered and may no longer give, after a role of theirs has ended."""
    db.session().flush()
    giver = queries.giver(person.id)
    for offer in db.session().scalars(queries.unsettled_offers(RoleOffer.offered_by_id == person.id).with_for_update()):
        if not rules.may_give_role(giver, offer.name, offer.municipality_id):
            offer.settle(OfferOutcome.WITHDRAWN, by.id)


def forget_address(email: str) -> None:
    """Empty an address whose owner leaves; what was offered to it is declined, as with the link in the mail."""
    for offer in db.session().scalars(queries.offers_to(email).with_for_update()):
        if offer.outcome is None:
            offer.settle(OfferOutcome.DECLINED)
        offer.email = None


def close_offers() -> None:
    """Write down which offers have expired, and empty the addresses of those that have long been over."""
    expired = update(RoleOffer).where(RoleOffer.outcome.is_(None), RoleOffer.expires_at <= clock.now())
    db.session().execute(expired.values(outcome=OfferOutcome.EXPIRED, settled_at=RoleOffer.expires_at))
    remembered = update(RoleOffer).where(RoleOffer.email.is_not(None))
    over = RoleOffer.settled_at < clock.now() - ADDRESS_KEPT
    db.session().execute(remembered.where(over).values(email=None))
