"""Who may write, support, back, answer and merge ideas."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.challenges import rules as challenges
from app.challenges.models import Challenge, ChallengeState, PhaseKind
from app.kernel.access import ALLOWED, Actor, Refusal, Verdict
from app.moderation.rules import STAFF, is_platform_administrator
from app.places.models import Municipality
from app.proposals.models import Proposal, ProposalState
from app.proposals.supports.models import HelpOffer

LEADERS = ("owner", "admin")
OTHER_CHALLENGE = _l("Choose a published idea that answers the same challenge.")
MOST_MERGED_FROM = {ProposalState.PUBLISHED, ProposalState.IN_REVIEW}

SOMEBODY = Actor(id=0)
"""Anybody with an account, for what depends on the challenge only."""


def may_propose(actor: Actor, challenge: Challenge | None = None) -> Verdict:
    """Under a challenge while it asks for ideas; ideas that stand alone at any time."""
    if challenge is not None:
        return challenges.may_take_part(actor, challenge, PhaseKind.IDEAS)
    return ALLOWED if actor.signed_in else Refusal(_("Sign in to post an idea."))


def asks_for_ideas(challenge: Challenge) -> Verdict:
    """Whether a challenge asks for ideas now, whoever reads: visitors may write before they sign in."""
    return challenges.may_take_part(SOMEBODY, challenge, PhaseKind.IDEAS)


def writes(actor: Actor, proposal: Proposal) -> bool:
    """The author, and the leaders of the organisation in whose name it was written."""
    if actor.signed_in and proposal.author_id == actor.id:
        return True
    return proposal.organisation_id is not None and actor.has(LEADERS, "organisation", proposal.organisation_id)


def answers(actor: Actor, proposal: Proposal) -> bool:
    """The owner of the challenge; the municipality's staff where an idea stands alone."""
    if proposal.challenge is not None:
        return challenges.owns(actor, proposal.challenge)
    return actor.has(STAFF, "municipality", proposal.municipality_id)


def _author(actor: Actor, proposal: Proposal) -> Verdict:
    return ALLOWED if writes(actor, proposal) else Refusal(_("Only the author can do this."))


def may_edit(actor: Actor, proposal: Proposal) -> Verdict:
    """The author: drafts, what has to be changed, and what is published until it has an answer."""
    if not writes(actor, proposal):
        return _author(actor, proposal)
    if proposal.writable:
        return ALLOWED
    if proposal.state == ProposalState.IN_REVIEW:
        return Refusal(_("A moderator is reading it. Take it back first if you want to change it."))
    if not proposal.published or proposal.answer_status is not None:
        return Refusal(_("It can no longer be changed."))
    return ALLOWED


def may_submit(actor: Actor, proposal: Proposal) -> Verdict:
    """What is written, while the challenge asks for ideas; changes that were asked for can always be sent."""
    if not proposal.writable:
        return Refusal(_("It has been sent already."))
    if not writes(actor, proposal) or proposal.state == ProposalState.CHANGES_REQUESTED:
        return _author(actor, proposal)
    return may_propose(actor, proposal.challenge)


def may_open_sending(actor: Actor, proposal: Proposal) -> Verdict:
    """The step before sending: the author, who may come back to it after it was sent and is told so."""
    return may_submit(actor, proposal) if proposal.writable else _author(actor, proposal)


def may_recall(actor: Actor, proposal: Proposal) -> Verdict:
    if proposal.state != ProposalState.IN_REVIEW:
        return Refusal(_("It is not in review."))
    return _author(actor, proposal)


def may_discard(actor: Actor, proposal: Proposal) -> Verdict:
    if proposal.state != ProposalState.DRAFT:
        return Refusal(_("Only a draft can be deleted."))
    return _author(actor, proposal)


def may_withdraw(actor: Actor, proposal: Proposal) -> Verdict:
    if not proposal.published and proposal.state != ProposalState.CHANGES_REQUESTED:
        return Refusal(_("It cannot be withdrawn."))
    return _author(actor, proposal)


def _gathers(proposal: Proposal) -> Verdict:
    """Whether an idea gathers support now."""
    if not proposal.published:
        return Refusal(_("This idea cannot be supported."))
    if proposal.challenge is not None and proposal.challenge.state != ChallengeState.OPEN:
        return Refusal(_("The challenge is closed, so the supports are final."))
    if proposal.threshold_over:
        return Refusal(_("The time for gathering support has run out."))
    return ALLOWED


def may_support(actor: Actor, proposal: Proposal) -> Verdict:
    """Anybody signed in, while it gathers support; the same for taking the support back."""
    return _gathers(proposal) and (ALLOWED if actor.signed_in else Refusal(_("Sign in to support this idea.")))


def leads(actor: Actor) -> bool:
    """Whether somebody speaks for an organisation, which may back ideas."""
    return bool(actor.scope_ids("organisation", *LEADERS))


def may_back(actor: Actor, proposal: Proposal) -> Verdict:
    """Owners and admins of an organisation, in its name."""
    if not leads(actor):
        return Refusal(_("Only owners and admins of an organisation can declare its backing."))
    return _gathers(proposal)


def may_offer_help(actor: Actor, proposal: Proposal) -> Verdict:
    if not proposal.published:
        return Refusal(_("This idea cannot be supported."))
    if writes(actor, proposal):
        return Refusal(_("This is your own idea."))
    return ALLOWED if actor.signed_in else Refusal(_("Sign in to offer your help."))


def may_see_offers(actor: Actor, proposal: Proposal) -> Verdict:
    """The author and the owner."""
    if writes(actor, proposal) or answers(actor, proposal):
        return ALLOWED
    return Refusal(_("Only the author and the owner see who offers to help."))


def may_answer(actor: Actor, proposal: Proposal) -> Verdict:
    if not answers(actor, proposal):
        return Refusal(_("Only the owner of the challenge answers."))
    return ALLOWED if proposal.published else Refusal(_("Only a published idea can be answered."))


def may_merge(actor: Actor, proposal: Proposal) -> Verdict:
    """Moderators of the municipality, and the owner of the challenge for what is published."""
    if proposal.state not in MOST_MERGED_FROM or proposal.hidden_at is not None:
        return Refusal(_("It cannot be merged."))
    staff = is_platform_administrator(actor) or actor.has(STAFF, "municipality", proposal.municipality_id)
    if staff or (proposal.published and answers(actor, proposal)):
        return ALLOWED
    return Refusal(_("Only moderators and the owner of the challenge merge ideas."))


def may_become_part(duplicate: Proposal, into: Proposal) -> Verdict:
    """Of a published idea under the same challenge; one that stands alone, of another that does."""
    if duplicate.id == into.id or not into.published or duplicate.challenge_id != into.challenge_id:
        return Refusal(str(OTHER_CHALLENGE))
    return ALLOWED


def may_read(actor: Actor, proposal: Proposal) -> Verdict:
    """A form about a published idea, for visitors too."""
    return ALLOWED if proposal.published else Refusal(_("This idea cannot be supported."))


def may_end_help(actor: Actor, offer: HelpOffer) -> Verdict:
    return ALLOWED if actor.signed_in and offer.person_id == actor.id else Refusal(_("Only the author can do this."))


def may_set_threshold(actor: Actor, municipality: Municipality) -> Verdict:
    if actor.has("administrator", "municipality", municipality.id) or is_platform_administrator(actor):
        return ALLOWED
    return Refusal(_("Only administrators of the municipality can do this."))
