"""Mails that could not be delivered."""

from __future__ import annotations

from werkzeug.exceptions import Conflict

from app.identity import rules
from app.kernel import clock, jobs
from app.kernel.access import Actor, check
from app.kernel.mail import MailState, OutgoingMail


def send_again(letter: OutgoingMail, *, by: Actor) -> None:
    """Give a dead letter another round of attempts."""
    check(rules.may_see_mails(by))
    if letter.state != MailState.DEAD:
        raise Conflict
    letter.state, letter.attempts, letter.due_at = MailState.QUEUED, 0, clock.now()
    jobs.enqueue("mail.send", letter.id)
