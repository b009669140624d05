"""A partnership and its news as feed readers meet them."""

from __future__ import annotations

from flask_babel import gettext as _

from app.challenges.feeds.schemas import SUMMARY, themes
from app.kernel.feeds import Category, Entry
from app.kernel.html import plain
from app.partnerships.models import Partnership, PartnershipState, Update


def entry_of(partnership: Partnership) -> Entry:
    lead, idea = partnership.lead, partnership.proposal
    source = partnership.challenge or (idea.challenge if idea else None)
    concluded = partnership.state == PartnershipState.CONCLUDED
    came_of_it = partnership.outcome_figure or plain(partnership.outcome, SUMMARY)
    return Entry(
        path=f"/partnerships/{partnership.id}",
        title=partnership.title,
        at=partnership.published_at or partnership.created_at,
        authors=((lead.name if lead else "") or _("Somebody whose account is gone"),),
        summary=came_of_it if concluded else partnership.summary,
        categories=(Category("partnership", _("Partnership")), *themes(source)),
    )


def entry_of_update(update: Update) -> Entry:
    name = update.author.name if update.author else _("Somebody whose account is gone")
    return Entry(
        path=f"/partnerships/{update.partnership_id}#update-{update.id}",
        title=update.title,
        at=update.posted_at,
        authors=(name, update.organisation.name) if update.organisation else (name,),
        summary=plain(update.body, SUMMARY),
    )
