"""The one table of who hears of what: what happened, the sentence for it, and the audiences it reaches."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.activity.models import SubjectType
from app.kernel.access import ALLOWED, Actor, Refusal, Verdict
from app.notifications.models import Frequency, Notification, Reason, Topic


class Audience(enum.StrEnum):
    AUTHOR = "author"
    OWNERS = "owners"
    PARTNERS = "partners"
    ASKER = "asker"
    MODERATORS = "moderators"
    REPORTERS = "reporters"
    APPELLANT = "appellant"
    ANSWERED = "answered"
    SUPPORTERS = "supporters"
    CHALLENGE_OWNERS = "challenge_owners"
    FOLLOWERS = "followers"
    AROUND = "around"


class Who(enum.StrEnum):
    """Whom a sentence names: the organisation or person that acted, who became a member, or who asked to join."""

    ACTED = "acted"
    JOINED = "joined"
    ASKED = "asked"


@dataclass(frozen=True)
class Telling:
    """One row: the sentence (with %(who)s and %(title)s) and who hears it, the strongest reason first.

    `own` is said instead to those whose own doing it is about.
    """

    sentence: Any
    audiences: tuple[tuple[Audience, Topic, Reason], ...]
    who: Who = Who.ACTED
    own: Any = None


AUTHOR = (Audience.AUTHOR, Topic.DECISIONS, Reason.OWN)
OWNERS = (Audience.OWNERS, Topic.MY_THINGS, Reason.OWN)
MODERATORS = (Audience.MODERATORS, Topic.TASKS, Reason.TASK)
OWNERS_TASK = (Audience.OWNERS, Topic.TASKS, Reason.TASK)
CHALLENGE_OWNERS = (Audience.CHALLENGE_OWNERS, Topic.MY_THINGS, Reason.OWN)
PARTNERS = (Audience.PARTNERS, Topic.PARTNERSHIPS, Reason.TAKES_PART)
ASKER = (Audience.ASKER, Topic.PARTNERSHIPS, Reason.OWN)
SUPPORTERS = (Audience.SUPPORTERS, Topic.FOLLOWED, Reason.TAKES_PART)
FOLLOWERS = (Audience.FOLLOWERS, Topic.FOLLOWED, Reason.FOLLOWS)
AROUND = (Audience.AROUND, Topic.FOLLOWED, Reason.FOLLOWS)
REPORTERS = (Audience.REPORTERS, Topic.DECISIONS, Reason.OWN)

TELLINGS: dict[str, Telling] = {
    "challenge.submitted": Telling(_l("The challenge “%(title)s” waits for review."), (MODERATORS,)),
    "challenge.opened": Telling(_l("The challenge “%(title)s” is open."), (AROUND,)),
    "challenge.promise_changed": Telling(_l("The promise of “%(title)s” was changed."), (FOLLOWERS,)),
    "challenge.closed": Telling(_l("The challenge “%(title)s” is closed. Read what came of it."), (OWNERS, FOLLOWERS)),
    "challenge.reopened": Telling(_l("The challenge “%(title)s” is open again."), (FOLLOWERS,)),
    "challenge.withdrawn": Telling(_l("The challenge “%(title)s” was withdrawn."), (FOLLOWERS,)),
    "proposal.submitted": Telling(_l("The idea “%(title)s” waits for review."), (MODERATORS,)),
    "proposal.published": Telling(_l("There is a new idea: “%(title)s”."), (CHALLENGE_OWNERS, AROUND)),
    "proposal.answered": Telling(
        _l("The idea “%(title)s” has got an answer."),
        ((Audience.AUTHOR, Topic.DECISIONS, Reason.OWN), SUPPORTERS, FOLLOWERS),
    ),
    "proposal.merged": Telling(
        _l("The idea “%(title)s” was merged with another one. All supporters came along."),
        (AUTHOR, SUPPORTERS, FOLLOWERS),
    ),
    "proposal.backed": Telling(_l("%(who)s backs the idea “%(title)s”."), (OWNERS, FOLLOWERS)),
    "proposal.threshold_reached": Telling(
        _l("The idea “%(title)s” has enough supporters."), (AUTHOR, MODERATORS, FOLLOWERS)
    ),
    "proposal.withdrawn": Telling(_l("The idea “%(title)s” was withdrawn."), (SUPPORTERS, FOLLOWERS)),
    "help.offered": Telling(_l("%(who)s offers to help with “%(title)s”."), (OWNERS, CHALLENGE_OWNERS)),
    "comment.posted": Telling(
        _l("%(who)s wrote a comment on “%(title)s”."),
        ((Audience.ANSWERED, Topic.MY_THINGS, Reason.OWN), OWNERS, PARTNERS, FOLLOWERS),
    ),
    "partnership.submitted": Telling(_l("The partnership “%(title)s” waits for review."), (MODERATORS,)),
    "partnership.opened": Telling(_l("A partnership is forming: “%(title)s”."), (CHALLENGE_OWNERS, SUPPORTERS, AROUND)),
    "join_request.asked": Telling(_l("%(who)s asks to join “%(title)s”."), (OWNERS_TASK,)),
    "join_request.accepted": Telling(
        _l("%(who)s is now a partner in “%(title)s”."),
        (ASKER, PARTNERS, FOLLOWERS),
        Who.ASKED,
        _l("The request to join “%(title)s” was accepted."),
    ),
    "join_request.declined": Telling(_l("The request to join “%(title)s” was declined."), (ASKER,)),
    "join_request.withdrawn": Telling(_l("%(who)s took back the request to join “%(title)s”."), (OWNERS,)),
    "partnership.left": Telling(_l("%(who)s has left “%(title)s”."), (PARTNERS,)),
    "partnership.updated": Telling(_l("There is news from “%(title)s”."), (PARTNERS, FOLLOWERS)),
    "partnership.activated": Telling(_l("The partnership “%(title)s” has begun its work."), (PARTNERS, FOLLOWERS)),
    "partnership.concluded": Telling(
        _l("The partnership “%(title)s” is concluded. Read what came of it."),
        (PARTNERS, CHALLENGE_OWNERS, SUPPORTERS, FOLLOWERS),
    ),
    "organisation.submitted": Telling(_l("The organisation %(title)s waits to be verified."), (MODERATORS,)),
    "organisation.verified": Telling(_l("%(title)s is verified. Its page says what was checked."), (OWNERS,)),
    "organisation.joined": Telling(_l("%(who)s is now a member of %(title)s."), (OWNERS,), Who.JOINED),
    "case.publish": Telling(_l("“%(title)s” was approved and is public now."), (AUTHOR,)),
    "case.request_changes": Telling(_l("“%(title)s” needs changes before it can be published."), (AUTHOR,)),
    "case.reject": Telling(_l("“%(title)s” was not published. Read why and what you can do."), (AUTHOR,)),
    "case.hide": Telling(_l("“%(title)s” was hidden. Read why and what you can do."), (AUTHOR,)),
    "case.restore": Telling(_l("“%(title)s” is public again."), (AUTHOR,)),
    "case.merge": Telling(_l("“%(title)s” was merged with another idea. Read why and what you can do."), (AUTHOR,)),
    "report.decided": Telling(_l("Your report of “%(title)s” has been decided."), (REPORTERS,)),
    "case.uphold": Telling(
        _l("Your complaint about “%(title)s” was answered: the decision stands."),
        ((Audience.APPELLANT, Topic.DECISIONS, Reason.OWN),),
    ),
    "case.reverse": Telling(
        _l("Your complaint about “%(title)s” was answered: you were right."),
        ((Audience.APPELLANT, Topic.DECISIONS, Reason.OWN),),
    ),
    "case.reported": Telling(_l("“%(title)s” was reported."), (MODERATORS,)),
    "case.appealed": Telling(_l("There is a complaint about a decision on “%(title)s”."), (MODERATORS,)),
}
"""Every kind that somebody hears of."""

OF_ORGANISATIONS: dict[str, Any] = {
    "case.request_changes": _l("“%(title)s” needs changes before it can be verified."),
    "case.reject": _l("%(title)s was not verified, and its page was hidden. Read why and what you can do."),
}
"""What is said instead of an organisation, whose page is public before anybody has read it."""

SAID_OTHERWISE = {("case.publish", SubjectType.ORGANISATION)}
"""What tells nobody, because the feature tells the same people of the same event (organisation.verified)."""

DECIDED = {"challenge.opened", "proposal.published", "partnership.opened"}
"""What the author is told by the decision that brought it about, and not as one of those around."""

SILENT = {
    "case.dismiss_reports",
    "proposal.backing_ended",
    "challenge.edited",
    "proposal.edited",
    "proposal.supported",
    "role.given",
    "role.ended",
    "proposal.support_ended",
    "comment.withdrawn",
    "organisation.registered",
    "organisation.edited",
    "membership.invited",
    "membership.role_changed",
    "membership.removed",
    "membership.left",
    "membership.handed_over",
    "partnership.edited",
    "partnership.withdrawn",
    "partnership.handed_over",
    "pledge.changed",
}
"""Kinds that are written down for timelines and audit only, or whose feature writes a letter of its own (roles)."""

DEFAULTS: dict[Topic, Frequency] = {
    Topic.DECISIONS: Frequency.NOW,
    Topic.TASKS: Frequency.DAILY,
    Topic.MY_THINGS: Frequency.NOW,
    Topic.PARTNERSHIPS: Frequency.NOW,
    Topic.FOLLOWED: Frequency.DAILY,
}
"""How often somebody who has chosen nothing gets mail."""


def may_open(actor: Actor, notification: Notification) -> Verdict:
    """Only one's own."""
    return ALLOWED if actor.signed_in and notification.person_id == actor.id else Refusal("")
