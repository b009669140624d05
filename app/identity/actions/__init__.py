"""Verbs of identity, by what they are about: accounts, sign-ins, one's own settings, roles, mails that went wrong."""

from app.identity.actions.accounts import ask_for_reset, confirm_sign_up, reset_password, send_sign_up_again, sign_up
from app.identity.actions.mails import send_again
from app.identity.actions.offers import close_offers, decline_offer, offer_role, withdraw_offer
from app.identity.actions.roles import accept_offer, create_person, end_role, give_role
from app.identity.actions.settings import (
    ask_for_new_email,
    change_language,
    change_password,
    confirm_new_email,
    erase,
    save_profile,
)
from app.identity.actions.sign_ins import end_all, end_sign_in, sign_in, sign_out

__all__ = [
    "accept_offer",
    "ask_for_new_email",
    "ask_for_reset",
    "change_language",
    "change_password",
    "close_offers",
    "confirm_new_email",
    "confirm_sign_up",
    "create_person",
    "decline_offer",
    "end_all",
    "end_role",
    "end_sign_in",
    "erase",
    "give_role",
    "offer_role",
    "reset_password",
    "save_profile",
    "send_again",
    "send_sign_up_again",
    "sign_in",
    "sign_out",
    "sign_up",
    "withdraw_offer",
]
