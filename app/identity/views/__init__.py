"""The public pages of identity."""

from flask import Blueprint

bp: Blueprint = Blueprint("identity", __name__)

from app.identity import desk  # noqa: E402
from app.identity.views import accounts, offers, people, settings, sign_ins  # noqa: E402

__all__ = ["accounts", "bp", "desk", "offers", "people", "settings", "sign_ins"]
