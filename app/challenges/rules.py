"""Who owns a challenge, who may run it, and who may take part in what it opens."""

from __future__ import annotations

from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from app.challenges.models import WRITABLE, Challenge, ChallengeState, PhaseKind
from app.kernel import clock
from app.kernel.access import ALLOWED, Actor, Refusal, Verdict

MUNICIPAL_STAFF = ("moderator", "administrator")
LEADERS = ("owner", "admin")
ANY_MEMBER = (*LEADERS, "member")


def owns(actor: Actor, challenge: Challenge) -> bool:
    """Whether the actor may act for the owner: the person, the staff of the municipality, the leaders of the
    organisation, and the member of it who wrote the challenge."""
    if challenge.owner_municipality_id is not None:
        return actor.has(MUNICIPAL_STAFF, "municipality", challenge.owner_municipality_id)
    if challenge.owner_organisation_id is not None:
        wrote_it = actor.id is not None and actor.id == challenge.author_id
        roles = ANY_MEMBER if wrote_it else LEADERS
        return actor.has(roles, "organisation", challenge.owner_organisation_id)
    return actor.id is not None and actor.id == challenge.owner_person_id


def may_create(actor: Actor) -> Verdict:
    return ALLOWED if actor.signed_in else Refusal(_("Sign in to post a challenge."))


def may_create_for(actor: Actor, kind: str, id: int | None) -> Verdict:
    """In one's own name, for an organisation one is a member of, or for a municipality one works for."""
    own = kind == "person" and actor.signed_in
    member = kind == "organisation" and actor.has(ANY_MEMBER, "organisation", id)
    staff = kind == "municipality" and actor.has(MUNICIPAL_STAFF, "municipality", id)
    return ALLOWED if own or member or staff else Refusal(_("You cannot post a challenge in that name."))


def may_run(actor: Actor, challenge: Challenge) -> Verdict:
    if owns(actor, challenge):
        return ALLOWED
    return Refusal(_("Only the owner of the challenge can do this."))


def may_edit(actor: Actor, challenge: Challenge) -> Verdict:
    """The owner, while it is being written and while it is open; not while a moderator reads it."""
    if challenge.state == ChallengeState.IN_REVIEW:
        return may_run(actor, challenge) and Refusal(
            _("It waits for a moderator. Take it back first, then you can edit it.")
        )
    if challenge.state not in (*WRITABLE, ChallengeState.OPEN):
        return Refusal(_("It is over, so it can no longer be edited."))
    return may_run(actor, challenge)


def may_submit(actor: Actor, challenge: Challenge) -> Verdict:
    if challenge.state not in WRITABLE:
        return Refusal(_("It has been sent already."))
    return may_run(actor, challenge)


def may_recall(actor: Actor, challenge: Challenge) -> Verdict:
    """The owner, as long as no moderator has decided."""
    if challenge.state != ChallengeState.IN_REVIEW:
        return Refusal(_("It is not in review."))
    return may_run(actor, challenge)


def may_fill_in_records(actor: Actor, challenge: Challenge) -> bool:
    """Whether the case system of an authority is any concern of theirs: whoever acts for a municipality, and staff."""
    staff = actor.scope_ids("municipality", *MUNICIPAL_STAFF) or actor.has("platform_administrator", "platform")
    return challenge.owner_municipality_id is not None or bool(staff)


def may_open(challenge: Challenge, on: date | None = None) -> Verdict:
    """A challenge opens only while at least one of its phases is not over."""
    if all(phase.when(on or clock.today()) == "past" for phase in challenge.phases):
        return Refusal(_("All its phases are over. At least one must be open or still to come."))
    return ALLOWED


def may_withdraw(actor: Actor, challenge: Challenge) -> Verdict:
    """The owner, until it is closed; with ideas in it, it is closed with a word to those who wrote them."""
    if challenge.state in {ChallengeState.CLOSED, ChallengeState.WITHDRAWN}:
        return Refusal(_("It is over, so it cannot be withdrawn."))
    if challenge.state == ChallengeState.OPEN and challenge.proposal_count:
        return Refusal(_("People have answered it with ideas. Close it instead, and tell them what came of it."))
    return may_run(actor, challenge)


def may_close(actor: Actor, challenge: Challenge) -> Verdict:
    if challenge.state != ChallengeState.OPEN:
        return Refusal(_("Only an open challenge can be closed."))
    return may_run(actor, challenge)


def may_reopen(actor: Actor, challenge: Challenge) -> Verdict:
    if challenge.state != ChallengeState.CLOSED:
        return Refusal(_("Only a closed challenge can be opened again."))
    return may_run(actor, challenge)


def may_take_part(actor: Actor, challenge: Challenge, kind: PhaseKind, on: date | None = None) -> Verdict:
    """Anybody signed in, in an open challenge, while a phase of this kind is open."""
    on = on or clock.today()
    if challenge.state != ChallengeState.OPEN or challenge.hidden_at is not None:
        return Refusal(_("The challenge is not open."))
    phases = [phase for phase in challenge.phases if phase.kind == kind]
    if any(phase.is_open(on) for phase in phases):
        return ALLOWED if actor.signed_in else Refusal(_("Sign in to take part."))
    coming = [phase.starts_on for phase in phases if phase.starts_on > on]
    if coming:
        return Refusal(_("This opens on %(date)s.", date=format_date(min(coming), "long")))
    if phases:
        ended = max(phase.ends_on for phase in phases)
        return Refusal(_("This ended on %(date)s.", date=format_date(ended, "long")))
    return Refusal(_("The challenge does not ask for this."))


def missing(challenge: Challenge) -> set[str]:
    """The names of the fields that must be filled in before it can be sent to a moderator."""
    texts = ("title", "need", "promise_level", "promise_fixed", "promise_open", "promise_decider", "promise_answer_by")
    empty = {name for name in texts if not getattr(challenge, name)}
    empty |= {name for name in ("municipalities", "themes", "phases") if not getattr(challenge, name)}
    if not may_open(challenge):
        empty.add("phases")
    if challenge.cover_id is not None and not challenge.cover_alt:
        empty.add("cover_alt")
    return empty
