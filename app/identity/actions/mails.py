"""Mails that could not be delivered."""

from __future__ import annotations

from app.identity import rules
from app.kernel import clock, jobs, letters
from app.kernel.access import Actor, check
from app.kernel.mail import MailState, OutgoingMail


def send_again(letter: OutgoingMail, *, by: Actor) -> None:
    """Give a dead letter another round of attempts, unless its link has died too."""
    check(rules.may_send_again(by, letter, good=bool(letters.still_good([letter]))))
    letter.state, letter.attempts, letter.due_at = MailState.QUEUED, 0, clock.now()
    jobs.enqueue("mail.send", letter.id)
