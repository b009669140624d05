"""An idea as feed readers meet it."""

from __future__ import annotations

from flask_babel import gettext as _

from app.challenges.feeds.schemas import themes
from app.kernel.feeds import Category, Entry
from app.proposals.models import Proposal


def entry_of(proposal: Proposal) -> Entry:
    author = proposal.author if proposal.author and not proposal.author.erased else None
    name = author.name if author else _("Somebody who has left Torvet")
    return Entry(
        path=f"/proposals/{proposal.id}",
        title=proposal.title,
        at=proposal.published_at or proposal.created_at,
        authors=(name, proposal.organisation.name) if proposal.organisation else (name,),
        summary=proposal.summary,
        categories=(Category("proposal", _("Idea")), *themes(proposal.challenge)),
    )
